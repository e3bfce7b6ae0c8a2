package dev.bootpatterns.gateway.shard;

import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.stream.IntStream;

import dev.bootpatterns.gateway.FakeReplica;
import dev.bootpatterns.gateway.TestGateway;
import dev.bootpatterns.sharding.Topology;
import dev.bootpatterns.sharding.TopologyDocument;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

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
		gateway = new TestGateway(TOPOLOGY, 2, "--gateway.max-request-size=1000B",
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
	void replicas_takeTurns_inEachShardWhateverTheOthersGet() {
		for (int i = 0; i < 10; i++) {
			gateway.get(PATH);
			gateway.get("/documents/" + keyOf(1));
		}
		for (int shard = 0; shard < 2; shard++) {
			assertThat(gateway.replica(shard, 0).requests()).hasSize(5);
			assertThat(gateway.replica(shard, 1).requests()).hasSize(5);
		}
	}

	@Test
	void replicaThatIsNotReady_getsNothing() {
		gateway.replica(0, 0).ready(false);
		await().until(() -> gateway.gauge("gateway.replicas.ready") == 4);
		IntStream.range(0, 10).forEach((i) -> gateway.get(PATH));
		assertThat(gateway.replica(0, 0).requests()).isEmpty();
	}

	@Test
	void noReplicaReady_allAreTried() {
		gateway.replica(0, 0).ready(false);
		gateway.replica(0, 1).ready(false);
		await().until(() -> gateway.gauge("gateway.replicas.ready") == 3);
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

	@Test
	void conditionalWrite_isNotRepeatedAfterAReplicaMayHaveDoneIt() {
		gateway.replica(0, 0).behave(FakeReplica.json(503, ""));
		gateway.replica(0, 1).behave(FakeReplica.json(503, ""));
		gateway.send("PUT", PATH, body("{}"), "If-Match", "\"1\"");
		assertThat(gateway.requests(0)).hasSize(1);
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
		assertThat(gateway.requests(1)).containsExactly("PUT " + PATH + " {}");
	}

	@Test
	void ownersGone_requestsGoOn() {
		gateway.owner().close();
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
