package dev.bootpatterns.shard.search;

import java.io.IOException;
import java.time.Duration;

import dev.bootpatterns.shard.ShardProperties;
import dev.bootpatterns.shard.topology.LoadedSlots;
import dev.bootpatterns.shard.topology.TopologyFollower;
import dev.bootpatterns.sharding.SlotSet;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.AlreadyClosedException;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/**
 * {@code GET /search?q=&limit=&offset=} over the documents of this leaf. With
 * {@code X-Shard-Epoch} over those that are this shard's under that topology: while slots
 * move, the leaves of one search then neither miss a document nor have it twice.
 */
@RestController
class SearchController {

	static final int MAX_QUERY = 1000;

	/**
	 * A leaf is asked for {@code offset + limit} hits, so this bounds how deep a client
	 * can page.
	 */
	static final int MAX_DEPTH = 1000;

	private final Searcher searcher;

	private final ShardProperties properties;

	private final TopologyFollower topology;

	private final LoadedSlots index;

	private final Timer timer;

	SearchController(Searcher searcher, ShardProperties properties, TopologyFollower topology, LoadedSlots index,
			MeterRegistry meters) {
		this.searcher = searcher;
		this.properties = properties;
		this.topology = topology;
		this.index = index;
		this.timer = Timer.builder("shard.search").description("Time of a search in this leaf").register(meters);
	}

	@GetMapping("/search")
	SearchResult search(@RequestParam String q, @RequestParam(defaultValue = "10") int limit,
			@RequestParam(defaultValue = "0") int offset,
			@RequestHeader(name = "X-Shard-Epoch", required = false) @Nullable Long epoch) throws IOException {
		require(!q.isBlank() && q.length() <= MAX_QUERY, "'q' must have 1 to %d characters".formatted(MAX_QUERY));
		require(limit >= 0, "'limit' must not be negative");
		require(offset >= 0, "'offset' must not be negative");
		require((long) offset + limit <= MAX_DEPTH, "'offset' + 'limit' must not exceed %d".formatted(MAX_DEPTH));
		long asked = (epoch != null) ? epoch : this.topology.epoch();
		SlotSet slots = this.topology.requireSlotsAt(asked);
		if (slots.minus(this.index.loaded()).size() > 0) {
			// Nobody asks who knows that it is not ready. A part would look like the
			// whole.
			throw new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE, "The index is being loaded");
		}
		long start = System.nanoTime();
		Searcher.Found found;
		try {
			found = this.searcher.search(q, slots, offset, limit);
		}
		catch (IndexSearcher.TooManyClauses ex) {
			throw new ResponseStatusException(HttpStatus.BAD_REQUEST, "'q' has too many terms", ex);
		}
		catch (AlreadyClosedException ex) {
			throw new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE, "The index is being built anew", ex);
		}
		Duration took = Duration.ofNanos(System.nanoTime() - start);
		this.timer.record(took);
		return new SearchResult(this.properties.id(), this.properties.replica(), asked, found.total(), took.toMillis(),
				found.hits());
	}

	private static void require(boolean condition, String otherwise) {
		if (!condition) {
			throw new ResponseStatusException(HttpStatus.BAD_REQUEST, otherwise);
		}
	}

}
