package dev.bootpatterns.local.tour;

import java.io.IOException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * Scatter/gather: every shard is asked, and their answers become one.
 */
final class ScatterGather implements TourStep {

	private static final int DOCUMENTS = 12;

	private static final String ID = "tour/scatter/";

	private static final Duration SEARCHABLE = Duration.ofSeconds(10);

	@Override
	public String pattern() {
		return "Scatter/gather";
	}

	@Override
	public String sentence() {
		return "A search goes to one replica of every shard at once, and their best hits are merged.";
	}

	@Override
	public String action() {
		return "PUT %d documents with a new word, search for it".formatted(DOCUMENTS);
	}

	@Override
	public String expected() {
		return "all of them found, coverage 1.0, within %d s of the last PUT".formatted(SEARCHABLE.toSeconds());
	}

	@Override
	public Outcome run(RunningSuite suite) throws IOException {
		String word = "tour" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
		try {
			for (int document = 0; document < DOCUMENTS; document++) {
				suite.putDocument(ID + document, "Scattered " + document, "the word is " + word);
			}
			return search(suite, word);
		}
		finally {
			for (int document = 0; document < DOCUMENTS; document++) {
				suite.deleteDocument(ID + document);
			}
		}
	}

	private static Outcome search(RunningSuite suite, String word) {
		AtomicReference<JsonNode> last = new AtomicReference<>(MissingNode.getInstance());
		boolean all = suite.await(SEARCHABLE, () -> {
			JsonNode answer = suite.gateway().json("/search?limit=50&q=" + word);
			last.set(answer);
			return answer.path("total").asInt() == DOCUMENTS && answer.path("coverage")
				.path("answered")
				.asInt() == answer.path("coverage").path("shards").asInt();
		});
		JsonNode answer = last.get();
		return Outcome.of(all,
				"%d of %d found, %d of %d shards answered in %d ms".formatted(answer.path("total").asInt(), DOCUMENTS,
						answer.path("coverage").path("answered").asInt(),
						answer.path("coverage").path("shards").asInt(), answer.path("tookMs").asInt()));
	}

}
