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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class ShardByTests {

	private static final Topology TOPOLOGY = Topology.balanced(2);

	/** A key of shard 0 and its path. */
	private static final String KEY = keyOf(0);

	private static final String PATH = "/documents/" + KEY;

	private TestGateway gateway;

	@BeforeEach
	void start() {
		this.gateway = new TestGateway(TOPOLOGY, 2, "--gateway.max-request-size=1000B",
				"--spring.cloud.gateway.server.webflux.httpclient.response-timeout=1s");
	}

	@AfterEach
	void stop() {
		this.gateway.close();
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
			assertThat(this.gateway.get(path).status()).isEqualTo(200);
			assertThat(this.gateway.requests(TOPOLOGY.shardOf(keys.get(i)))).contains("GET " + path);
		}
	}

	@Test
	void replicas_takeTurns() {
		IntStream.range(0, 10).forEach((i) -> this.gateway.get(PATH));
		assertThat(this.gateway.replica(0, 0).requests()).hasSize(5);
		assertThat(this.gateway.replica(0, 1).requests()).hasSize(5);
	}

	@Test
	void replicaThatIsNotReady_getsNothing() {
		this.gateway.replica(0, 0).ready(false);
		await().until(() -> this.gateway.gauge("gateway.replicas.ready") == 4);
		IntStream.range(0, 10).forEach((i) -> this.gateway.get(PATH));
		assertThat(this.gateway.replica(0, 0).requests()).isEmpty();
	}

	@Test
	void replicaThatDied_failsNoRequest() {
		this.gateway.replica(0, 0).close();
		for (int i = 0; i < 200; i++) {
			assertThat(this.gateway.get(PATH).status()).isEqualTo(200);
			assertThat(this.gateway.send("PUT", PATH, body("{}"), "If-Match", "\"1\"").status()).isEqualTo(200);
		}
	}

	@Test
	void replicaThatFailsAfterItGotTheRequest_isReplacedForIdempotentRequests_bodyIncluded() {
		this.gateway.replica(0, 0).behave(FakeReplica.reset());
		this.gateway.replica(0, 1).behave(FakeReplica.json(200, "{}"));
		for (int i = 0; i < 4; i++) {
			assertThat(this.gateway.send("PUT", PATH, body("{\"i\":" + i + "}")).status()).isEqualTo(200);
		}
		assertThat(this.gateway.replica(0, 1).requests()).containsExactly("PUT " + PATH + " {\"i\":0}",
				"PUT " + PATH + " {\"i\":1}", "PUT " + PATH + " {\"i\":2}", "PUT " + PATH + " {\"i\":3}");
	}

	@Test
	void conditionalWrite_isNotRepeatedAfterAReplicaMayHaveDoneIt() {
		this.gateway.replica(0, 0).behave(FakeReplica.json(503, ""));
		this.gateway.replica(0, 1).behave(FakeReplica.json(503, ""));
		this.gateway.send("PUT", PATH, body("{}"), "If-Match", "\"1\"");
		assertThat(this.gateway.requests(0)).hasSize(1);
	}

	@Test
	void lastReplicasAnswer_reachesTheClient_alsoABadOne() {
		this.gateway.replica(0, 0).behave(FakeReplica.json(503, "{\"why\":\"database\"}"));
		this.gateway.replica(0, 1).behave(FakeReplica.json(503, "{\"why\":\"database\"}"));
		TestGateway.Answer answer = this.gateway.get(PATH);
		assertThat(answer.status()).isEqualTo(503);
		assertThat(answer.json().path("why").asString()).isEqualTo("database");
		assertThat(this.gateway.requests(0)).hasSize(2);
	}

	@Test
	void misdirectedRequest_isSentAgainUnderTheNewerTopology_withoutTheClientNoticing() {
		Topology swapped = Topology
			.of(new TopologyDocument(2, List.of(new TopologyDocument.Shard(0, TOPOLOGY.slotsOf(1).toString()),
					new TopologyDocument.Shard(1, TOPOLOGY.slotsOf(0).toString()))));
		this.gateway.topology(swapped);
		this.gateway.replica(0, 0).behave(FakeReplica.json(421, ""));
		this.gateway.replica(0, 1).behave(FakeReplica.json(421, ""));
		TestGateway.Answer answer = this.gateway.send("PUT", PATH, body("{}"), "If-None-Match", "*");
		assertThat(answer.status()).isEqualTo(200);
		assertThat(this.gateway.requests(1)).containsExactly("PUT " + PATH + " {}");
	}

	@Test
	void ownersGone_requestsGoOn() {
		this.gateway.owner().close();
		await().until(() -> this.gateway.gauge("gateway.replicas.ready") == 4);
		assertThat(this.gateway.get(PATH).status()).isEqualTo(200);
		assertThat(this.gateway.get("/readyz").status()).isEqualTo(200);
	}

	@Test
	void noReplicaLeft_is503WithRetryAfter() {
		this.gateway.replica(0, 0).close();
		this.gateway.replica(0, 1).close();
		TestGateway.Answer answer = this.gateway.get(PATH);
		assertThat(answer.status()).isEqualTo(503);
		assertThat(answer.header("Retry-After")).isEqualTo("1");
		assertThat(answer.detail()).isEqualTo("No replica can be reached");
	}

	@Test
	void hangingReplicas_are504InTime() {
		this.gateway.replica(0, 0).behave(this.gateway.replica(0, 0).hang());
		this.gateway.replica(0, 1).behave(this.gateway.replica(0, 1).hang());
		assertThat(this.gateway.get(PATH).status()).isEqualTo(504);
	}

	@Test
	void bodyOverTheLimit_isRefused_statedOrChunked() {
		byte[] large = new byte[2000];
		assertThat(this.gateway.send("PUT", PATH, BodyPublishers.ofByteArray(large)).status()).isEqualTo(413);
		assertThat(this.gateway.send("PUT", PATH, BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large)))
			.status()).isEqualTo(413);
		assertThat(this.gateway.requests(0)).isEmpty();
	}

	@Test
	void badPaths_areProblems() {
		assertThat(this.gateway.get("/documents/").status()).isEqualTo(400);
		TestGateway.Answer unknown = this.gateway.get("/unknown");
		assertThat(unknown.status()).isEqualTo(404);
		assertThat(unknown.header("Content-Type")).isEqualTo("application/problem+json");
	}

	@Test
	void actuator_isNotReachableThroughTheGateway() {
		assertThat(this.gateway.get("/actuator/health").status()).isEqualTo(404);
	}

	private static BodyPublisher body(String json) {
		return BodyPublishers.ofString(json);
	}

}
