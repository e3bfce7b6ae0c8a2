package dev.bootpatterns.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A suite of its own, beside any that runs: its state in a directory of the test, its
 * ports moved to where all are free.
 */
final class Suite implements AutoCloseable {

	private static final HttpClient HTTP = HttpClient.newHttpClient();

	/**
	 * Serving ports as ARCHITECTURE's table has them, for three shards with two replicas.
	 */
	private static final int[] PORTS = { 8080, 8101, 8106, 8201, 8202, 8301, 8302, 8401, 8501, 15432, 15673 };

	private final Path home;

	private final int offset;

	/** The list of processes; empty for the suite's own. */
	private String file = "";

	Suite(Path home) {
		this.home = home;
		this.offset = IntStream.iterate(22_000, (candidate) -> candidate + 500)
			.limit(20)
			.filter((candidate) -> IntStream.of(PORTS).allMatch((port) -> free(port + candidate)))
			.findFirst()
			.orElseThrow();
	}

	private static boolean free(int port) {
		try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
			return socket.isBound();
		}
		catch (IOException ex) {
			return false;
		}
	}

	/** Indexes a part of the default corpus from now on: what begins with a prefix. */
	void part(String... prefixes) throws IOException {
		String all = Files.readString(Checkout.ROOT.resolve("local/src/main/resources/suite.yaml"));
		String part = all.replace("${corpus.prefixes}", String.join(",", prefixes));
		if (part.equals(all)) {
			throw new IllegalStateException("suite.yaml does not say ${corpus.prefixes}");
		}
		this.file = Files.writeString(Files.createTempFile(this.home.getParent(), "suite-", ".yaml"), part).toString();
	}

	/** Starts {@code ./suite} with these arguments; its output goes to a file. */
	Command command(String... arguments) {
		try {
			Path output = Files.createTempFile(this.home.getParent(), "suite-", ".out");
			List<String> command = new ArrayList<>(List.of(Checkout.ROOT.resolve("suite").toString()));
			command.addAll(List.of(arguments));
			ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(output.toFile());
			builder.environment().put("SUITE_HOME", this.home.toString());
			builder.environment().put("SUITE_FILE", this.file);
			builder.environment().put("SUITE_PORT_OFFSET", Integer.toString(this.offset));
			return new Command(builder.start(), output);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Starts the verifying load against this suite; it ends when it is terminated. A
	 * machine that is too slow for it gets less: what is too much would fail for that.
	 */
	Command load(int rate, int inFlight) {
		try {
			Path output = Files.createTempFile(this.home.getParent(), "load-", ".out");
			return new Command(new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
					"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-jar",
					Checkout.ROOT.resolve("benchmarks/target/benchmarks.jar").toString(), "mixed", "--url",
					url(8080, "").toString(), "--rate", Integer.toString(rate), "--in-flight",
					Integer.toString(inFlight))
				.redirectErrorStream(true)
				.redirectOutput(output.toFile())
				.start(), output);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	Path home() {
		return this.home;
	}

	URI url(int port, String path) {
		return URI.create("http://127.0.0.1:" + (port + this.offset) + path);
	}

	HttpResponse<String> get(String path, String... headers) {
		return get(8080, path, headers);
	}

	HttpResponse<String> get(int port, String path, String... headers) {
		HttpRequest.Builder request = HttpRequest.newBuilder(url(port, path));
		if (headers.length > 0) {
			request.headers(headers);
		}
		try {
			return HTTP.send(request.build(), BodyHandlers.ofString());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** As the administrator. */
	HttpResponse<String> post(String path, String json) throws IOException, InterruptedException {
		String token = Files.readString(this.home.resolve("admin-token")).strip();
		return HTTP.send(HttpRequest.newBuilder(url(8080, path))
			.header("Authorization", "Bearer " + token)
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString(json))
			.build(), BodyHandlers.ofString());
	}

	JsonNode json(String path, String... headers) {
		return JsonMapper.shared().readTree(get(path, headers).body());
	}

	/** What {@code ./suite status --json} says. */
	List<JsonNode> status() {
		Command status = command("status", "--json");
		status.exit();
		return JsonMapper.shared().readTree(status.text()).valueStream().toList();
	}

	/** Ends a process as {@code kill -9} does. */
	void kill(String name) {
		ProcessHandle.of(pid(name)).orElseThrow().destroyForcibly();
	}

	void signal(String name, String signal) throws IOException, InterruptedException {
		assertThat(new ProcessBuilder("kill", signal, Long.toString(pid(name))).start().waitFor()).isZero();
	}

	private long pid(String name) {
		return status().stream()
			.filter((process) -> process.path("name").asString().equals(name))
			.map((process) -> process.path("pid").asLong())
			.findFirst()
			.orElseThrow();
	}

	/**
	 * The processes that live and have to do with this suite: all that it starts carry
	 * its directory on the command line, PostgreSQL as the place of its data.
	 */
	List<ProcessHandle> processes() {
		return ProcessHandle.allProcesses()
			.filter((process) -> process.info()
				.arguments()
				.stream()
				.flatMap(Stream::of)
				.anyMatch((argument) -> argument.contains(this.home.toString())))
			.filter((process) -> !hasEnded(process.pid()))
			.toList();
	}

	/**
	 * Whether a process has ended. One that nobody collects, as in a container whose
	 * first process does not, has ended all the same.
	 */
	private static boolean hasEnded(long pid) {
		try {
			String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
			return stat.substring(stat.lastIndexOf(')')).startsWith(") Z");
		}
		catch (NoSuchFileException ex) {
			return ProcessHandle.of(pid).isEmpty();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		command("down").exit();
	}

	/** A running command. */
	record Command(Process process, Path output) {

		int exit() {
			try {
				return this.process.waitFor();
			}
			catch (InterruptedException ex) {
				this.process.destroyForcibly();
				throw new IllegalStateException(ex);
			}
		}

		String succeeds() {
			int exit = exit();
			if (exit != 0) {
				throw new AssertionError("exit code " + exit + "\n" + text());
			}
			return text();
		}

		String text() {
			try {
				return Files.readString(this.output);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

	}

}
