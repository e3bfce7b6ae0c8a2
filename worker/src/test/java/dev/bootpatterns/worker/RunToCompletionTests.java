package dev.bootpatterns.worker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Real workers that end by themselves, and what a Kubernetes Job sees of them: the exit
 * code.
 */
@Timeout(120)
class RunToCompletionTests {

	private static final Duration SOON = Duration.ofSeconds(60);

	private static final int SIGTERM = 128 + 15;

	private final List<Process> workers = new ArrayList<>();

	private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

	private final List<String> asked = new CopyOnWriteArrayList<>();

	@TempDir
	private Path directory;

	private TestBroker broker;

	private FakeOwner owner;

	private HttpServer gateway;

	private volatile String job = "{\"state\":\"RUNNING\",\"done\":0,\"dead\":0}";

	@BeforeEach
	void start() throws Exception {
		this.broker = new EmbeddedTestBroker();
		// The first worker declares everything.
		new RunningWorker(this.broker.port(), new TestHandler((_, _) -> Outcome.done())).close();
		this.owner = new FakeOwner(this.broker.port());
		this.owner.listen();
		this.gateway = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
		this.gateway.setExecutor(this.threads);
		this.gateway.createContext("/jobs/", this::answer);
		this.gateway.start();
	}

	@AfterEach
	void stop() {
		this.workers.forEach(Process::destroyForcibly);
		this.gateway.stop(0);
		this.threads.close();
		this.owner.close();
		this.broker.close();
	}

	private void answer(HttpExchange exchange) throws IOException {
		try (exchange) {
			byte[] answer = this.job.getBytes(StandardCharsets.UTF_8);
			exchange.sendResponseHeaders(200, answer.length);
			exchange.getResponseBody().write(answer);
			this.asked.add(exchange.getRequestURI().getPath());
		}
	}

	@Test
	void worker_thatIsToExitWhenEmpty_worksEverythingOff_andEndsWith0() throws Exception {
		List<String> items = IntStream.range(0, 20).mapToObj((i) -> "item-" + i).toList();
		for (String item : items) {
			this.owner.send("7", item, "checksum");
		}
		Process worker = start(Map.of("WORKER_QUIET_PERIOD", "1s", "JOB_COMPLETION_INDEX", "3", "HOSTNAME", "sums-3"),
				"--exit-when-empty");
		assertThat(exitCode(worker)).isZero();
		await().atMost(SOON).until(() -> this.owner.results("7", "DONE").size() == items.size());
		assertThat(this.owner.results("7", "DONE")).containsExactlyInAnyOrderElementsOf(items);
		assertThat(this.owner.results("7").getFirst().body().path("worker").asString()).isEqualTo("sums-3");
		assertThat(this.owner.waiting("work.items")).isZero();
	}

	@Test
	void worker_ofAJob_staysWhileTheQueueIsEmpty_andEndsWith1WhenTheJobHasDeadItems() throws Exception {
		Process worker = start(Map.of("WORKER_ID", "w", "WORKER_EXIT_WHEN_EMPTY", "true", "WORKER_QUIET_PERIOD", "1ms",
				"WORKER_JOB", "7"));
		await().atMost(SOON).until(() -> this.asked.size() >= 3);
		this.owner.send("7", "late", "checksum");
		await().atMost(SOON).until(() -> this.owner.results("7", "DONE").size() == 1);
		assertThat(worker.isAlive()).isTrue();
		this.job = "{\"state\":\"DONE\",\"done\":1,\"dead\":1}";
		assertThat(exitCode(worker)).isEqualTo(1);
		assertThat(this.asked).containsOnly("/jobs/7");
		assertThat(log()).contains("Job 7 is DONE, 1 items done and 1 dead: the worker ends with 1");
	}

	@Test
	void sigterm_finishesWhatIsInProgress_andIsNoCompletion() throws Exception {
		Path begun = this.directory.resolve("begun");
		Path finish = this.directory.resolve("finish");
		Process worker = start(Map.of("WORKER_ID", "w", "WORKER_EXIT_WHEN_EMPTY", "true", "WORKER_JOB", "7",
				"WORKER_EXEC_COMMAND_0", "sh", "WORKER_EXEC_COMMAND_1", "-c", "WORKER_EXEC_COMMAND_2",
				"touch %s; while [ ! -e %s ]; do sleep 0.1; done".formatted(begun, finish)));
		this.owner.send("7", "long", "exec");
		await().atMost(SOON).until(() -> Files.exists(begun));
		worker.destroy();
		await().atMost(SOON).until(() -> log().contains("Waiting for workers to finish"));
		Files.createFile(finish);
		assertThat(exitCode(worker)).isEqualTo(SIGTERM);
		await().atMost(SOON).until(() -> this.owner.results("7", "DONE").size() == 1);
	}

	@Test
	void worker_thatCannotStart_doesNotEndWith0() throws Exception {
		assertThat(exitCode(start(Map.of("WORKER_ID", "w", "WORKER_JOB", "7")))).isEqualTo(1);
		assertThat(log()).contains("WORKER_JOB is of use with WORKER_EXIT_WHEN_EMPTY=true alone");
	}

	private Process start(Map<String, String> settings, String... options) throws IOException {
		Map<String, String> all = new HashMap<>(settings);
		all.put("WORKER_GATEWAY_URL", "http://127.0.0.1:" + this.gateway.getAddress().getPort());
		Process worker = WorkerProcess.start(this.broker.port(), this.directory.resolve(this.workers.size() + ".log"),
				all, options);
		this.workers.add(worker);
		return worker;
	}

	private String log() throws IOException {
		return Files.readString(this.directory.resolve("0.log"));
	}

	private static int exitCode(Process worker) throws InterruptedException {
		assertThat(worker.waitFor(60, TimeUnit.SECONDS)).as("ends").isTrue();
		return worker.exitValue();
	}

}
