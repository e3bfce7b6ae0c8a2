package dev.bootpatterns.gateway.scatter;

import java.net.http.HttpRequest;
import java.util.List;

import dev.bootpatterns.gateway.FakeReplica;
import dev.bootpatterns.gateway.TestGateway;
import dev.bootpatterns.sharding.Topology;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

class ScatterGatherTests {

	private static TestGateway gateway;

	@BeforeAll
	static void start() {
		gateway = new TestGateway(Topology.balanced(3), 2);
	}

	@BeforeEach
	void renew() {
		gateway.renew();
		leaf(0, 10, "b:3.0", "a:1.0");
		leaf(1, 20, "c:2.0", "e:1.0");
		leaf(2, 30, "d:4.0");
	}

	@AfterAll
	static void stop() {
		gateway.close();
	}

	private void leaf(int shard, int total, String... hits) {
		List<String> json = java.util.stream.Stream.of(hits)
			.map((hit) -> hit.split(":"))
			.map((hit) -> "{\"id\":\"%s\",\"title\":\"t\",\"score\":%s,\"snippet\":\"s\"}".formatted(hit[0], hit[1]))
			.toList();
		for (int replica = 0; replica < 2; replica++) {
			gateway.replica(shard, replica)
				.behave(FakeReplica.json(200,
						"{\"shard\":%d,\"replica\":\"%c\",\"epoch\":1,\"total\":%d,\"tookMs\":1,\"hits\":%s}"
							.formatted(shard, 'a' + replica, total, json)));
		}
	}

	private static List<String> ids(TestGateway.Answer answer) {
		return answer.json().path("hits").valueStream().map((hit) -> hit.path("id").asString()).toList();
	}

	@Test
	void leaves_areMergedByScoreThenId_andAddedUp() {
		TestGateway.Answer answer = gateway.get("/search?q=x");
		assertThat(ids(answer)).containsExactly("d", "b", "c", "a", "e");
		assertThat(answer.json().path("total").asInt()).isEqualTo(60);
		assertThat(answer.json().path("coverage").path("fraction").asDouble()).isEqualTo(1);
		assertThat(answer.header("X-Shard")).isEqualTo("0,1,2");
		assertThat(answer.header("X-Shard-Epoch")).isEqualTo("1");
	}

	@Test
	void page_isCutFromTheMergedHits_andLeavesGiveAllThatItMayNeed() {
		assertThat(ids(gateway.get("/search?q=x%20y&offset=1&limit=2"))).containsExactly("b", "c");
		assertThat(gateway.requests(0)).containsExactly("GET /search?q=x%20y&offset=0&limit=3");
	}

	@Test
	void failedReplica_isReplacedByTheOther() {
		gateway.replica(1, 0).behave(FakeReplica.reset());
		for (int i = 0; i < 4; i++) {
			assertThat(gateway.get("/search?q=x").json().path("coverage").path("answered").asInt()).isEqualTo(3);
		}
	}

	@Test
	void hangingReplica_isReplacedWithinTheDeadline() {
		gateway.replica(1, 0).behave(gateway.replica(1, 0).hang());
		for (int i = 0; i < 2; i++) {
			assertThat(gateway.get("/search?q=x", "X-Deadline-Ms", "1000")
				.json()
				.path("coverage")
				.path("answered")
				.asInt()).isEqualTo(3);
		}
	}

	@Test
	void shardThatDoesNotAnswer_isSaidToBeMissing() {
		gateway.replica(1, 0).close();
		gateway.replica(1, 1).close();
		gateway.replica(2, 0).behave(gateway.replica(2, 0).hang());
		gateway.replica(2, 1).behave(gateway.replica(2, 1).hang());
		TestGateway.Answer answer = gateway.get("/search?q=x", "X-Deadline-Ms", "500");
		assertThat(answer.status()).isEqualTo(200);
		assertThat(ids(answer)).containsExactly("b", "a");
		assertThat(answer.json().path("coverage").toString())
			.isEqualTo("{\"shards\":3,\"answered\":1,\"fraction\":0.3333333333333333,\"missing\":"
					+ "[{\"shard\":1,\"reason\":\"unreachable\"},{\"shard\":2,\"reason\":\"timeout\"}]}");
	}

	@Test
	void tooLittleCoverage_is503() {
		gateway.replica(1, 0).close();
		gateway.replica(1, 1).close();
		assertThat(gateway.get("/search?q=x", "X-Min-Coverage", "0.6").status()).isEqualTo(200);
		TestGateway.Answer refused = gateway.get("/search?q=x", "X-Min-Coverage", "0.7");
		assertThat(refused.status()).isEqualTo(503);
		assertThat(refused.detail()).isEqualTo("2 of 3 shards answered");
	}

	@Test
	void leafThatRefusesTheRequest_isBelieved() {
		FakeReplica.Behaviour refusal = FakeReplica.json(400, "{\"status\":400,\"detail\":\"'q' has too many terms\"}");
		gateway.replica(0, 0).behave(refusal);
		gateway.replica(0, 1).behave(refusal);
		TestGateway.Answer answer = gateway.get("/search?q=x");
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.detail()).isEqualTo("'q' has too many terms");
	}

	@Test
	void requestsThatAreRefused_openNoBreaker() {
		FakeReplica.Behaviour refusal = FakeReplica.json(400, "{\"status\":400,\"detail\":\"no\"}");
		for (int shard = 0; shard < 3; shard++) {
			gateway.replica(shard, 0).behave(refusal);
			gateway.replica(shard, 1).behave(refusal);
		}
		for (int i = 0; i < 30; i++) {
			assertThat(gateway.get("/search?q=x").status()).isEqualTo(400);
		}
		assertThat(gateway.openBreakers()).isEmpty();
	}

	@Test
	void clientsInAHurry_openNoBreaker() {
		for (int replica = 0; replica < 2; replica++) {
			gateway.replica(1, replica).behave(gateway.replica(1, replica).hang());
		}
		for (int i = 0; i < 30; i++) {
			gateway.get("/search?q=x", "X-Deadline-Ms", "5");
		}
		assertThat(gateway.openBreakers()).isEmpty();
	}

	@Test
	void leaves_areToldTheTopology() {
		gateway.get("/search?q=x", "X-Shard-Epoch", "99");
		FakeReplica asked = gateway.replica(0, gateway.replica(0, 0).requests().isEmpty() ? 1 : 0);
		assertThat(String.join(",", asked.lastHeaders().get("X-Shard-Epoch"))).isEqualTo("" + gateway.epoch());
	}

	@Test
	void slotsThatMoved_areSearchedAgainUnderTheNewerTopology_withoutTheClientNoticing() {
		long before = gateway.epoch();
		FakeReplica.Behaviour ahead = (exchange) -> {
			boolean behind = exchange.getRequestHeaders().getFirst("X-Shard-Epoch").equals(Long.toString(before));
			FakeReplica
				.json(behind ? 421 : 200,
						behind ? ""
								: "{\"shard\":0,\"replica\":\"a\",\"epoch\":%d,\"total\":7,\"tookMs\":1,\"hits\":[]}"
									.formatted(before + 1))
				.answer(exchange);
		};
		gateway.topology(Topology.balanced(3));
		gateway.replica(0, 0).behave(ahead);
		gateway.replica(0, 1).behave(ahead);
		TestGateway.Answer answer = gateway.get("/search?q=x", "X-Min-Coverage", "1");
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.json().path("total").asInt()).isEqualTo(57);
		assertThat(gateway.requests(1)).hasSize(2);
	}

	@Test
	void leafThatStaysBehind_isSaidToHaveMoved() {
		gateway.replica(0, 0).behave(FakeReplica.json(421, ""));
		gateway.replica(0, 1).behave(FakeReplica.json(421, ""));
		for (int i = 0; i < 20; i++) {
			JsonNode coverage = gateway.get("/search?q=x").json().path("coverage");
			assertThat(coverage.path("missing").path(0).path("reason").asString()).isEqualTo("moved");
		}
		assertThat(gateway.openBreakers()).isEmpty();
	}

	@Test
	void searchIsOnlyRead() {
		TestGateway.Answer answer = gateway.send("POST", "/search?q=x", HttpRequest.BodyPublishers.noBody());
		assertThat(answer.status()).isEqualTo(405);
		assertThat(answer.header("Allow")).contains("GET").contains("HEAD");
		assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
		assertThat(gateway.requests(0)).isEmpty();
		assertThat(gateway.send("HEAD", "/search?q=x", HttpRequest.BodyPublishers.noBody()).status()).isEqualTo(200);
	}

	@Test
	void query_reachesTheLeavesWhateverItIs() {
		gateway.get("/search?q=int[]%26%C3%BC+a");
		assertThat(gateway.requests(0)).containsExactly("GET /search?q=int%5B%5D%26%C3%BC%20a&limit=10&offset=0");
	}

	@ParameterizedTest
	@CsvSource({ "/search, 'q'", "/search?q=%20, 'q'", "/search?q=x&limit=-1, 'limit'", "/search?q=x&limit=a, 'limit'",
			"/search?q=x&offset=999&limit=2, 'offset'" })
	void badParameter_isRefusedNamingIt(String path, String named) {
		TestGateway.Answer answer = gateway.get(path);
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.detail()).contains(named);
	}

	@ParameterizedTest
	@CsvSource({ "X-Deadline-Ms, 0", "X-Deadline-Ms, soon", "X-Min-Coverage, 1.1", "X-Min-Coverage, NaN" })
	void badHeader_isRefusedNamingIt(String header, String value) {
		assertThat(gateway.get("/search?q=x", header, value).detail()).contains(header);
	}

}
