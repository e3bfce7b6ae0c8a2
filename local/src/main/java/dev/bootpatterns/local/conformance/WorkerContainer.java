package dev.bootpatterns.local.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.client.PathText;
import dev.bootpatterns.local.console.Console;

/**
 * A container that handles items, asked as the worker's handler {@code http} asks it.
 */
public final class WorkerContainer {

	static final int MOST_OUTPUT = 1024 * 1024;

	private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";

	private final HttpClient http;

	private final URI url;

	private final Duration deadline;

	/** The deadline covers a whole exchange, and needs threads that can be abandoned. */
	private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

	/**
	 * A container.
	 * @param url where items are POSTed to
	 * @param deadline how long it may take for an item
	 */
	public WorkerContainer(URI url, Duration deadline) {
		this.url = url;
		this.deadline = deadline;
		this.http = HttpClient.newBuilder()
			.version(HttpClient.Version.HTTP_1_1)
			.followRedirects(HttpClient.Redirect.NEVER)
			.connectTimeout(deadline)
			.build();
	}

	Duration deadline() {
		return this.deadline;
	}

	/**
	 * Sends an item.
	 * @param attempt what it is told about the attempt
	 * @param parameters a JSON object in ASCII
	 */
	Answer post(Sample sample, int attempt, String parameters) {
		HttpRequest request = request(sample, BodyPublishers.ofByteArray(sample.content()), attempt, parameters);
		long start = System.nanoTime();
		Future<Answer> answer = this.threads.submit(() -> send(sample, request, start));
		try {
			return answer.get(this.deadline.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (TimeoutException _) {
			return Answer.none(sample, "within " + Console.text(this.deadline));
		}
		catch (ExecutionException ex) {
			return Answer.none(sample, "(%s)".formatted(ex.getCause()));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new SuiteFailure("interrupted", null, ex);
		}
		finally {
			answer.cancel(true);
		}
	}

	/**
	 * Begins to send an item, and goes away in the midst of its content.
	 */
	void abandon(Sample sample) {
		byte[] content = sample.content();
		BodyPublisher half = BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(content, 0, content.length / 2),
				content.length);
		try {
			this.http.sendAsync(request(sample, half, 1, "{}"), BodyHandlers.discarding())
				.handle((_, _) -> true)
				.get(this.deadline.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (TimeoutException | ExecutionException _) {
			// What becomes of it says nothing.
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new SuiteFailure("interrupted", null, ex);
		}
	}

	private HttpRequest request(Sample sample, BodyPublisher body, int attempt, String parameters) {
		return HttpRequest.newBuilder(this.url)
			.header("X-Job", "1")
			.header("X-Item", PathText.encode(sample.id()))
			.header("X-Attempt", Integer.toString(attempt))
			.header("X-Parameters", parameters)
			.header("X-Owner-Term", "1")
			.header("traceparent", TRACE)
			.header("Content-Type", "application/octet-stream")
			.POST(body)
			.build();
	}

	private Answer send(Sample sample, HttpRequest request, long start) throws IOException, InterruptedException {
		HttpResponse<InputStream> response = this.http.send(request, BodyHandlers.ofInputStream());
		try (InputStream body = response.body()) {
			byte[] output = body.readNBytes(MOST_OUTPUT + 1);
			return new Answer(sample, response.statusCode(), "", output, Duration.ofNanos(System.nanoTime() - start));
		}
	}

	/**
	 * What it says.
	 *
	 * @param sample what it was sent
	 * @param status 0 if it does not answer
	 * @param why it does not
	 * @param body no more of it than is too much
	 * @param took how long it took
	 */
	@SuppressWarnings("ArrayRecordComponent")
	record Answer(Sample sample, int status, String why, byte[] body, Duration took) {

		private static final Set<Integer> NOT_FINAL = Set.of(408, 409, 425, 429);

		private static Answer none(Sample sample, String why) {
			return new Answer(sample, 0, why, new byte[0], Duration.ZERO);
		}

		boolean isThere() {
			return this.status != 0;
		}

		boolean isDone() {
			return this.status >= 200 && this.status < 300;
		}

		/** It can be done, or never can. */
		boolean isFinal() {
			return isDone() || (this.status >= 400 && this.status < 500 && !NOT_FINAL.contains(this.status));
		}

		boolean isSameAs(Answer other) {
			return this.status == other.status && (!isDone() || Arrays.equals(this.body, other.body));
		}

		/** For people. */
		String result() {
			return isThere() ? "answered %d with %d bytes after %s".formatted(this.status, this.body.length,
					Console.text(this.took)) : "did not answer " + this.why;
		}

	}

}
