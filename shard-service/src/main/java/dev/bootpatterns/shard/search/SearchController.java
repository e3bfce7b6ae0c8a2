package dev.bootpatterns.shard.search;

import java.io.IOException;

import dev.bootpatterns.shard.ShardProperties;
import dev.bootpatterns.shard.admission.Admission;
import dev.bootpatterns.shard.admission.Attempt;
import dev.bootpatterns.shard.topology.LoadedSlots;
import dev.bootpatterns.shard.topology.TopologyFollower;
import dev.bootpatterns.sharding.SlotSet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.AlreadyClosedException;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/**
 * {@code GET /search?q=&limit=&offset=} over the documents of this leaf. With
 * {@code X-Shard-Epoch} over those that are this shard's under that topology: while slots
 * move, the leaves of one search then neither miss a document nor have it twice.
 * <p>
 * {@code POST} is the same by given statistics instead of the leaf's own, and
 * {@code GET /stats/terms?q=} are the leaf's own, to be added up over the shards.
 */
@RestController
class SearchController {

	static final int MAX_QUERY = 1000;

	/**
	 * A leaf is asked for {@code offset + limit} hits, so this bounds how deep a client
	 * can page.
	 */
	static final int MAX_DEPTH = 1000;

	private static final String EPOCH = "X-Shard-Epoch";

	private final Searcher searcher;

	private final Admission admission;

	private final ShardProperties properties;

	private final TopologyFollower topology;

	private final LoadedSlots index;

	SearchController(Searcher searcher, Admission admission, ShardProperties properties, TopologyFollower topology,
			LoadedSlots index) {
		this.searcher = searcher;
		this.admission = admission;
		this.properties = properties;
		this.topology = topology;
		this.index = index;
	}

	@GetMapping("/search")
	ResponseEntity<SearchResult> search(HttpServletRequest request, @RequestParam String q,
			@RequestParam(defaultValue = "10") int limit, @RequestParam(defaultValue = "0") int offset,
			@RequestHeader(name = EPOCH, required = false) @Nullable Long epoch) throws IOException {
		return answer(request, q, limit, offset, epoch, null);
	}

	@PostMapping("/search")
	ResponseEntity<SearchResult> search(HttpServletRequest request, @RequestParam String q,
			@RequestParam(defaultValue = "10") int limit, @RequestParam(defaultValue = "0") int offset,
			@RequestHeader(name = EPOCH, required = false) @Nullable Long epoch, @Valid @RequestBody ScoredBy scoredBy)
			throws IOException {
		scoredBy.statistics().requireConsistent();
		return answer(request, q, limit, offset, epoch, scoredBy.statistics());
	}

	private ResponseEntity<SearchResult> answer(HttpServletRequest request, String q, int limit, int offset,
			@Nullable Long epoch, @Nullable Statistics statistics) throws IOException {
		requireQuery(q);
		require(limit >= 0, "'limit' must not be negative");
		require(offset >= 0, "'offset' must not be negative");
		require((long) offset + limit <= MAX_DEPTH, "'offset' + 'limit' must not exceed %d".formatted(MAX_DEPTH));
		Attempt attempt = Attempt.of(request);
		long under = (epoch != null) ? epoch : this.topology.epoch();
		Searcher.Asked asked = new Searcher.Asked(q, requireSlotsAt(under), offset, limit, statistics);
		Admission.Served<Searcher.Found> served = this.admission.run(attempt,
				(over) -> reading(() -> this.searcher.search(asked, over)));
		return ResponseEntity.ok()
			.headers(served.headers())
			.body(new SearchResult(this.properties.id(), this.properties.replica(), under, served.found().total(),
					served.took().toMillis(), served.found().hits()));
	}

	@GetMapping("/stats/terms")
	LeafStatistics statistics(@RequestParam String q,
			@RequestHeader(name = EPOCH, required = false) @Nullable Long epoch) throws IOException {
		requireQuery(q);
		long under = (epoch != null) ? epoch : this.topology.epoch();
		requireSlotsAt(under);
		Statistics statistics = reading(() -> this.searcher.statistics(q));
		require(statistics.terms().size() <= Statistics.MAX_TERMS,
				"'q' must not have more than %d terms".formatted(Statistics.MAX_TERMS));
		return new LeafStatistics(this.properties.id(), this.properties.replica(), under, statistics);
	}

	private SlotSet requireSlotsAt(long epoch) {
		SlotSet slots = this.topology.requireSlotsAt(epoch);
		if (slots.minus(this.index.loaded()).size() > 0) {
			// Nobody asks who knows that it is not ready. A part would look like the
			// whole.
			throw new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE, "The index is being loaded");
		}
		return slots;
	}

	private static <T> T reading(Reading<T> reading) throws IOException {
		try {
			return reading.read();
		}
		catch (IndexSearcher.TooManyClauses ex) {
			throw new ResponseStatusException(HttpStatus.BAD_REQUEST, "'q' has too many terms", ex);
		}
		catch (AlreadyClosedException ex) {
			throw new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE, "The index is being built anew", ex);
		}
	}

	private static void requireQuery(String q) {
		require(!q.isBlank() && q.length() <= MAX_QUERY, "'q' must have 1 to %d characters".formatted(MAX_QUERY));
	}

	private static void require(boolean condition, String otherwise) {
		if (!condition) {
			throw new ResponseStatusException(HttpStatus.BAD_REQUEST, otherwise);
		}
	}

	private interface Reading<T> {

		T read() throws IOException;

	}

	/**
	 * The body of a search by given statistics.
	 *
	 * @param statistics the sum over all shards
	 */
	record ScoredBy(@NotNull @Valid Statistics statistics) {
	}

}
