package dev.bootpatterns.shard;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An HTTP client that sends exactly what the test says.
 */
public record TestClient(String base) {

	private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	public Answer get(String path, String... headers) {
		return send("GET", path, BodyPublishers.noBody(), headers);
	}

	public Answer delete(String path, String... headers) {
		return send("DELETE", path, BodyPublishers.noBody(), headers);
	}

	public Answer put(String path, String title, String body, String... headers) {
		return putJson(path, JsonMapper.shared().writeValueAsString(Map.of("title", title, "body", body)), headers);
	}

	public Answer putJson(String path, String json, String... headers) {
		return send("PUT", path, BodyPublishers.ofString(json), headers);
	}

	public Answer send(String method, String path, BodyPublisher body, String... headers) {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(this.base + path)).method(method, body);
		request.header("Content-Type", "application/json");
		for (int i = 0; i < headers.length; i += 2) {
			request.header(headers[i], headers[i + 1]);
		}
		try {
			return new Answer(HTTP.send(request.build(), BodyHandlers.ofString()));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	public List<String> find(String query) {
		return get("/search?q=" + query).json()
			.path("hits")
			.valueStream()
			.map((hit) -> hit.path("id").asString())
			.toList();
	}

	/** An answer, whole. */
	public record Answer(HttpResponse<String> response) {

		public int status() {
			return this.response.statusCode();
		}

		public String header(String name) {
			return this.response.headers().firstValue(name).orElse("");
		}

		public JsonNode json() {
			return JsonMapper.shared().readTree(this.response.body());
		}

		public String detail() {
			return header("Content-Type").equals("application/problem+json") ? json().path("detail").asString()
					: "not a problem: " + this.response.body();
		}

	}

}
