package dev.bootpatterns.benchmarks.load;

import java.io.IOException;
import java.util.function.Function;

import dev.bootpatterns.benchmarks.load.Finding.Verdict;
import dev.bootpatterns.benchmarks.load.LoadClient.Answer;
import org.apache.hc.core5.http.io.support.ClassicRequestBuilder;
import tools.jackson.core.JacksonException;

/** Sends a request, has its answer judged, and counts it. */
final class Exchange {

	private final LoadClient client;

	private final Tally tally;

	Exchange(LoadClient client, Tally tally) {
		this.client = client;
		this.tally = tally;
	}

	/**
	 * Sends a request.
	 * @param kind how it is counted
	 * @param due from when it is measured
	 * @param request all of it but the address
	 * @param path path and query
	 * @param judge judges the answer
	 * @return what was found
	 */
	Finding run(Kind kind, long due, ClassicRequestBuilder request, String path, Function<Answer, Verdict> judge) {
		Answer answer = null;
		Verdict verdict;
		try {
			answer = this.client.send(request, path);
			verdict = judge.apply(answer);
		}
		catch (IOException ex) {
			verdict = Finding.FAILED.because(ex.toString());
		}
		catch (JacksonException ex) {
			verdict = Finding.CORRUPT.because("not the JSON that was asked for: " + ex.getOriginalMessage());
		}
		this.tally.count(kind, System.nanoTime() - due, verdict, request.getMethod() + " " + path, answer);
		return verdict.finding();
	}

}
