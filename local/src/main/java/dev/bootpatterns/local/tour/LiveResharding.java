package dev.bootpatterns.local.tour;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.bootpatterns.local.state.Json;
import tools.jackson.databind.JsonNode;

/**
 * Resharding: the last shard gives all that it has to the others and gets it back, while
 * the suite serves.
 */
final class LiveResharding implements TourStep {

	private static final String WORD = "reshardingtour";

	private static final int DOCUMENTS = 30;

	private static final Duration INDEXED = Duration.ofSeconds(30);

	private static final Duration CHANGED = Duration.ofMinutes(2);

	@Override
	public String pattern() {
		return "Sharded services: live resharding";
	}

	@Override
	public String sentence() {
		return "Slots move while reads, writes and searches go on; a plan says before what will move.";
	}

	@Override
	public String action() {
		return "take the last shard out of the topology and put it back; meanwhile read, write, and search for %d documents"
			.formatted(DOCUMENTS);
	}

	@Override
	public String expected() {
		return "every answer right: each search finds all %d, each read the last write".formatted(DOCUMENTS);
	}

	@Override
	public Outcome run(RunningSuite suite) throws IOException {
		int shards = suite.gateway().json("/topology").path("shards").size();
		if (shards < 2) {
			return Outcome.skipped("the suite was started with --shards 1");
		}
		try {
			for (int i = 0; i < DOCUMENTS; i++) {
				suite.putDocument(id(i), "Resharding", WORD);
			}
			suite.await(INDEXED, () -> areFoundByAllReplicas(suite));
			return exercise(suite, shards);
		}
		finally {
			for (int i = 0; i < DOCUMENTS; i++) {
				suite.deleteDocument(id(i));
			}
		}
	}

	private static String id(int document) {
		return "tour/resharding/" + document;
	}

	private static Outcome exercise(RunningSuite suite, int shards) throws IOException {
		JsonNode plan = post(suite, "/topology/plan", shards - 1, 200);
		Traffic traffic = new Traffic(suite);
		String ended = change(suite, shards - 1, traffic);
		if (ended.equals("DONE")) {
			ended = change(suite, shards, traffic);
		}
		return Outcome.of(ended.equals("DONE") && traffic.wrong == 0,
				"%s slots with %s documents moved away and back: %s; %d of %d answers wrong".formatted(
						plan.path("slots").asString(), plan.path("keys").asString(), ended, traffic.wrong,
						traffic.requests));
	}

	private static String change(RunningSuite suite, int shards, Traffic traffic) throws IOException {
		String change = "/topology/changes/" + begin(suite, shards);
		String[] state = { "" };
		suite.await(CHANGED, () -> {
			traffic.flow();
			state[0] = suite.gateway().json(change).path("state").asString();
			return state[0].equals("DONE") || state[0].equals("ROLLED_BACK");
		});
		return state[0];
	}

	/** The owner may be moving slots that were too hot: it is done with that soon. */
	private static String begin(RunningSuite suite, int shards) throws IOException {
		List<HttpResponse<String>> answers = new ArrayList<>();
		suite.await(CHANGED, () -> {
			answers.add(suite.gateway().post("/topology/apply", Map.of("shards", shards)));
			return answers.getLast().statusCode() != 409;
		});
		if (answers.isEmpty()) {
			throw new IOException("POST /topology/apply was not answered within " + CHANGED);
		}
		return json("/topology/apply", answers.getLast(), 202).path("id").asString();
	}

	private static JsonNode post(RunningSuite suite, String path, int shards, int status) throws IOException {
		return json(path, suite.gateway().post(path, Map.of("shards", shards)), status);
	}

	private static JsonNode json(String path, HttpResponse<String> response, int status) throws IOException {
		if (response.statusCode() != status) {
			throw new IOException("POST %s answered %d: %s".formatted(path, response.statusCode(), response.body()));
		}
		return Json.tree(response.body());
	}

	/** Each search asks one replica of each shard: ten in a row most likely asked all. */
	private static boolean areFoundByAllReplicas(RunningSuite suite) throws IOException {
		for (int i = 0; i < 10; i++) {
			if (found(suite) != DOCUMENTS) {
				return false;
			}
		}
		return true;
	}

	private static int found(RunningSuite suite) throws IOException {
		return suite.gateway().json("/search?limit=0&q=" + WORD).path("total").asInt();
	}

	/** What goes on meanwhile. */
	private static final class Traffic {

		private final RunningSuite suite;

		private int requests;

		private int wrong;

		Traffic(RunningSuite suite) {
			this.suite = suite;
		}

		void flow() {
			String id = id(this.requests % DOCUMENTS);
			String title = "Resharding " + this.requests;
			check(() -> found(this.suite) == DOCUMENTS);
			check(() -> {
				this.suite.putDocument(id, title, WORD);
				return this.suite.gateway().json("/documents/" + id).path("title").asString().equals(title);
			});
		}

		private void check(RunningSuite.Condition right) {
			this.requests++;
			try {
				this.wrong += right.holds() ? 0 : 1;
			}
			catch (IOException ex) {
				this.wrong++;
			}
		}

	}

}
