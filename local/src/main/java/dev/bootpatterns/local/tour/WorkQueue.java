package dev.bootpatterns.local.tour;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * Work queue: every item has its outcome, whatever happens to a worker.
 */
final class WorkQueue implements TourStep {

	private static final Duration STARTED = Duration.ofSeconds(60);

	private static final Duration DONE = Duration.ofMinutes(5);

	private static final String VICTIM = "worker-1";

	@Override
	public String pattern() {
		return "Work queue";
	}

	@Override
	public String sentence() {
		return "The owner enqueues, any worker takes the next item, and no item is lost with a worker.";
	}

	@Override
	public String action() {
		return "POST /jobs for the corpus, SIGKILL %s on the way".formatted(VICTIM);
	}

	@Override
	public String expected() {
		return "state DONE, every item done, none dead";
	}

	@Override
	public Outcome run(RunningSuite suite) throws IOException {
		HttpResponse<String> created = suite.gateway().post("/jobs", Map.of("source", "corpus", "handler", "ingest"));
		if (created.statusCode() == 400) {
			return Outcome.skipped("the suite was started without a corpus");
		}
		if (created.statusCode() != 202) {
			return Outcome.of(false, "POST /jobs answered %d: %s".formatted(created.statusCode(), created.body()));
		}
		String path = RunningSuite.header(created, "Location").replaceFirst(".*(?=/jobs/)", "");
		AtomicReference<JsonNode> job = new AtomicReference<>(MissingNode.getInstance());
		suite.await(STARTED, () -> {
			job.set(suite.gateway().json(path));
			return job.get().path("done").asLong() > 0;
		});
		suite.kill(VICTIM);
		boolean done = suite.await(DONE, () -> {
			job.set(suite.gateway().json(path));
			return "DONE".equals(job.get().path("state").asString());
		});
		JsonNode end = job.get();
		long total = end.path("total").asLong();
		return Outcome.of(done && total > 0 && end.path("done").asLong() == total,
				"%s: %d of %d done, %d dead, %.0f/s".formatted(end.path("state").asString(), end.path("done").asLong(),
						total, end.path("dead").asLong(), end.path("itemsPerSecond").asDouble()));
	}

}
