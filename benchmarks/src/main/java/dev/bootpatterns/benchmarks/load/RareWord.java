package dev.bootpatterns.benchmarks.load;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import dev.bootpatterns.benchmarks.load.Finding.Verdict;
import dev.bootpatterns.benchmarks.load.LoadClient.Answer;
import org.apache.hc.core5.http.io.support.ClassicRequestBuilder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A word that is in so many documents and in no other, which do not change: each search
 * for it must find all of them, each once, wherever they are moved meanwhile.
 */
final class RareWord {

	/** The time that a search may take; a whole answer is worth waiting for. */
	private static final String DEADLINE_MILLIS = "10000";

	private final String word;

	private final List<TrackedDocument> documents;

	private final Set<String> ids;

	RareWord(String prefix, String word, int count) {
		this.word = word;
		this.documents = IntStream.range(0, count)
			.mapToObj((number) -> new TrackedDocument(prefix + "fixed/" + number, ": " + word, 0))
			.toList();
		this.ids = this.documents.stream().map(TrackedDocument::id).collect(Collectors.toUnmodifiableSet());
	}

	List<TrackedDocument> documents() {
		return this.documents;
	}

	/** Searches for the best ones; all are counted. */
	Finding searchBest(Exchange exchange, long due) {
		return search(exchange, 10, due);
	}

	/** Searches, and looks at each hit. */
	Finding searchAll(Exchange exchange, long due) {
		return search(exchange, this.documents.size(), due);
	}

	private Finding search(Exchange exchange, int limit, long due) {
		ClassicRequestBuilder request = ClassicRequestBuilder.get()
			.addHeader("X-Min-Coverage", "1")
			.addHeader("X-Deadline-Ms", DEADLINE_MILLIS);
		return exchange.run(Kind.SEARCH, due, request, "/search?q=%s&limit=%d".formatted(this.word, limit),
				(answer) -> judge(answer, Math.min(limit, this.documents.size())));
	}

	private Verdict judge(Answer answer, int expected) {
		if (answer.status() != 200) {
			return DocumentRequests.status(answer, "200");
		}
		JsonNode found = JsonMapper.shared().readTree(answer.body());
		JsonNode coverage = found.path("coverage");
		if (coverage.path("fraction").asDouble(0) != 1 || !coverage.path("missing").isEmpty()
				|| coverage.path("answered").asInt(-1) != coverage.path("shards").asInt(0)) {
			return Finding.COVERAGE.because("not all shards answered: " + coverage);
		}
		List<String> hits = found.path("hits").valueStream().map((hit) -> hit.path("id").asString("")).toList();
		Set<String> seen = new HashSet<>();
		List<String> twice = hits.stream().filter((id) -> !seen.add(id)).toList();
		if (!twice.isEmpty()) {
			return Finding.DUPLICATE.because("more than once: " + twice);
		}
		if (found.path("total").asLong(-1) != this.ids.size()) {
			return Finding.TOTAL
				.because("there are %d, %s were counted".formatted(this.ids.size(), found.path("total")));
		}
		if (hits.size() != expected || !this.ids.containsAll(seen)) {
			return Finding.HITS.because("%d hits, must be %d of those written".formatted(hits.size(), expected));
		}
		return Verdict.FINE;
	}

}
