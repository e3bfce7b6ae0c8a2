package dev.bootpatterns.benchmarks.load;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the work queue is compared with, on the same broker: RabbitMQ's PerfTest, which
 * only publishes and consumes, and Celery, which does what the queue does.
 *
 * @param folder with {@code noop.py} and PerfTest's jars in {@code target/lib}
 * @param amqp the broker, with user and password
 * @param python that has Celery
 */
record QueuePeers(Path folder, URI amqp, String python) {

	private static final int TIMEOUT_SECONDS = 300;

	private static final Pattern RECEIVED = Pattern.compile("receiving rate avg: (\\d+) msg/s");

	/** What is missing of them and how to get it, or null. */
	@org.jspecify.annotations.Nullable
	String missing() throws IOException, InterruptedException {
		if (!Files.isDirectory(libraries())) {
			return "there is no PerfTest: mvn -q -f %s dependency:copy-dependencies -DoutputDirectory=target/lib"
				.formatted(this.folder);
		}
		Process celery = new ProcessBuilder(this.python, "-c", "import celery").redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.DISCARD)
			.start();
		return (celery.waitFor() == 0) ? null
				: "%s has no Celery: install it (Debian: python3-celery) or name another with --python"
					.formatted(this.python);
	}

	/**
	 * PerfTest: a publisher and a consumer of a quorum queue, messages persistent.
	 * @param outstanding confirms that are awaited at a time
	 * @return messages in a second, published, confirmed, consumed and acknowledged
	 */
	double perfTest(int outstanding, int seconds) throws IOException, InterruptedException {
		String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
		String output = run(
				List.of(java, "-cp", libraries() + "/*", "com.rabbitmq.perf.PerfTest", "-h", this.amqp.toString(),
						"-qq", "-u", "perf-test", "-x", "1", "-y", "1", "-c", Integer.toString(outstanding), "-q",
						Integer.toString(outstanding), "--multi-ack-every", Integer.toString(Math.min(20, outstanding)),
						"-f", "persistent", "-s", "12", "-z", Integer.toString(seconds)),
				Map.of());
		Matcher received = RECEIVED.matcher(output);
		if (!received.find()) {
			throw new LoadFailure("PerfTest names no rate; it said:\n" + output);
		}
		return Double.parseDouble(received.group(1));
	}

	/**
	 * Celery, with as many processes as there are processors.
	 * @param confirmed whether each publishing waits for the broker
	 * @return tasks in a second, from the first call to the last result
	 */
	double celery(int items, boolean confirmed) throws IOException, InterruptedException {
		Map<String, String> environment = Map.of("AMQP", this.amqp + "//", "CONFIRM", confirmed ? "1" : "0");
		Path log = Files.createTempFile("celery-", ".log");
		ProcessBuilder builder = new ProcessBuilder(this.python, "-m", "celery", "-A", "noop", "worker",
				"--concurrency", Integer.toString(Runtime.getRuntime().availableProcessors()), "--loglevel", "WARNING")
			.directory(this.folder.toFile())
			.redirectErrorStream(true)
			.redirectOutput(log.toFile());
		builder.environment().putAll(environment);
		Process worker = builder.start();
		try {
			return Double
				.parseDouble(run(List.of(this.python, "noop.py", Integer.toString(items)), environment).strip());
		}
		catch (NumberFormatException ex) {
			throw new LoadFailure("Celery names no rate; its worker said:\n" + Files.readString(log));
		}
		finally {
			// It asks its children to end; killed, it would leave them behind.
			worker.destroy();
			if (!worker.waitFor(30, TimeUnit.SECONDS)) {
				worker.descendants().forEach(ProcessHandle::destroyForcibly);
				worker.destroyForcibly();
			}
			Files.deleteIfExists(log);
		}
	}

	private Path libraries() {
		return this.folder.resolve("target/lib");
	}

	private String run(List<String> command, Map<String, String> environment) throws IOException, InterruptedException {
		Path output = Files.createTempFile("peer-", ".out");
		try {
			ProcessBuilder builder = new ProcessBuilder(command).directory(this.folder.toFile())
				.redirectErrorStream(true)
				.redirectOutput(output.toFile());
			builder.environment().putAll(environment);
			Process process = builder.start();
			if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
				process.destroyForcibly();
				throw new LoadFailure("%s took more than %d s; it said:%n%s".formatted(command.getFirst(),
						TIMEOUT_SECONDS, Files.readString(output)));
			}
			String said = Files.readString(output);
			if (process.exitValue() != 0) {
				throw new LoadFailure("%s failed; it said:%n%s".formatted(command, said));
			}
			return said;
		}
		finally {
			Files.deleteIfExists(output);
		}
	}

}
