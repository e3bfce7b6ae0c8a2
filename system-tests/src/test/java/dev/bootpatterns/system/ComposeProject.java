package dev.bootpatterns.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The Compose file under a project name, image tag and ports of its own, beside any other
 * project of this machine.
 */
final class ComposeProject implements AutoCloseable {

	private static final HttpClient HTTP = HttpClient.newHttpClient();

	private static final Map<String, String> ENVIRONMENT = Map.of("COMPOSE_PROJECT_NAME", "boot-patterns-test", "TAG",
			"test", "GATEWAY_PORT", "28080", "TOPZ_PORT", "28401", "LOG_ADAPTER_PORT", "28501", "PROMETHEUS_PORT",
			"29090");

	private final Path outputs;

	ComposeProject(Path outputs) {
		this.outputs = outputs;
	}

	/** Whether there is a Docker engine that answers. */
	static boolean dockerRuns() {
		try {
			return new ProcessBuilder("docker", "info").redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.DISCARD)
				.start()
				.waitFor() == 0;
		}
		catch (IOException ex) {
			// There is no such program.
			return false;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Runs a command in the checkout.
	 * @param command program and arguments
	 * @return what it wrote
	 * @throws AssertionError with what it wrote, unless it exits with 0
	 */
	String run(String... command) {
		try {
			Path output = Files.createTempFile(this.outputs, "compose-", ".out");
			ProcessBuilder builder = new ProcessBuilder(command).directory(Checkout.ROOT.toFile())
				.redirectErrorStream(true)
				.redirectOutput(output.toFile());
			builder.environment().putAll(ENVIRONMENT);
			int exit = builder.start().waitFor();
			String text = Files.readString(output);
			if (exit != 0) {
				throw new AssertionError("%s: exit code %d%n%s".formatted(String.join(" ", command), exit, text));
			}
			return text;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	String compose(String... arguments) {
		List<String> command = new ArrayList<>(List.of("docker", "compose"));
		command.addAll(List.of(arguments));
		return run(command.toArray(String[]::new));
	}

	HttpResponse<String> get(int port, String path) {
		return send(HttpRequest.newBuilder(url(port, path)));
	}

	HttpResponse<String> post(String path, String token, String json) {
		return send(HttpRequest.newBuilder(url(8080, path))
			.header("Authorization", "Bearer " + token)
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString(json)));
	}

	private static URI url(int port, String path) {
		return URI.create("http://127.0.0.1:" + (port + 20_000) + path);
	}

	private static HttpResponse<String> send(HttpRequest.Builder request) {
		try {
			return HTTP.send(request.build(), BodyHandlers.ofString());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		compose("--profile", "observability", "down", "--volumes", "--timeout", "5");
	}

}
