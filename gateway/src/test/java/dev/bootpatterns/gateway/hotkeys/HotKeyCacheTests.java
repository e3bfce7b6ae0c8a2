package dev.bootpatterns.gateway.hotkeys;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import dev.bootpatterns.gateway.FakeReplica;
import dev.bootpatterns.gateway.TestGateway;
import dev.bootpatterns.sharding.Topology;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * With a TTL that outlasts every test. A key is hot from its tenth read on, as counts
 * hardly fade; each test has a key of its own.
 */
class HotKeyCacheTests {

	private static final AtomicInteger KEYS = new AtomicInteger();

	private static TestGateway gateway;

	private final String path = "/documents/key-" + KEYS.incrementAndGet();

	private final Documents documents = new Documents();

	private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();

	@BeforeAll
	static void start() {
		gateway = new TestGateway(Topology.balanced(1), 2, "--gateway.hot-keys.ttl=1m",
				"--gateway.hot-keys.half-life=1h", "--gateway.hot-keys.rate=0.0019", "--gateway.hot-keys.share=0.001",
				"--gateway.hot-keys.period=20ms", "--gateway.hot-keys.max-entry-size=1000B");
	}

	@BeforeEach
	void renew() {
		gateway.renew();
		gateway.replica(0, 0).behave(this.documents);
		gateway.replica(0, 1).behave(this.documents);
	}

	@AfterEach
	void end() {
		this.documents.openAll();
		this.clients.close();
	}

	@AfterAll
	static void stop() {
		gateway.close();
	}

	@Test
	void hotKey_isAnsweredFromTheCopy_whichSaysSo() {
		heat();
		long before = reads();
		for (int i = 0; i < 50; i++) {
			TestGateway.Answer answer = gateway.get(this.path);
			assertThat(answer.status()).isEqualTo(200);
			assertThat(version(answer)).isOne();
			assertThat(answer.header("Cache-Status")).startsWith("boot-patterns; hit; ttl=");
			assertThat(answer.header("Age")).matches("\\d+");
			assertThat(answer.header("ETag")).isEqualTo("\"1\"");
			assertThat(answer.header("X-Replica")).isEqualTo("a");
			assertThat(answer.header("Content-Type")).isEqualTo("application/json");
		}
		assertThat(reads()).isEqualTo(before);
	}

	@Test
	void coldKey_passesUntouched() {
		heat();
		gateway.send("PUT", this.path, BodyPublishers.noBody());
		for (int i = 0; i < 5; i++) {
			TestGateway.Answer answer = gateway.get(this.path + "-cold");
			assertThat(answer.header("Cache-Status")).isEmpty();
		}
		assertThat(gateway.requests(0)).filteredOn(("GET " + this.path + "-cold")::equals).hasSize(5);
	}

	@ParameterizedTest
	@CsvSource({ "PUT", "DELETE", "PATCH", "POST" })
	void write_isSeenByTheNextReader(String method) {
		heat();
		this.documents.write();
		assertThat(version(gateway.get(this.path))).isOne();
		gateway.send(method, this.path, BodyPublishers.noBody());
		assertThat(gateway.get(this.path).header("ETag")).isEqualTo(this.documents.etag());
	}

	@Test
	void writeThatFails_isAWriteToo() {
		heat();
		this.documents.write();
		gateway.replica(0, 0).behave(FakeReplica.reset());
		gateway.replica(0, 1).behave(FakeReplica.reset());
		assertThat(gateway.send("DELETE", this.path, BodyPublishers.noBody()).status()).isEqualTo(503);
		gateway.replica(0, 0).behave(this.documents);
		gateway.replica(0, 1).behave(this.documents);
		assertThat(gateway.get(this.path).header("ETag")).isEqualTo(this.documents.etag());
	}

	@Test
	void write_isSeen_whileAFetchFromBeforeIsUnderWay_andAfterItLanded() {
		heat();
		gateway.send("PUT", this.path, BodyPublishers.noBody());
		Documents.Gate gate = this.documents.gate();
		CompletableFuture<TestGateway.Answer> before = read();
		gate.awaitReader();
		gateway.send("PUT", this.path, BodyPublishers.noBody());
		assertThat(version(gateway.get(this.path))).isEqualTo(3);
		gateway.send("PUT", this.path, BodyPublishers.noBody());
		gate.open();
		assertThat(version(before.join())).isEqualTo(2);
		assertThat(version(gateway.get(this.path))).isEqualTo(4);
	}

	@Test
	void readersOfAMiss_shareOneFetch() {
		heat();
		gateway.send("PUT", this.path, BodyPublishers.noBody());
		long before = reads();
		Documents.Gate gate = this.documents.gate();
		List<CompletableFuture<TestGateway.Answer>> readers = IntStream.range(0, 20).mapToObj((i) -> read()).toList();
		awaitWaiting(20);
		gate.open();
		assertThat(readers).allSatisfy((reader) -> assertThat(version(reader.join())).isEqualTo(2));
		assertThat(reads()).isEqualTo(before + 1);
		assertThat(readers).extracting((reader) -> reader.join().header("Cache-Status"))
			.containsOnly("boot-patterns; fwd=uri-miss", "boot-patterns; fwd=uri-miss; collapsed")
			.containsOnlyOnce("boot-patterns; fwd=uri-miss");
	}

	@Test
	void clientThatGoes_takesTheFetchFromNobody() throws IOException {
		heat();
		gateway.send("PUT", this.path, BodyPublishers.noBody());
		long before = reads();
		Documents.Gate gate = this.documents.gate();
		CompletableFuture<TestGateway.Answer> other;
		try (Socket first = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
			first.getOutputStream()
				.write("GET %s HTTP/1.1\r\nHost: x\r\n\r\n".formatted(this.path).getBytes(StandardCharsets.UTF_8));
			gate.awaitReader();
			other = read();
			awaitWaiting(2);
		}
		awaitWaiting(1);
		gate.open();
		assertThat(version(other.join())).isEqualTo(2);
		assertThat(reads()).isEqualTo(before + 1);
	}

	@Test
	void clientThatIsTheLastToGo_leavesNothingBehind() throws IOException {
		heat();
		gateway.send("PUT", this.path, BodyPublishers.noBody());
		Documents.Gate gate = this.documents.gate();
		try (Socket first = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
			first.getOutputStream()
				.write("GET %s HTTP/1.1\r\nHost: x\r\n\r\n".formatted(this.path).getBytes(StandardCharsets.UTF_8));
			gate.awaitReader();
		}
		awaitWaiting(0);
		assertThat(version(gateway.get(this.path))).isEqualTo(2);
	}

	@Test
	void failureOfTheFetch_reachesAllWhoWaited_andCostsTheReplicasNoMoreThanOne() {
		heat();
		gateway.send("PUT", this.path, BodyPublishers.noBody());
		long before = reads();
		Documents.Gate gate = this.documents.gate();
		this.documents.status(503);
		List<CompletableFuture<TestGateway.Answer>> readers = IntStream.range(0, 10).mapToObj((i) -> read()).toList();
		awaitWaiting(10);
		gate.open();
		assertThat(readers).extracting((reader) -> reader.join().status()).containsOnly(503);
		assertThat(reads()).isBetween(before + 1, before + 2);
		this.documents.status(200);
		assertThat(gateway.get(this.path).status()).isEqualTo(200);
	}

	@Test
	void conditionalRead_isAnsweredFromTheCopy() {
		heat();
		long before = reads();
		TestGateway.Answer same = gateway.get(this.path, "If-None-Match", "\"7\", \"1\"");
		assertThat(same.status()).isEqualTo(304);
		assertThat(same.header("ETag")).isEqualTo("\"1\"");
		assertThat(same.response().body()).isEmpty();
		assertThat(gateway.get(this.path, "If-None-Match", "\"7\"").status()).isEqualTo(200);
		assertThat(reads()).isEqualTo(before);
	}

	@Test
	void conditionalReadThatComesFirst_leavesAWholeCopy() {
		heat();
		gateway.send("PUT", this.path, BodyPublishers.noBody());
		assertThat(gateway.get(this.path, "If-None-Match", "\"2\"").status()).isEqualTo(304);
		TestGateway.Answer whole = gateway.get(this.path);
		assertThat(version(whole)).isEqualTo(2);
		assertThat(whole.header("Cache-Status")).startsWith("boot-patterns; hit");
	}

	@Test
	void head_isAnsweredFromTheCopy_andLeavesAWholeOne() {
		heat();
		String length = gateway.get(this.path).header("Content-Length");
		gateway.send("PUT", this.path, BodyPublishers.noBody());
		for (int i = 0; i < 2; i++) {
			TestGateway.Answer head = gateway.send("HEAD", this.path, BodyPublishers.noBody());
			assertThat(head.status()).isEqualTo(200);
			assertThat(head.header("Content-Length")).isEqualTo(length);
			assertThat(head.response().body()).isEmpty();
		}
		assertThat(gateway.get(this.path).header("Cache-Status")).startsWith("boot-patterns; hit");
		assertThat(version(gateway.get(this.path))).isEqualTo(2);
	}

	@ParameterizedTest
	@CsvSource({ "Cache-Control,no-cache", "Cache-Control,max-age=0", "Pragma,no-cache", "Authorization,Bearer x",
			"Cookie,a=b", "Range,bytes=0-1", "If-Match,\"1\"", "If-Modified-Since,'Mon, 02 Nov 2026 00:00:00 GMT'",
			"Accept,text/html", "Accept,application/json;q=0" })
	void readThatIsItsClientsOwn_passesUntouched(String header, String value) {
		heat();
		long before = reads();
		TestGateway.Answer answer = gateway.get(this.path, header, value);
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.header("Cache-Status")).isEmpty();
		assertThat(reads()).isEqualTo(before + 1);
	}

	@Test
	void readWithAQuery_passesUntouched() {
		heat();
		assertThat(gateway.get(this.path + "?x=y").header("Cache-Status")).isEmpty();
		// Of both replicas, one after the other: not in the order in which they came.
		assertThat(gateway.requests(0)).contains("GET " + this.path + "?x=y");
	}

	@Test
	void sameKeyByAnotherPath_passesUntouched_andAWriteThereCounts() {
		heat();
		String other = this.path.replace("key", "%6Bey");
		assertThat(gateway.get(other).header("Cache-Status")).isEmpty();
		gateway.send("PUT", other, BodyPublishers.noBody());
		assertThat(version(gateway.get(this.path))).isEqualTo(2);
	}

	@ParameterizedTest
	@CsvSource({ "Set-Cookie,a=b", "Vary,Accept", "Cache-Control,no-store", "Cache-Control,private", "ETag,''" })
	void answerThatMayNotBeShared_isNot(String header, String value) {
		heat();
		this.documents.header(header, value);
		gateway.send("PUT", this.path, BodyPublishers.noBody());
		passesWhole(200);
	}

	@Test
	void answerToOneRequest_isNotShared() {
		heat();
		this.documents.status(406);
		gateway.send("PUT", this.path, BodyPublishers.noBody());
		passesWhole(406);
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void largeAnswer_isNotShared(boolean chunked) {
		heat();
		this.documents.grow(chunked);
		gateway.send("PUT", this.path, BodyPublishers.noBody());
		passesWhole(200);
	}

	@Test
	void whatIsNotThere_isShared_butNotKept() {
		heat();
		this.documents.status(404);
		gateway.send("DELETE", this.path, BodyPublishers.noBody());
		long before = reads();
		for (int i = 0; i < 3; i++) {
			assertThat(gateway.get(this.path).status()).isEqualTo(404);
		}
		assertThat(reads()).isEqualTo(before + 3);
	}

	/** After one fetch in vain all reads go to the replicas. */
	private void passesWhole(int status) {
		long before = reads();
		for (int i = 0; i < 3; i++) {
			TestGateway.Answer answer = gateway.get(this.path);
			assertThat(answer.status()).isEqualTo(status);
			assertThat(version(answer)).isPositive();
			assertThat(answer.header("Cache-Status")).isEmpty();
		}
		assertThat(reads()).isEqualTo(before + 4);
	}

	private void heat() {
		IntStream.range(0, 12).forEach((i) -> gateway.get(this.path));
		await().pollInterval(Duration.ofMillis(10))
			.until(() -> gateway.get(this.path).header("Cache-Status").startsWith("boot-patterns; hit"));
	}

	private CompletableFuture<TestGateway.Answer> read() {
		return CompletableFuture.supplyAsync(() -> gateway.get(this.path), this.clients);
	}

	private static void awaitWaiting(int readers) {
		await().until(() -> gateway.gauge("gateway.hot.keys.waiting") == readers);
	}

	private static int version(TestGateway.Answer answer) {
		return answer.json().path("version").asInt();
	}

	/** How many reads reached the replicas. */
	private static long reads() {
		return gateway.requests(0).stream().filter((request) -> request.startsWith("GET")).count();
	}

}
