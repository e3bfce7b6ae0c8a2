package dev.bootpatterns.local.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.client.PathText;

/**
 * A source container, asked as the owner asks it.
 */
public final class SourceContainer {

	private static final String ITEMS = "/api/v1/items";

	private static final int MAX_LIST = 256 * 1024 * 1024;

	/** As JSON it is longer than an item may be: escapes, and the members around it. */
	private static final int MAX_ITEM = 6 * SourceRules.MAX_ITEM + 1024;

	private final HttpClient http;

	private final URI base;

	private final Duration deadline;

	/**
	 * A container.
	 * @param base of its URLs
	 * @param deadline of each answer
	 */
	public SourceContainer(URI base, Duration deadline) {
		this.base = URI.create(base.toString().replaceFirst("/+$", ""));
		this.deadline = deadline;
		this.http = HttpClient.newBuilder()
			.version(HttpClient.Version.HTTP_1_1)
			.followRedirects(HttpClient.Redirect.NEVER)
			.connectTimeout(deadline)
			.build();
	}

	Answer list() {
		return get(ITEMS, MAX_LIST);
	}

	Answer item(String name) {
		return get(ITEMS + "/" + PathText.encode(name), MAX_ITEM);
	}

	private Answer get(String path, int bound) {
		HttpRequest request = HttpRequest.newBuilder(URI.create(this.base + path)).timeout(this.deadline).build();
		try {
			HttpResponse<InputStream> answer = this.http.send(request, HttpResponse.BodyHandlers.ofInputStream());
			try (InputStream body = answer.body()) {
				return new Answer(answer.statusCode(), answer.headers().firstValue("Content-Type").orElse(""),
						body.readNBytes(bound));
			}
		}
		catch (IOException ex) {
			String why = ex.getMessage();
			return new Answer(0, "",
					((why != null) ? why : ex.getClass().getSimpleName()).getBytes(StandardCharsets.UTF_8));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new SuiteFailure("interrupted", null, ex);
		}
	}

	/**
	 * What it says.
	 *
	 * @param status 0 if it does not answer; the body says why then
	 * @param type of the body
	 * @param body as far as it is read
	 */
	@SuppressWarnings("ArrayRecordComponent")
	record Answer(int status, String type, byte[] body) {

		boolean isJson() {
			return this.type.toLowerCase(Locale.ROOT).startsWith("application/json");
		}

		String text() {
			return new String(this.body, StandardCharsets.UTF_8);
		}

		/** For people. */
		String result() {
			if (this.status == 0) {
				return "does not answer: " + text();
			}
			return "answers %d %s, %d bytes".formatted(this.status, this.type, this.body.length);
		}

	}

}
