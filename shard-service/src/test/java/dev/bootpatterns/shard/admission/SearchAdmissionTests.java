package dev.bootpatterns.shard.admission;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import com.sun.net.httpserver.HttpServer;
import dev.bootpatterns.shard.TestClient;
import dev.bootpatterns.shard.TestSystem;
import dev.bootpatterns.shard.topology.Siblings;
import dev.bootpatterns.sharding.Topology;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Searches as a router sends them, at a replica that runs one and lets two wait. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SearchAdmissionTests {

	private static final String SEARCH = "/search?q=zebra";

	private static final String TIMING = "queue;dur=[0-9]+\\.[0-9]{3}, service;dur=[0-9]+\\.[0-9]{3}";

	private TestSystem system;

	private TestSystem.Replica replica;

	private TestClient http;

	private SearchQueue queue;

	/** What the other replica is asked for. */
	private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();

	private HttpServer other;

	@BeforeAll
	void start(@TempDir Path directory) throws Exception {
		this.system = new TestSystem(directory).topology(Topology.balanced(1));
		this.replica = this.system.replica("a", 1, "--shard.search.concurrency=1", "--shard.search.max-queue=2");
		this.http = this.replica.http();
		this.queue = this.replica.context().getBean(SearchQueue.class);
		await().until(() -> this.http.get("/readyz").status() == 200);
		this.http.put("/documents/x", "t", "zebra");
		await().until(() -> this.http.find("zebra").size() == 1);
		this.other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.other.createContext("/", (exchange) -> {
			this.asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
			exchange.sendResponseHeaders(204, -1);
			exchange.close();
		});
		this.other.start();
		announce("b", "http://127.0.0.1:" + this.other.getAddress().getPort());
		announce("dead", "http://127.0.0.1:1");
		Siblings siblings = this.replica.context().getBean(Siblings.class);
		await().until(() -> siblings.uri("b") != null && siblings.uri("dead") != null);
	}

	private void announce(String name, String uri) {
		this.system.jdbc()
			.sql("insert into documents.replica (shard, replica, uri, epoch, prepared_epoch) values (0, ?, ?, 1, 1)")
			.params(name, uri)
			.update();
	}

	@AfterAll
	void stop() throws IOException {
		this.other.stop(0);
		this.system.close();
	}

	@AfterEach
	void everySearchHasLeft() {
		await().until(() -> this.queue.length() == 0);
	}

	@Test
	void answer_saysHowLongTheSearchWaitedAndRan() {
		double before = timed("shard.search.queue");
		TestClient.Answer answer = this.http.get(SEARCH, "X-Deadline-Ms", "60000", "X-Search-Id", "my.Search-1_");
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.header("Server-Timing")).matches(TIMING);
		assertThat(answer.header("X-Queue-Length")).isEqualTo("0");
		assertThat(timed("shard.search.queue")).isEqualTo(before + 1);
	}

	@ParameterizedTest
	@CsvSource({ "X-Deadline-Ms, 0", "X-Deadline-Ms, 60001", "X-Deadline-Ms, -1", "X-Deadline-Ms, soon",
			"X-Deadline-Ms, 1.5", "X-Search-Id, ''", "X-Search-Id, a/b", "X-Tied-To, b", "X-Tied-To, /x",
			"X-Tied-To, b/", "X-Tied-To, http://127.0.0.1:1/x", "X-Tied-To, b/x/y" })
	void malformedHeader_isRefusedNamingIt(String header, String value) {
		TestClient.Answer answer = this.http.get(SEARCH, header, value);
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.detail()).contains(header);
	}

	/** At once, if searches took so long just now that it would not be done. */
	@Test
	void budgetThatEndsInTheQueue_isAnsweredWithWhatWasWaitedFor() {
		double before = late();
		TestClient.Answer answer = whileBusy(() -> this.http.get(SEARCH, "X-Deadline-Ms", "300"));
		assertThat(answer.status()).isEqualTo(504);
		assertThat(answer.detail()).contains("budget");
		assertThat(answer.header("Server-Timing")).matches(TIMING);
		assertThat(answer.header("X-Queue-Length")).isEqualTo("1");
		assertThat(late()).isEqualTo(before + 1);
	}

	private double late() {
		return counted("shard.search.stopped", "reason", "deadline")
				+ counted("shard.search.refused", "reason", "estimate");
	}

	@Test
	void searchThatFindsTheQueueFull_isRefused() {
		whileBusy(() -> {
			CompletableFuture<TestClient.Answer> first = send("X-Search-Id", "first");
			CompletableFuture<TestClient.Answer> second = send("X-Search-Id", "second");
			await().until(() -> this.queue.length() == 3);
			TestClient.Answer refused = this.http.get(SEARCH);
			assertThat(refused.status()).isEqualTo(503);
			assertThat(refused.header("Retry-After")).isEqualTo("1");
			assertThat(refused.header("X-Queue-Length")).isEqualTo("3");
			cancel("first");
			cancel("second");
			assertThat(first.join().status()).isEqualTo(499);
			return second.join();
		});
		assertThat(counted("shard.search.refused", "reason", "queue-full")).isPositive();
	}

	@Test
	void cancel_endsASearchThatWaits_andOneThatIsStillToCome() {
		whileBusy(() -> {
			CompletableFuture<TestClient.Answer> waiting = send("X-Search-Id", "waiting");
			await().until(() -> this.queue.length() == 2);
			cancel("waiting");
			cancel("waiting");
			assertThat(waiting.join().status()).isEqualTo(499);
			return waiting.join();
		});
		cancel("to-come");
		assertThat(this.http.get(SEARCH, "X-Search-Id", "to-come").status()).isEqualTo(499);
		assertThat(this.http.get(SEARCH, "X-Search-Id", "another").status()).isEqualTo(200);
		assertThat(counted("shard.search.stopped", "reason", "cancelled")).isGreaterThanOrEqualTo(2);
	}

	@Test
	void cancelOfWhatCannotBeASearch_isRefused() {
		assertThat(this.http.delete("/searches/" + "a".repeat(65)).status()).isEqualTo(400);
		assertThat(this.http.delete("/searches/a?onlyWaiting=perhaps").status()).isEqualTo(400);
	}

	@Test
	void tiedSearch_cancelsTheOtherCopyWhenItBegins_notBefore() throws InterruptedException {
		CompletableFuture<TestClient.Answer> tied = whileBusy(() -> {
			CompletableFuture<TestClient.Answer> waiting = send("X-Tied-To", "b/the-other");
			await().until(() -> this.queue.length() == 2);
			assertThat(this.asked).isEmpty();
			return waiting;
		});
		assertThat(this.asked.poll(10, TimeUnit.SECONDS)).isEqualTo("DELETE /searches/the-other?onlyWaiting=true");
		assertThat(tied.join().status()).isEqualTo(200);
		await().until(() -> counted("shard.search.tied.cancels", "outcome", "sent") == 1);
	}

	@ParameterizedTest
	@CsvSource({ "nobody, unknown", "a, unknown", "dead, failed" })
	void copyThatCannotBeCancelled_isCounted_andTheSearchAnswered(String name, String outcome) {
		double before = counted("shard.search.tied.cancels", "outcome", outcome);
		assertThat(this.http.get(SEARCH, "X-Tied-To", name + "/the-other").status()).isEqualTo(200);
		await().until(() -> counted("shard.search.tied.cancels", "outcome", outcome) == before + 1);
	}

	/** Does something while a search has the only place. */
	private <T> T whileBusy(Supplier<T> action) {
		Ticket busy = this.queue.enter(new Attempt(System.nanoTime() + Duration.ofMinutes(1).toNanos(), null, null));
		try {
			return action.get();
		}
		finally {
			this.queue.leave(busy, false);
		}
	}

	private CompletableFuture<TestClient.Answer> send(String... headers) {
		return CompletableFuture.supplyAsync(() -> this.http.get(SEARCH, headers),
				(task) -> Thread.ofVirtual().start(task));
	}

	private void cancel(String id) {
		assertThat(this.http.delete("/searches/" + id).status()).isEqualTo(204);
	}

	private double counted(String name, String tag, String value) {
		return this.replica.context().getBean(MeterRegistry.class).get(name).tag(tag, value).counter().count();
	}

	private double timed(String name) {
		return this.replica.context().getBean(MeterRegistry.class).get(name).timer().count();
	}

}
