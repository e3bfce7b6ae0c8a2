package dev.bootpatterns.gateway.hotkeys;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

import dev.bootpatterns.gateway.TestGateway;
import dev.bootpatterns.sharding.Topology;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Without a TTL, as by default: nothing is shown that is older than its reader. */
class SharedFetchTests {

	private static final String PATH = "/documents/key";

	private static TestGateway gateway;

	private final Documents documents = new Documents();

	private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();

	@BeforeAll
	static void start() {
		gateway = new TestGateway(Topology.balanced(1), 2, "--gateway.hot-keys.half-life=1h",
				"--gateway.hot-keys.rate=0.0019", "--gateway.hot-keys.share=0.001", "--gateway.hot-keys.period=20ms");
	}

	@BeforeEach
	void renew() {
		gateway.renew();
		gateway.replica(0, 0).behave(this.documents);
		gateway.replica(0, 1).behave(this.documents);
		await().until(() -> gateway.get(PATH).header("Cache-Status").equals("boot-patterns; fwd=uri-miss"));
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
	void oneReaderAfterTheOther_eachHasAFetchOfItsOwn() {
		int before = gateway.requests(0).size();
		for (int i = 0; i < 5; i++) {
			TestGateway.Answer answer = gateway.get(PATH);
			assertThat(answer.header("Age")).isEmpty();
			assertThat(answer.header("ETag")).isEqualTo("\"" + (i + 1) + "\"");
			this.documents.write();
		}
		assertThat(gateway.requests(0)).hasSize(before + 5);
	}

	@Test
	void writeByAnotherGateway_isSeenByWhoeverAsksAfterIt_howeverManyShareTheFetch() {
		int before = gateway.requests(0).size();
		List<Documents.Gate> gates = List.of(this.documents.gate(), this.documents.gate());
		List<CompletableFuture<TestGateway.Answer>> early = IntStream.range(0, 2).mapToObj((i) -> read()).toList();
		gates.forEach(Documents.Gate::awaitReader);
		this.documents.write();
		List<CompletableFuture<TestGateway.Answer>> late = IntStream.range(0, 20).mapToObj((i) -> read()).toList();
		await().until(() -> gateway.gauge("gateway.hot.keys.waiting") == 22);
		gates.forEach(Documents.Gate::open);
		assertThat(early).extracting((reader) -> reader.join().header("ETag")).containsOnly("\"1\"");
		assertThat(late).extracting((reader) -> reader.join().header("ETag")).containsOnly("\"2\"");
		assertThat(gateway.requests(0)).hasSize(before + 3);
	}

	@Test
	void ownWrite_isSeen() {
		gateway.send("PUT", PATH, BodyPublishers.noBody());
		assertThat(gateway.get(PATH).header("ETag")).isEqualTo("\"2\"");
	}

	private CompletableFuture<TestGateway.Answer> read() {
		return CompletableFuture.supplyAsync(() -> gateway.get(PATH), this.clients);
	}

}
