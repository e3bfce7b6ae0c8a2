package dev.bootpatterns.worker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
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
 * Real workers, processes of their own, killed the hard way.
 */
@Timeout(120)
class KilledWorkerTests {

	private static final Duration SOON = Duration.ofSeconds(60);

	private static final int CONCURRENCY = 3;

	private static final int MANY = 1000;

	/** How often each was PUT. */
	private final Map<String, Integer> documents = new ConcurrentHashMap<>();

	private final Semaphore answers = new Semaphore(0);

	private final CountDownLatch arrived = new CountDownLatch(CONCURRENCY);

	private final List<Process> workers = new ArrayList<>();

	private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

	@TempDir
	private Path logs;

	private TestBroker broker;

	private HttpServer gateway;

	@BeforeEach
	void start() throws Exception {
		this.broker = new EmbeddedTestBroker();
		// The first worker declares everything.
		new RunningWorker(this.broker.port(), new TestHandler((_, _) -> Outcome.done())).close();
		this.gateway = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
		this.gateway.setExecutor(this.threads);
		this.gateway.createContext("/", this::put);
		this.gateway.start();
	}

	@AfterEach
	void stop() {
		this.answers.release(MANY);
		this.workers.forEach(Process::destroyForcibly);
		this.gateway.stop(0);
		this.threads.close();
		this.broker.close();
	}

	/**
	 * Before the first worker is dead, only so many are answered as there are permits.
	 */
	private void put(HttpExchange exchange) throws IOException {
		try (exchange) {
			exchange.getRequestBody().readAllBytes();
			this.arrived.countDown();
			if (!this.answers.tryAcquire(60, TimeUnit.SECONDS)) {
				throw new IOException("the worker was not killed");
			}
			this.documents.merge(exchange.getRequestURI().getPath(), 1, Integer::sum);
			exchange.sendResponseHeaders(201, -1);
		}
		catch (InterruptedException ex) {
			throw new IOException(ex);
		}
	}

	@Test
	void worker_killedWhileItHandlesItems_losesNone() throws Exception {
		List<String> items = IntStream.range(0, 12).mapToObj((i) -> "dir/item " + i + ".java").toList();
		Process first = startWorker("first", this.broker.port());
		try (FakeOwner owner = new FakeOwner(this.broker.port())) {
			owner.listenAndSendAgain("ingest");
			for (String item : items) {
				owner.send("job", item, "ingest");
			}
			assertThat(this.arrived.await(60, TimeUnit.SECONDS)).as("three items in progress").isTrue();
			first.destroyForcibly().waitFor();
			assertThat(first.exitValue()).as("SIGKILL").isEqualTo(128 + 9);
			assertThat(owner.results("job")).isEmpty();
			List<String> begun = owner.started("job").stream().map(FakeOwner.Result::item).toList();
			assertThat(begun).hasSize(CONCURRENCY);
			this.answers.release(MANY);

			Process second = startWorker("second", this.broker.port());
			await().atMost(SOON).until(() -> owner.results("job", "DONE").size() >= items.size());
			second.destroy();
			assertThat(second.waitFor(30, TimeUnit.SECONDS)).as("stops on SIGTERM").isTrue();
			assertThat(owner.results("job", "DONE")).containsExactlyInAnyOrderElementsOf(items);
			assertThat(owner.results("job", "INTERRUPTED")).as("those in progress, and those fetched ahead")
				.containsAll(begun)
				.doesNotHaveDuplicates();
			assertThat(owner.results("job")).extracting(FakeOwner.Result::outcome).containsOnly("DONE", "INTERRUPTED");
			assertThat(owner.started("job")).as("announcements").hasSize(items.size() + CONCURRENCY);
			assertThat(owner.waiting("work.items")).isZero();
		}
		assertThat(this.documents.keySet())
			.isEqualTo(items.stream().map((item) -> "/documents/" + item).collect(Collectors.toSet()));
	}

	/**
	 * Three documents are PUT and reported when the worker dies, and three are under way;
	 * the broker has no ack of any.
	 */
	@Test
	void worker_killedBetweenEffectAndAck_leavesEachItemWithOneOutcome() throws Exception {
		List<String> items = IntStream.range(0, 6).mapToObj((i) -> "item-" + i).toList();
		try (Link link = new Link(this.broker.port()); FakeOwner owner = new FakeOwner(this.broker.port())) {
			Process first = startWorker("first", link.port());
			owner.listenAndSendAgain("ingest");
			for (String item : items) {
				owner.send("job", item, "ingest");
			}
			assertThat(this.arrived.await(60, TimeUnit.SECONDS)).as("three items in progress").isTrue();
			link.loseAcks();
			this.answers.release(CONCURRENCY);
			await().atMost(SOON).until(() -> owner.results("job").size() == CONCURRENCY);
			List<String> before = owner.results("job", "DONE");
			assertThat(this.documents).as("effects").hasSize(CONCURRENCY);
			first.destroyForcibly().waitFor();
			this.answers.release(MANY);

			startWorker("second", this.broker.port());
			await().atMost(SOON).until(() -> owner.results("job", "DONE").size() == items.size());
			await().atMost(SOON).until(() -> owner.results("job", "INTERRUPTED").size() == items.size());
			await().atMost(SOON).until(() -> owner.waiting("work.items") == 0);
			Map<String, List<String>> outcomes = owner.results("job")
				.stream()
				.collect(Collectors.groupingBy(FakeOwner.Result::item,
						Collectors.mapping(FakeOwner.Result::outcome, Collectors.toList())));
			assertThat(outcomes.keySet()).containsExactlyInAnyOrderElementsOf(items);
			assertThat(outcomes).allSatisfy((item, reports) -> assertThat(reports)
				.isEqualTo(before.contains(item) ? List.of("DONE", "INTERRUPTED") : List.of("INTERRUPTED", "DONE")));
			assertThat(this.documents).as("the same document, once or twice").hasSize(items.size());
		}
	}

	private Process startWorker(String id, int brokerPort) throws IOException {
		Process worker = WorkerProcess.start(brokerPort, this.logs.resolve(id + ".log"),
				Map.of("WORKER_ID", id, "WORKER_HEARTBEAT", "10m", "WORKER_CONCURRENCY", Integer.toString(CONCURRENCY),
						"WORKER_GATEWAY_URL", "http://127.0.0.1:" + this.gateway.getAddress().getPort()));
		this.workers.add(worker);
		return worker;
	}

}
