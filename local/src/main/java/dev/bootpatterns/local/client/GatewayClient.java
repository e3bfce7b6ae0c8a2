package dev.bootpatterns.local.client;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.state.Json;
import tools.jackson.databind.JsonNode;

/**
 * The suite's API at the gateway.
 */
public final class GatewayClient {

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	private final HttpClient http = HttpClient.newBuilder()
		.version(HttpClient.Version.HTTP_1_1)
		.connectTimeout(TIMEOUT)
		.build();

	private final URI gateway;

	private final String adminToken;

	/**
	 * A client.
	 * @param gateway its URL
	 * @param adminToken for operations that change something
	 */
	public GatewayClient(String gateway, String adminToken) {
		this.gateway = URI.create(gateway);
		this.adminToken = adminToken;
	}

	public HttpResponse<String> get(String path) throws IOException {
		return send(request(path).GET());
	}

	public HttpResponse<String> put(String path, Object body) throws IOException {
		return send(request(path).header("Content-Type", "application/json")
			.PUT(HttpRequest.BodyPublishers.ofString(Json.write(body))));
	}

	public HttpResponse<String> delete(String path) throws IOException {
		return send(request(path).DELETE());
	}

	/**
	 * Posts with the admin token.
	 * @param path the path
	 * @param body becomes JSON
	 * @return the answer
	 * @throws IOException when there is none
	 */
	public HttpResponse<String> post(String path, Map<String, ?> body) throws IOException {
		return send(request(path).header("Content-Type", "application/json")
			.header("Authorization", "Bearer " + this.adminToken)
			.POST(HttpRequest.BodyPublishers.ofString(Json.write(body))));
	}

	/**
	 * Posts YAML with the admin token.
	 * @param path the path
	 * @param body the text
	 * @return the answer
	 * @throws IOException when there is none
	 */
	public HttpResponse<String> postYaml(String path, String body) throws IOException {
		return send(request(path).header("Content-Type", "application/yaml")
			.header("Authorization", "Bearer " + this.adminToken)
			.POST(HttpRequest.BodyPublishers.ofString(body)));
	}

	/**
	 * Gets bytes.
	 * @param path the path
	 * @return the answer's body
	 * @throws IOException when there is no answer, or not a good one
	 */
	public byte[] bytes(String path) throws IOException {
		HttpResponse<byte[]> response = send(request(path), HttpResponse.BodyHandlers.ofByteArray());
		if (response.statusCode() != 200) {
			throw new IOException("GET %s answered %d".formatted(path, response.statusCode()));
		}
		return response.body();
	}

	/**
	 * Gets JSON.
	 * @param path the path
	 * @return the answer's body
	 * @throws IOException when there is no answer, or not a good one
	 */
	public JsonNode json(String path) throws IOException {
		HttpResponse<String> response = get(path);
		if (response.statusCode() != 200) {
			throw new IOException("GET %s answered %d: %s".formatted(path, response.statusCode(), response.body()));
		}
		return Json.tree(response.body());
	}

	/**
	 * The owner that is elected.
	 * @return its process's name
	 * @throws IOException when there is none, or no answer
	 */
	public String leader() throws IOException {
		return nameOf(json("/leader"));
	}

	/**
	 * The process that {@code /leader} names.
	 * @param leader its answer; the owner adds what tells its lives apart:
	 * owner-1/dbe90e5d
	 * @return the process's name
	 */
	public static String nameOf(JsonNode leader) {
		return leader.path("leader").asString().replaceFirst("/.*", "");
	}

	public HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(this.gateway.resolve(path)).timeout(TIMEOUT);
	}

	/**
	 * Sends a request.
	 * @param request the request
	 * @return the answer
	 * @throws IOException when there is none in time
	 */
	public HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
		return send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
	}

	private <T> HttpResponse<T> send(HttpRequest.Builder request, HttpResponse.BodyHandler<T> body) throws IOException {
		try {
			return this.http.send(request.build(), body);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new SuiteFailure("interrupted", null, ex);
		}
	}

}
