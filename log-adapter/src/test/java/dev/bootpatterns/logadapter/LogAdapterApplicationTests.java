package dev.bootpatterns.logadapter;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * The whole adapter over files that are appended to, rotated and truncated.
 */
class LogAdapterApplicationTests {

	private static final String HEAD = "2026-11-22T19:38:11.123Z  INFO 12 --- [shard] [main] [-] a.B : ";

	private static final HttpClient HTTP = HttpClient.newHttpClient();

	@TempDir
	Path directory;

	private Path log;

	private Path output;

	private @Nullable ConfigurableApplicationContext context;

	@BeforeEach
	void folders() {
		this.log = this.directory.resolve("logs/shard-0-a.log");
		this.output = this.directory.resolve("logs/out");
	}

	@AfterEach
	void stop() {
		if (this.context != null) {
			this.context.close();
		}
	}

	@Test
	void appendedRotatedTruncatedAndRestarted_eachEntryIsWrittenOnce() throws Exception {
		List<String> expected = new ArrayList<>();
		expected.addAll(append("first", 100));
		start();
		awaitMessages(expected);
		Files.move(this.log, this.log.resolveSibling("shard-0-a.log.1"));
		expected.addAll(append("rotated", 100));
		awaitMessages(expected);
		stop();
		expected.addAll(append("while down", 100));
		Files.move(this.log, this.log.resolveSibling("shard-0-a.log.2"));
		expected.addAll(append("rotated while down", 100));
		start();
		awaitMessages(expected);
		Files.write(this.log, new byte[0]);
		expected.addAll(append("truncated", 50));
		awaitMessages(expected);
		stop();
		start();
		expected.addAll(append("after", 1));
		awaitMessages(expected);
		assertThat(messages()).containsExactlyInAnyOrderElementsOf(expected);
	}

	@Test
	void killedInTheMiddle_theNextOneGoesOnWithoutGapOrRepetition() throws Exception {
		List<String> expected = new ArrayList<>(append("a", 20_000));
		Process killed = startProcess("killed.txt");
		try {
			Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> written() > 300_000);
			expected.addAll(append("b", 5_000));
		}
		finally {
			killed.destroyForcibly();
			assertThat(killed.waitFor(10, TimeUnit.SECONDS)).isTrue();
		}
		expected.addAll(append("c", 100));
		start();
		awaitMessages(expected);
		assertThat(messages()).isEqualTo(expected);
	}

	@Test
	void recentEntries_areAnswered_andThoseToComeAreStreamed() throws Exception {
		append("old", 3);
		int port = start();
		awaitMessages(List.of("old 0", "old 1", "old 2"));
		HttpResponse<String> recent = HTTP.send(request(port, "/logs?limit=1&service=shard"), BodyHandlers.ofString());
		assertThat(recent.statusCode()).isEqualTo(200);
		assertThat(message(recent.body())).isEqualTo("old 2");
		HttpResponse<java.io.InputStream> following = HTTP.send(request(port, "/logs?follow=true&limit=1"),
				BodyHandlers.ofInputStream());
		try (BufferedReader lines = reader(following)) {
			assertThat(message(lines.readLine())).isEqualTo("old 2");
			append("new", 1);
			assertThat(message(lines.readLine())).isEqualTo("new 0");
		}
		HttpRequest events = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/logs?limit=1"))
			.header("Accept", "text/event-stream")
			.build();
		try (BufferedReader lines = reader(HTTP.send(events, BodyHandlers.ofInputStream()))) {
			assertThat(lines.readLine()).startsWith("data:{").contains("new 0");
		}
	}

	@Test
	void followersDoNotHoldUpTheStop() throws Exception {
		int port = start();
		try (BufferedReader lines = reader(
				HTTP.send(request(port, "/logs?follow=true"), BodyHandlers.ofInputStream()))) {
			long before = System.nanoTime();
			stop();
			assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
			assertThat(lines.readLine()).isNull();
		}
	}

	@Test
	void ownOutput_isNotFollowed() throws Exception {
		append("x", 1);
		start("--log-adapter.files=" + this.directory + "/**");
		awaitMessages(List.of("x 0"));
		append("y", 1);
		awaitMessages(List.of("x 0", "y 0"));
		assertThat(messages()).containsExactly("x 0", "y 0");
	}

	@Test
	void ownLog_isNotFollowed() throws Exception {
		append("x", 1);
		Process process = startProcess("log-adapter.log");
		try {
			Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> messages().contains("x 0"));
			assertThat(Files.readString(this.directory.resolve("logs/log-adapter.log"))).contains("Starting");
			append("y", 1);
			Awaitility.await().until(() -> messages().contains("y 0"));
			assertThat(messages()).containsExactly("x 0", "y 0");
			Path checkpoint = this.output.resolve("checkpoint.json");
			Awaitility.await().until(() -> Files.exists(checkpoint));
			assertThat(Files.readString(checkpoint)).contains("shard-0-a.log").doesNotContain("log-adapter.log");
		}
		finally {
			process.destroyForcibly();
			assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
		}
	}

	@Test
	void requiredSetting_isNamedWhenItIsMissing() {
		assertThatException().isThrownBy(() -> run("--log-adapter.output.directory=" + this.output))
			.satisfies((ex) -> assertThat(rootMessages(ex)).contains("files"));
		assertThatException().isThrownBy(() -> run("--log-adapter.files=/x/*.log"))
			.satisfies((ex) -> assertThat(rootMessages(ex)).contains("directory"));
	}

	private int start(String... arguments) {
		List<String> all = new ArrayList<>(List.of("--log-adapter.files=" + this.directory + "/logs/*.log",
				"--log-adapter.output.directory=" + this.output, "--log-adapter.output.max-files=100",
				"--log-adapter.join.silence=100ms", "--log-adapter.poll-interval=20ms",
				"--log-adapter.scan-interval=50ms"));
		all.addAll(List.of(arguments));
		this.context = run(all.toArray(String[]::new));
		WebServerApplicationContext web = (WebServerApplicationContext) this.context;
		return Objects.requireNonNull(web.getWebServer()).getPort();
	}

	private static ConfigurableApplicationContext run(String... arguments) {
		return SpringApplication.run(LogAdapterApplication.class,
				Stream.concat(Stream.of("--server.port=0", "--management.server.port=0",
						"--spring.main.keep-alive=false", "--spring.jmx.enabled=false"), Stream.of(arguments))
					.toArray(String[]::new));
	}

	/** By environment variables, as a container gets them. */
	private Process startProcess(String log) throws IOException {
		ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"),
				LogAdapterApplication.class.getName());
		builder.environment()
			.putAll(Map.of("SERVER_PORT", "0", "MANAGEMENT_SERVER_PORT", "0", "LOG_ADAPTER_FILES",
					this.directory + "/logs/*.log", "LOG_ADAPTER_OUTPUT_DIRECTORY", this.output.toString(),
					"LOG_ADAPTER_OUTPUT_MAX_FILES", "100", "LOG_ADAPTER_JOIN_SILENCE", "100ms"));
		return builder.redirectErrorStream(true)
			.redirectOutput(this.directory.resolve("logs").resolve(log).toFile())
			.start();
	}

	private static HttpRequest request(int port, String path) {
		return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)).build();
	}

	private static BufferedReader reader(HttpResponse<java.io.InputStream> response) {
		assertThat(response.statusCode()).isEqualTo(200);
		return new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
	}

	private List<String> append(String name, int count) throws IOException {
		List<String> messages = IntStream.range(0, count).mapToObj((i) -> name + " " + i).toList();
		Files.createDirectories(this.log.getParent());
		Files.write(this.log, messages.stream().map((message) -> HEAD + message).toList(), StandardOpenOption.CREATE,
				StandardOpenOption.APPEND);
		return messages;
	}

	private void awaitMessages(List<String> expected) throws IOException {
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.untilAsserted(() -> assertThat(messages()).hasSizeGreaterThanOrEqualTo(expected.size()));
		assertThat(messages()).containsExactlyInAnyOrderElementsOf(expected);
	}

	private long written() throws IOException {
		Path file = this.output.resolve("entries.ndjson");
		return Files.exists(file) ? Files.size(file) : 0;
	}

	private List<String> messages() throws IOException {
		if (!Files.isDirectory(this.output)) {
			return List.of();
		}
		List<Path> files;
		try (Stream<Path> all = Files.list(this.output)) {
			// Numbered ones come before the current one.
			files = all.filter((file) -> file.getFileName().toString().startsWith("entries")).sorted().toList();
		}
		List<String> messages = new ArrayList<>();
		for (Path file : files) {
			String text = Files.readString(file);
			text.substring(0, text.lastIndexOf('\n') + 1).lines().forEach((line) -> messages.add(message(line)));
		}
		return messages;
	}

	private static String message(@Nullable String line) {
		assertThat(line).isNotNull();
		JsonNode entry = JsonMapper.shared().readTree(line);
		return entry.path("message").stringValue();
	}

	private static String rootMessages(Throwable thrown) {
		StringBuilder messages = new StringBuilder();
		for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
			messages.append(cause.getMessage()).append('\n');
		}
		return messages.toString();
	}

}
