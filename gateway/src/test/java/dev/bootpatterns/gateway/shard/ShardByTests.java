package dev.bootpatterns.gateway.shard;

import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

import dev.bootpatterns.gateway.FakeReplica;
import dev.bootpatterns.gateway.TestGateway;
import dev.bootpatterns.sharding.Topology;
import dev.bootpatterns.sharding.TopologyDocument;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class ShardByTests {

	private static final Topology TOPOLOGY = Topology.balanced(2);

	/** A key of shard 0 and its path. */
	private static final String KEY = keyOf(0);

	private static final String PATH = "/documents/" + KEY;

	private static TestGateway gateway;

	@BeforeAll
	static void start() {
		// A key that is hot costs a request more whenever its answer turns out not to be
		// one that can be shared.
		gateway = new TestGateway(TOPOLOGY, 2, "--gateway.hot-keys.enabled=false", "--gateway.max-request-size=1000B",
				"--gateway.max-buffered-size=2500B", "--gateway.body-timeout=500ms",
				"--spring.cloud.gateway.server.webflux.httpclient.response-timeout=1s");
	}

	@BeforeEach
	void renew() {
		gateway.renew();
	}

	@AfterAll
	static void stop() {
		gateway.close();
	}

	private static String keyOf(int shard) {
		return IntStream.range(0, 100)
			.mapToObj((i) -> "key-" + i)
			.filter((key) -> TOPOLOGY.shardOf(key) == shard)
			.findFirst()
			.orElseThrow();
	}

	@Test
	void request_goesToTheShardOfItsDecodedKey_withPathAndQueryAsSent() {
		List<String> paths = List.of("java.base/java/lang/String.java", "a%20b", "%C3%BC/x%2Fy;z=1", "plain");
		List<String> keys = List.of("java.base/java/lang/String.java", "a b", "ü/x/y;z=1", "plain");
		for (int i = 0; i < paths.size(); i++) {
			String path = "/documents/" + paths.get(i) + "?x=%20y";
			assertThat(gateway.get(path).status()).isEqualTo(200);
			assertThat(gateway.requests(TOPOLOGY.shardOf(keys.get(i)))).contains("GET " + path);
		}
	}

	@Test
	void replicas_shareTheRequests_inEachShardWhateverTheOthersGet() {
		for (int i = 0; i < 100; i++) {
			gateway.get(PATH);
			gateway.get("/documents/" + keyOf(1));
		}
		for (int shard = 0; shard < 2; shard++) {
			assertThat(gateway.requests(shard)).hasSize(100);
			assertThat(gateway.replica(shard, 0).requests()).isNotEmpty();
			assertThat(gateway.replica(shard, 1).requests()).isNotEmpty();
		}
	}

	@Test
	void replicaThatIsNotReady_getsNothing() {
		gateway.replica(0, 0).ready(false);
		await().until(() -> gateway.gauge("gateway.replicas.ready") == 5);
		IntStream.range(0, 10).forEach((i) -> gateway.get(PATH));
		assertThat(gateway.replica(0, 0).requests()).isEmpty();
	}

	@Test
	void noReplicaReady_allAreTried() {
		gateway.replica(0, 0).ready(false);
		gateway.replica(0, 1).ready(false);
		await().until(() -> gateway.gauge("gateway.replicas.ready") == 4);
		assertThat(gateway.get(PATH).status()).isEqualTo(200);
	}

	@Test
	void replicaThatDied_failsNoRequest() {
		gateway.replica(0, 0).close();
		for (int i = 0; i < 200; i++) {
			assertThat(gateway.get(PATH).status()).isEqualTo(200);
			assertThat(gateway.send("PUT", PATH, body("{}"), "If-Match", "\"1\"").status()).isEqualTo(200);
		}
	}

	@Test
	void replicaThatFailsAfterItGotTheRequest_isReplacedForIdempotentRequests_bodyIncluded() {
		gateway.replica(0, 0).behave(FakeReplica.reset());
		gateway.replica(0, 1).behave(FakeReplica.json(200, "{}"));
		for (int i = 0; i < 4; i++) {
			assertThat(gateway.send("PUT", PATH, body("{\"i\":" + i + "}")).status()).isEqualTo(200);
		}
		assertThat(gateway.replica(0, 1).requests()).containsExactly("PUT " + PATH + " {\"i\":0}",
				"PUT " + PATH + " {\"i\":1}", "PUT " + PATH + " {\"i\":2}", "PUT " + PATH + " {\"i\":3}");
	}

	@ParameterizedTest
	@ValueSource(strings = { "\"1\"", "*", "not an entity tag" })
	void conditionalWrite_isNotRepeatedAfterAReplicaMayHaveDoneIt(String ifMatch) {
		for (FakeReplica.Behaviour failure : List.of(FakeReplica.json(503, ""), FakeReplica.reset())) {
			gateway.renew();
			gateway.replica(0, 0).behave(failure);
			gateway.replica(0, 1).behave(failure);
			assertThat(gateway.send("PUT", PATH, body("{}"), "If-Match", ifMatch).status()).isEqualTo(503);
			assertThat(gateway.requests(0)).hasSize(1);
		}
	}

	@Test
	void lastReplicasAnswer_reachesTheClient_alsoABadOne() {
		gateway.replica(0, 0).behave(FakeReplica.json(503, "{\"why\":\"database\"}"));
		gateway.replica(0, 1).behave(FakeReplica.json(503, "{\"why\":\"database\"}"));
		TestGateway.Answer answer = gateway.get(PATH);
		assertThat(answer.status()).isEqualTo(503);
		assertThat(answer.json().path("why").asString()).isEqualTo("database");
		assertThat(gateway.requests(0)).hasSize(2);
	}

	@Test
	void misdirectedRequest_isSentAgainUnderTheNewerTopology_withoutTheClientNoticing() {
		Topology swapped = Topology
			.of(new TopologyDocument(1, List.of(new TopologyDocument.Shard(0, TOPOLOGY.slotsOf(1).toString()),
					new TopologyDocument.Shard(1, TOPOLOGY.slotsOf(0).toString()))));
		gateway.topology(swapped);
		gateway.replica(0, 0).behave(FakeReplica.json(421, ""));
		gateway.replica(0, 1).behave(FakeReplica.json(421, ""));
		TestGateway.Answer answer = gateway.send("PUT", PATH, body("{}"), "If-None-Match", "*");
		assertThat(answer.status()).isEqualTo(200);
		assertThat(gateway.requests(0)).hasSize(1);
		assertThat(gateway.requests(1)).containsExactly("PUT " + PATH + " {}");
	}

	@Test
	void olderTopology_isNotTaken() {
		long epoch = gateway.epoch();
		gateway.topology(Topology.balanced(1), epoch - 1);
		gateway.refreshTopology();
		assertThat(gateway.epoch()).isEqualTo(epoch);
		gateway.get("/documents/" + keyOf(1));
		assertThat(gateway.requests(1)).hasSize(1);
	}

	@Test
	void topology_comesFromAnyOwner() {
		gateway.topology(TOPOLOGY);
		gateway.owner(0).close();
		for (int i = 0; i < 2; i++) {
			long before = gateway.epoch();
			gateway.topology(TOPOLOGY);
			gateway.refreshTopology();
			assertThat(gateway.epoch()).isGreaterThan(before);
		}
	}

	@Test
	void ownersGone_requestsGoOn() {
		gateway.owner(0).close();
		gateway.owner(1).close();
		await().until(() -> gateway.gauge("gateway.replicas.ready") == 4);
		assertThat(gateway.get(PATH).status()).isEqualTo(200);
		assertThat(gateway.get("/readyz").status()).isEqualTo(200);
	}

	@Test
	void noReplicaLeft_is503WithRetryAfter() {
		gateway.replica(0, 0).close();
		gateway.replica(0, 1).close();
		TestGateway.Answer answer = gateway.get(PATH);
		assertThat(answer.status()).isEqualTo(503);
		assertThat(answer.header("Retry-After")).isEqualTo("1");
		assertThat(answer.detail()).isEqualTo("No replica can be reached");
	}

	@Test
	void hangingReplicas_are504InTime() {
		gateway.replica(0, 0).behave(gateway.replica(0, 0).hang());
		gateway.replica(0, 1).behave(gateway.replica(0, 1).hang());
		assertThat(gateway.get(PATH).status()).isEqualTo(504);
	}

	@Test
	void bodyOverTheLimit_isRefused_statedOrChunked() {
		byte[] large = new byte[2000];
		assertThat(gateway.send("PUT", PATH, BodyPublishers.ofByteArray(large)).status()).isEqualTo(413);
		assertThat(
				gateway.send("PUT", PATH, BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large))).status())
			.isEqualTo(413);
		assertThat(gateway.requests(0)).isEmpty();
	}

	@Test
	void bodiesOnTheirWay_areBoundedTogether() throws Exception {
		gateway.replica(0, 0).behave(gateway.replica(0, 0).hang());
		gateway.replica(0, 1).behave(gateway.replica(0, 1).hang());
		String large = "x".repeat(1000);
		try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
			for (int i = 0; i < 2; i++) {
				clients.execute(() -> gateway.send("POST", PATH, body(large)));
			}
			await().until(() -> gateway.requests(0).size() == 2);
			TestGateway.Answer refused = gateway.send("POST", PATH, body(large));
			assertThat(refused.status()).isEqualTo(503);
			assertThat(refused.detail()).isEqualTo("Too many request bodies are on their way");
			assertThat(gateway.get("/documents/" + keyOf(1)).status()).isEqualTo(200);
		}
		gateway.replica(0, 0).behave(FakeReplica.json(200, "{}"));
		gateway.replica(0, 1).behave(FakeReplica.json(200, "{}"));
		await().until(() -> gateway.send("POST", PATH, body(large)).status() == 200);
	}

	@Test
	void bodyThatDoesNotCome_is408() {
		assertThat(gateway.raw("PUT %s HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf".formatted(PATH)))
			.isEqualTo("HTTP/1.1 408 Request Timeout");
		assertThat(gateway.requests(0)).isEmpty();
	}

	@Test
	void targetThatIsNoUri_isEncoded_andWhatIsEncodedStays() {
		assertThat(gateway.raw("GET %s?q=a|\"b\"<ü>[1]100%%25%%zz HTTP/1.1\r\nHost: x\r\n\r\n".formatted(PATH)))
			.isEqualTo("HTTP/1.1 200 OK");
		assertThat(gateway.requests(0))
			.containsExactly("GET %s?q=a%%7C%%22b%%22%%3C%%C3%%BC%%3E%%5B1%%5D100%%25%%25zz".formatted(PATH));
	}

	@Test
	void replicaThatKeepsFailing_isLeftAlone() {
		gateway.replica(0, 0).behave(FakeReplica.reset());
		for (int i = 0; i < 40; i++) {
			assertThat(gateway.get(PATH).status()).isEqualTo(200);
		}
		assertThat(gateway.openBreakers()).containsExactly("shards-0-a-requests");
		assertThat(gateway.replica(0, 0).requests()).hasSize(5);
	}

	@Test
	void replicaWithoutItsDatabase_stillSearches() {
		FakeReplica.Behaviour behaviour = (exchange) -> (exchange.getRequestURI().getPath().equals("/search")
				? FakeReplica.json(200, "{\"shard\":0,\"replica\":\"a\",\"epoch\":1,\"total\":1,\"hits\":[]}")
				: FakeReplica.json(503, ""))
			.answer(exchange);
		for (int replica = 0; replica < 2; replica++) {
			gateway.replica(0, replica).behave(behaviour);
			gateway.replica(1, replica).behave(behaviour);
		}
		for (int i = 0; i < 30; i++) {
			assertThat(gateway.get(PATH).status()).isEqualTo(503);
		}
		assertThat(gateway.openBreakers()).hasSize(2);
		assertThat(gateway.get("/search?q=x", "X-Min-Coverage", "1").status()).isEqualTo(200);
	}

	@Test
	void slotsThatMoved_openNoBreaker() {
		gateway.replica(0, 0).behave(FakeReplica.json(421, ""));
		gateway.replica(0, 1).behave(FakeReplica.json(421, ""));
		for (int i = 0; i < 20; i++) {
			assertThat(gateway.get(PATH).status()).isEqualTo(503);
		}
		assertThat(gateway.openBreakers()).isEmpty();
	}

	@Test
	void replica_isToldTheTopology_whateverTheClientSays() {
		gateway.get(PATH, "X-Shard-Epoch", "99");
		FakeReplica asked = gateway.replica(0, gateway.replica(0, 0).requests().isEmpty() ? 1 : 0);
		assertThat(String.join(",", asked.lastHeaders().get("X-Shard-Epoch"))).isEqualTo("" + gateway.epoch());
	}

	@Test
	void replica_isToldUntilWhenAWriteMayTakeEffect() {
		long before = System.currentTimeMillis();
		gateway.send("PUT", PATH, body("{}"), "X-Write-Deadline", "99999999999999");
		FakeReplica asked = gateway.replica(0, gateway.replica(0, 0).requests().isEmpty() ? 1 : 0);
		assertThat(Long.parseLong(String.join(",", asked.lastHeaders().get("X-Write-Deadline"))))
			.isBetween(before + 500, System.currentTimeMillis() + 500);
	}

	@Test
	void trace_goesThroughToTheReplica() {
		String trace = "0af7651916cd43dd8448eb211c80319c";
		gateway.get(PATH, "traceparent", "00-%s-b7ad6b7169203331-01".formatted(trace));
		FakeReplica asked = gateway.replica(0, gateway.replica(0, 0).requests().isEmpty() ? 1 : 0);
		assertThat(asked.lastHeaders().getFirst("traceparent")).startsWith("00-" + trace)
			.doesNotContain("b7ad6b7169203331");
	}

	@Test
	void badPaths_areProblems() {
		assertThat(gateway.get("/documents/").status()).isEqualTo(400);
		TestGateway.Answer unknown = gateway.get("/unknown");
		assertThat(unknown.status()).isEqualTo(404);
		assertThat(unknown.header("Content-Type")).isEqualTo("application/problem+json");
	}

	@Test
	void actuator_isNotReachableThroughTheGateway() {
		assertThat(gateway.get("/actuator/health").status()).isEqualTo(404);
	}

	private static BodyPublisher body(String json) {
		return BodyPublishers.ofString(json);
	}

}
