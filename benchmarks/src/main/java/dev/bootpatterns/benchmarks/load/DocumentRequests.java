package dev.bootpatterns.benchmarks.load;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.bootpatterns.benchmarks.load.Finding.Verdict;
import dev.bootpatterns.benchmarks.load.LoadClient.Answer;
import dev.bootpatterns.benchmarks.load.TrackedDocument.Step;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.support.ClassicRequestBuilder;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Requests for documents by their key, and what their answers must be. */
final class DocumentRequests {

	private static final Pattern BODY = Pattern.compile("revision (\\d{1,9}) of .*");

	private static final JsonMapper JSON = JsonMapper.shared();

	private final Exchange exchange;

	DocumentRequests(Exchange exchange) {
		this.exchange = exchange;
	}

	/** Makes a document's next write, as one of the load or as one before it. */
	void write(TrackedDocument document, boolean load, long due) {
		document.write((revision, step, version) -> {
			switch (step) {
				case PUT -> put(document, revision, load ? Kind.PUT : Kind.PREPARE, due);
				case PUT_IF_MATCH -> putIfMatch(document, revision, version, due);
				case DELETE -> delete(document, revision, due);
			}
		});
	}

	private void put(TrackedDocument document, int revision, Kind kind, long due) {
		this.exchange.run(kind, due, content(document, revision), LoadClient.pathOf(document.id()),
				(answer) -> (answer.status() == 200 || answer.status() == 201) ? stored(document, revision, answer)
						: status(answer, "200 or 201"));
	}

	private void putIfMatch(TrackedDocument document, int revision, @Nullable String version, long due) {
		ClassicRequestBuilder request = content(document, revision).addHeader("If-Match", version);
		this.exchange.run(Kind.CONDITIONAL_PUT, due, request, LoadClient.pathOf(document.id()),
				(answer) -> switch (answer.status()) {
					case 200 -> stored(document, revision, answer);
					case 412 -> Finding.FAILED.because(
							"the document has no longer version %s, and nobody else writes to it".formatted(version));
					case 503, 504 -> Finding.UNKNOWN.because("revision %d is there or not".formatted(revision));
					default -> status(answer, "200");
				});
	}

	private void delete(TrackedDocument document, int revision, long due) {
		this.exchange.run(Kind.DELETE, due, ClassicRequestBuilder.delete(), LoadClient.pathOf(document.id()),
				(answer) -> switch (answer.status()) {
					case 204 -> {
						document.acknowledged(revision, null);
						yield Verdict.FINE;
					}
					case 404 -> {
						document.acknowledged(revision, null);
						yield Finding.UNKNOWN.because("deleted by an earlier attempt, or not there before");
					}
					default -> status(answer, "204");
				});
	}

	private static ClassicRequestBuilder content(TrackedDocument document, int revision) {
		String content = JSON
			.writeValueAsString(Map.of("title", "a document of a load run", "body", document.body(revision)));
		return ClassicRequestBuilder.put().setEntity(content, ContentType.APPLICATION_JSON);
	}

	private static Verdict stored(TrackedDocument document, int revision, Answer answer) {
		String version = answer.header("ETag");
		document.acknowledged(revision, version);
		return (version != null) ? Verdict.FINE : Finding.CORRUPT.because("there is no ETag");
	}

	/** Reads a document: it must show what was acknowledged before, or later. */
	void read(TrackedDocument document, long due) {
		read(Kind.READ, document, due, Finding.STALE);
	}

	/** Reads a document when nobody writes any more. */
	void check(TrackedDocument document, long due) {
		read(Kind.CHECK, document, due, Finding.LOST);
	}

	private void read(Kind kind, TrackedDocument document, long due, Finding earlier) {
		int known = document.known();
		this.exchange.run(kind, due, ClassicRequestBuilder.get(), LoadClient.pathOf(document.id()),
				(answer) -> switch (answer.status()) {
					case 200 -> shown(document, known, JSON.readTree(answer.body()), earlier);
					case 404 -> document.mayBeAbsent(known, document.attempted()) ? Verdict.FINE
							: earlier.because("not there, after revision %d".formatted(known));
					default -> status(answer, "200 or 404");
				});
	}

	private static Verdict shown(TrackedDocument document, int known, JsonNode answer, Finding earlier) {
		String body = answer.path("body").asString("");
		Matcher matcher = BODY.matcher(body);
		int revision = matcher.matches() ? Integer.parseInt(matcher.group(1)) : Integer.MAX_VALUE;
		if (revision > document.attempted() || !body.equals(document.body(revision))
				|| !document.id().equals(answer.path("id").asString(""))) {
			return Finding.CORRUPT.because("its content was never written to it: " + answer);
		}
		if (revision < known) {
			return earlier.because("shows revision %d%s, after revision %d".formatted(revision,
					document.isAcknowledged(revision) ? "" : " (which was not acknowledged)", known));
		}
		document.seen(revision);
		return Verdict.FINE;
	}

	/** Deletes a document, if it is there. */
	void cleanUp(TrackedDocument document, long due) {
		this.exchange.run(Kind.CLEAN_UP, due, ClassicRequestBuilder.delete(), LoadClient.pathOf(document.id()),
				(answer) -> (answer.status() == 204 || answer.status() == 404) ? Verdict.FINE
						: status(answer, "204 or 404"));
	}

	static Verdict status(Answer answer, String expected) {
		return Finding.FAILED.because("must be %s, is %d".formatted(expected, answer.status()));
	}

}
