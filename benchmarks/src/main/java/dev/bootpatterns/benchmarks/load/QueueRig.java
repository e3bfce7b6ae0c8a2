package dev.bootpatterns.benchmarks.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.support.ClassicRequestBuilder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An owner and a worker, over a broker and a database that are there, and jobs of items
 * that are next to nothing: twelve bytes, of which the worker takes the checksum.
 */
final class QueueRig implements AutoCloseable {

	private static final String TOKEN = "benchmark";

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	private static final long LONGEST_JOB_SECONDS = 900;

	private static final JsonMapper JSON = JsonMapper.shared();

	private final Path sources;

	private final ServiceProcess owner;

	private final ServiceProcess worker;

	private final LoadClient client;

	/**
	 * Starts both and waits until they are ready.
	 * @param database a JDBC URL with user and password
	 * @param concurrency items that the worker handles at a time
	 * @param flags of both JVMs, but for their heap
	 */
	QueueRig(Path owner, Path worker, URI amqp, String database, int concurrency, List<String> flags)
			throws IOException {
		this.sources = Files.createTempDirectory("queue-");
		List<String> broker = broker(amqp);
		List<String> forOwner = new ArrayList<>(broker);
		forOwner.addAll(List.of("--spring.datasource.url=" + database, "--owner.shards=1", "--owner.id=benchmark",
				"--owner.admin.token=" + TOKEN, "--owner.sources=" + this.sources, "--owner.jobs.window=2000",
				"--owner.jobs.chunk=500"));
		List<String> forWorker = new ArrayList<>(broker);
		forWorker.addAll(List.of("--worker.id=benchmark", "--worker.concurrency=" + concurrency, "--worker.prefetch=10",
				"--worker.gateway-url=http://127.0.0.1:1"));
		this.owner = new ServiceProcess(owner, with(flags, "128m"), forOwner);
		this.worker = new ServiceProcess(worker, with(flags, "96m"), forWorker);
		this.client = new LoadClient(this.owner.uri(), TIMEOUT);
		this.owner.awaitReady();
		this.worker.awaitReady();
	}

	private static List<String> with(List<String> flags, String heap) {
		return Stream.concat(flags.stream(), Stream.of("-Xmx" + heap)).toList();
	}

	private static List<String> broker(URI amqp) {
		String[] user = (amqp.getUserInfo() != null) ? amqp.getUserInfo().split(":", 2)
				: new String[] { "guest", "guest" };
		return List.of("--spring.rabbitmq.host=" + amqp.getHost(),
				"--spring.rabbitmq.port=" + ((amqp.getPort() > 0) ? amqp.getPort() : 5672),
				"--spring.rabbitmq.username=" + user[0],
				"--spring.rabbitmq.password=" + ((user.length > 1) ? user[1] : ""));
	}

	/**
	 * Has a job done, and sees that no item of it failed.
	 * @param watch is called about once a second
	 * @return items in a second, from the request to the last DONE
	 */
	double run(int items, Watch watch) throws IOException {
		String source = "items-%d.zip".formatted(items);
		zip(this.sources.resolve(source), items);
		LoadClient.Answer answer = this.client.send(ClassicRequestBuilder.post()
			.addHeader("Authorization", "Bearer " + TOKEN)
			.setEntity("{\"source\": \"%s\", \"handler\": \"checksum\"}".formatted(source),
					ContentType.APPLICATION_JSON),
				"/jobs");
		if (answer.status() != 202) {
			throw new LoadFailure("the job is refused: " + answer.body());
		}
		String job = "/jobs/" + JSON.readTree(answer.body()).get("id").asString();
		long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_JOB_SECONDS);
		while (System.nanoTime() < end) {
			JsonNode state = look(job);
			watch.look(state.get("done").asInt(), memory(this.owner), memory(this.worker));
			if (state.get("state").asString().equals("DONE")) {
				return rate(state, items);
			}
			LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
		}
		throw new LoadFailure("the job took more than %d s".formatted(LONGEST_JOB_SECONDS));
	}

	private JsonNode look(String job) throws IOException {
		LoadClient.Answer answer = this.client.get(job);
		if (answer.status() != 200) {
			throw new LoadFailure("the owner does not say how the job goes: " + answer.body());
		}
		return JSON.readTree(answer.body());
	}

	private static double rate(JsonNode job, int items) {
		if (job.get("done").asInt() != items) {
			throw new LoadFailure("not all items are DONE: " + job);
		}
		Duration took = Duration.between(OffsetDateTime.parse(job.get("createdAt").asString()),
				OffsetDateTime.parse(job.get("finishedAt").asString()));
		return items * 1e9 / took.toNanos();
	}

	private static void zip(Path file, int items) throws IOException {
		if (Files.exists(file)) {
			return;
		}
		try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
			for (int i = 0; i < items; i++) {
				zip.putNextEntry(new ZipEntry("%07d".formatted(i)));
				zip.write("twelve bytes".getBytes(StandardCharsets.US_ASCII));
			}
		}
	}

	/** Resident memory, in MiB; Linux only. */
	private static long memory(ServiceProcess process) throws IOException {
		try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
			return lines.filter((line) -> line.startsWith("VmRSS:"))
				.mapToLong((line) -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
				.findFirst()
				.orElseThrow(() -> new LoadFailure("a process ended while it was measured"));
		}
	}

	@Override
	public void close() {
		this.client.close();
		this.worker.close();
		this.owner.close();
		try (Stream<Path> files = Files.walk(this.sources)) {
			for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
				Files.delete(file);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Sees how a job goes on. */
	@FunctionalInterface
	interface Watch {

		/**
		 * Called with each look.
		 * @param done items that are DONE
		 * @param ownerMiB resident memory of the owner
		 * @param workerMiB and of the worker
		 */
		void look(int done, long ownerMiB, long workerMiB);

	}

}
