package dev.bootpatterns.local.tour;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Scatter/gather that answers by its deadline with what there is, and says so; or that
 * fails at once, for whoever wants all or nothing.
 */
final class PartialAnswers implements TourStep {

	private static final Duration DEADLINE = Duration.ofMillis(500);

	/**
	 * The way there and back on a machine that is busy; far less than the shard is held.
	 */
	private static final Duration ON_THE_WAY = Duration.ofSeconds(2);

	private static final Duration HELD = Duration.ofSeconds(10);

	private static final Duration RECOVERY = Duration.ofSeconds(30);

	@Override
	public String pattern() {
		return "Scatter/gather: partial answers";
	}

	@Override
	public String sentence() {
		return "A search answers by its deadline with what there is and says what is missing, unless the client wants all.";
	}

	@Override
	public String action() {
		return "hold all calls to one shard, search with X-Deadline-Ms %d; make them fail, search with X-Min-Coverage 1"
			.formatted(DEADLINE.toMillis());
	}

	@Override
	public String expected() {
		return "by the deadline all but one shard, marked and no-store; then 503 at once; full again without any action";
	}

	@Override
	public Outcome run(RunningSuite suite) throws IOException {
		List<Integer> shards = suite.searchedShards();
		if (shards.size() < 2) {
			return Outcome.skipped("one shard is all or nothing");
		}
		String shard = "shard-" + shards.getLast();
		if (!suite.faults().available(shard)) {
			return Outcome.skipped(shard + " injects no faults: only the profile demo does");
		}
		Answer partial;
		Answer strict;
		try {
			suite.faults().inject(shard, Map.of("delay", HELD.toSeconds() + "s", "percent", 100));
			partial = search(suite, "X-Deadline-Ms", Long.toString(DEADLINE.toMillis()));
			suite.faults().inject(shard, Map.of("abort", 503, "percent", 100));
			strict = search(suite, "X-Min-Coverage", "1");
		}
		finally {
			suite.faults().remove(shard);
		}
		String full = "%d/%1$d".formatted(shards.size());
		boolean back = suite.await(RECOVERY, () -> search(suite, "X-Min-Coverage", "1").coverage().equals(full));
		boolean marked = partial.coverage().equals("%d/%d".formatted(shards.size() - 1, shards.size()))
				&& RunningSuite.header(partial.response(), "Cache-Control").equals("no-store");
		return Outcome.of(
				marked && partial.by(DEADLINE) && strict.response().statusCode() == 503 && strict.by(DEADLINE) && back,
				"coverage %s in %d ms%s; strict: %d in %d ms; then %s".formatted(partial.coverage(),
						partial.took().toMillis(), marked ? ", no-store" : "", strict.response().statusCode(),
						strict.took().toMillis(), back ? full : "not full"));
	}

	private static Answer search(RunningSuite suite, String header, String value) throws IOException {
		Instant start = suite.now();
		HttpResponse<String> response = suite.gateway()
			.send(suite.gateway().request(RunningSuite.TIMED_SEARCH).header(header, value));
		return new Answer(response, Duration.between(start, suite.now()));
	}

	private record Answer(HttpResponse<String> response, Duration took) {

		String coverage() {
			return RunningSuite.header(this.response, "X-Coverage");
		}

		boolean by(Duration deadline) {
			return this.took.compareTo(deadline.plus(ON_THE_WAY)) <= 0;
		}

	}

}
