package dev.bootpatterns.gateway.scatter;

import java.net.http.HttpRequest;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.bootpatterns.gateway.FakeReplica;
import dev.bootpatterns.gateway.TestGateway;
import dev.bootpatterns.sharding.Topology;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class ScatterGatherTests {

	private static TestGateway gateway;

	@BeforeAll
	static void start() {
		gateway = new TestGateway(Topology.balanced(3), 2, "--gateway.hedging.min-delay=150ms");
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

	/** What a shard was asked; twice the same may be a hedge. */
	private static List<String> asked(int shard) {
		return gateway.requests(shard)
			.stream()
			.filter((request) -> !request.startsWith("DELETE"))
			.distinct()
			.sorted()
			.toList();
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
		assertThat(answer.header("X-Shard-Epoch")).isEqualTo("" + gateway.epoch());
	}

	@Test
	void page_isCutFromTheMergedHits_andLeavesGiveAllThatItMayNeed() {
		assertThat(ids(gateway.get("/search?q=x%20y&offset=1&limit=2"))).containsExactly("b", "c");
		assertThat(asked(0)).containsExactly("GET /search?q=x%20y&offset=0&limit=3");
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
	void answerWithoutABody_isAFailure() {
		gateway.replica(1, 0).behave(FakeReplica.json(200, ""));
		for (int i = 0; i < 4; i++) {
			assertThat(gateway.get("/search?q=x").json().path("coverage").path("answered").asInt()).isEqualTo(3);
		}
		gateway.replica(1, 1).behave(FakeReplica.json(200, ""));
		assertThat(
				gateway.get("/search?q=x", "X-Deadline-Ms", "500").json().path("coverage").path("missing").toString())
			.isEqualTo("[{\"shard\":1,\"reason\":\"unreachable\"}]");
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
		assertThat(refused.detail()).isEqualTo("shard 1 (unreachable) did not answer, and 3 of 3 shards must");
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

	/** Whichever replica of the shard is asked first says nothing. */
	private void firstOfShardHangs(int shard) {
		AtomicBoolean asked = new AtomicBoolean();
		for (int replica = 0; replica < 2; replica++) {
			FakeReplica fake = gateway.replica(shard, replica);
			FakeReplica.Behaviour hang = fake.hang();
			FakeReplica.Behaviour usual = fake.behaviour();
			fake.behave((exchange) -> {
				boolean hangs = exchange.getRequestMethod().equals("GET") && asked.compareAndSet(false, true);
				(hangs ? hang : usual).answer(exchange);
			});
		}
	}

	@Test
	void leafThatIsLate_isAskedAtItsOtherReplica_andTheFirstIsToldToStop() {
		firstOfShardHangs(1);
		TestGateway.Answer answer = gateway.get("/search?q=x&explain=timing");
		assertThat(answer.json().path("coverage").path("answered").asInt()).isEqualTo(3);
		JsonNode timing = answer.json().path("timing");
		assertThat(timing.path("slowestShard").asInt()).isEqualTo(1);
		assertThat(timing.path("leaves").path(0).path("hedged").asBoolean()).isFalse();
		JsonNode leaf = timing.path("leaves").path(1);
		assertThat(leaf.path("hedged").asBoolean()).isTrue();
		assertThat(leaf.path("attempts").valueStream())
			.extracting((attempt) -> attempt.path("reason").asString() + " " + attempt.path("outcome").asString())
			.containsExactly("first cancelled", "hedge answered");
		String first = leaf.path("attempts").path(0).path("replica").asString();
		FakeReplica hanging = gateway.replica(1, first.equals("a") ? 0 : 1);
		String search = hanging.requests().getFirst();
		assertThat(search).startsWith("GET /search?q=x");
		await().until(() -> hanging.requests().size() == 2);
		assertThat(hanging.requests().get(1)).matches("DELETE /searches/[0-9a-f-]{36}-1-0");
		assertThat(gateway.openBreakers()).isEmpty();
	}

	@Test
	void hedgesThatAreOver_makeRoomForOthers() {
		for (int i = 0; i < 5; i++) {
			firstOfShardHangs(1);
			JsonNode timing = gateway.get("/search?q=x&explain=timing").json().path("timing");
			assertThat(timing.path("leaves").path(1).path("hedged").asBoolean()).isTrue();
		}
	}

	@Test
	void hedges_areAFewOfTheCalls_howeverManyLeavesAreLateAtOnce() {
		for (int replica = 0; replica < 2; replica++) {
			gateway.replica(1, replica).behave(gateway.replica(1, replica).hang());
		}
		int searches = 80;
		try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
			for (int i = 0; i < searches; i++) {
				executor.execute(() -> gateway.get("/search?q=x", "X-Deadline-Ms", "400"));
			}
		}
		// A twentieth of the calls to all three shards.
		assertThat(gateway.requests(1)).filteredOn((request) -> request.startsWith("GET"))
			.hasSizeBetween(searches, searches + searches * 3 / 20);
		assertThat(gateway.counter("gateway.scatter.hedges.refused")).isPositive();
	}

	@Test
	void leafThatIsMissing_endsAStrictSearchAtOnce_andTheOthersAreToldToStop() {
		gateway.replica(0, 0).close();
		gateway.replica(0, 1).close();
		firstOfShardHangs(1);
		TestGateway.Answer answer = gateway.get("/search?q=x", "X-Min-Coverage", "1", "X-Deadline-Ms", "30000");
		assertThat(answer.status()).isEqualTo(503);
		assertThat(answer.json().path("coverage").path("missing").path(0).path("reason").asString())
			.isEqualTo("unreachable");
		await()
			.until(() -> gateway.requests(1).stream().anyMatch((request) -> request.startsWith("DELETE /searches/")));
		// There was no hedge, and the first call may have been cancelled before it was
		// sent.
		assertThat(gateway.requests(1)).filteredOn((request) -> request.startsWith("GET")).hasSizeLessThan(2);
	}

	@Test
	void enoughHaveAnswered_whatIsLateIsLeftOut_andSaidToBe() {
		for (int replica = 0; replica < 2; replica++) {
			gateway.replica(1, replica).behave(gateway.replica(1, replica).hang());
		}
		TestGateway.Answer answer = gateway.get("/search?q=x", "X-Min-Coverage", "0.6", "X-Deadline-Ms", "30000");
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.json().path("coverage").path("missing").toString())
			.isEqualTo("[{\"shard\":1,\"reason\":\"late\"}]");
		assertThat(answer.header("X-Coverage")).isEqualTo("2/3");
		assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
	}

	/** One that says how long its queue is, is busy; this one is ill. */
	@Test
	void leafThatFails_isSaidToHaveFailed() {
		for (int replica = 0; replica < 2; replica++) {
			gateway.replica(1, replica).behave(FakeReplica.json(503, ""));
		}
		assertThat(gateway.get("/search?q=x").json().path("coverage").path("missing").toString())
			.isEqualTo("[{\"shard\":1,\"reason\":\"status 503\"}]");
	}

	@Test
	void fullAnswer_isMarkedAsSuch() {
		TestGateway.Answer answer = gateway.get("/search?q=x");
		assertThat(answer.header("X-Coverage")).isEqualTo("3/3");
		assertThat(answer.header("Cache-Control")).isEmpty();
		assertThat(answer.json().has("timing")).isFalse();
	}

	@ParameterizedTest
	@ValueSource(ints = { 503, 504, 499 })
	void leafThatIsBusy_isAskedElsewhere_andIsNotIll(int status) {
		AtomicBoolean busy = new AtomicBoolean();
		FakeReplica.Behaviour refusal = (exchange) -> {
			exchange.getResponseHeaders().set("Server-Timing", "queue;dur=0, service;dur=0");
			exchange.getResponseHeaders().set("X-Queue-Length", "100");
			FakeReplica.json(status, "").answer(exchange);
		};
		for (int replica = 0; replica < 2; replica++) {
			FakeReplica.Behaviour usual = gateway.replica(0, replica).behaviour();
			gateway.replica(0, replica)
				.behave((exchange) -> (busy.compareAndSet(true, false) ? refusal : usual).answer(exchange));
		}
		for (int i = 0; i < 12; i++) {
			busy.set(true);
			assertThat(gateway.get("/search?q=x").header("X-Coverage")).isEqualTo("3/3");
			assertThat(busy).isFalse();
		}
		assertThat(gateway.openBreakers()).isEmpty();
	}

	@Test
	void timesOfTheLeaf_areTold() {
		for (int replica = 0; replica < 2; replica++) {
			FakeReplica.Behaviour usual = gateway.replica(0, replica).behaviour();
			gateway.replica(0, replica).behave((exchange) -> {
				exchange.getResponseHeaders().set("Server-Timing", "queue;dur=0.25, service;dur=0.5");
				exchange.getResponseHeaders().set("X-Queue-Length", "1");
				usual.answer(exchange);
			});
		}
		JsonNode call = gateway.get("/search?q=x&explain=timing")
			.json()
			.path("timing")
			.path("leaves")
			.path(0)
			.path("attempts")
			.path(0);
		assertThat(call.path("queueMs").asDouble()).isEqualTo(0.25);
		assertThat(call.path("serviceMs").asDouble()).isEqualTo(0.5);
		assertThat(call.path("networkMs").asDouble() + 0.75).isCloseTo(call.path("tookMs").asDouble(),
				Offset.offset(0.001));
	}

	@Test
	void leaves_areToldHowLongThereIsTime_andAName() {
		gateway.get("/search?q=x", "X-Deadline-Ms", "700");
		FakeReplica asked = gateway.replica(0, gateway.replica(0, 0).requests().isEmpty() ? 1 : 0);
		assertThat(Integer.parseInt(asked.lastHeaders().getFirst("X-Deadline-Ms"))).isBetween(1, 699);
		assertThat(asked.lastHeaders().getFirst("X-Search-Id")).matches("[0-9a-f-]{36}-0-0");
		assertThat(asked.lastHeaders().getFirst("X-Tied-To")).isNull();
	}

	@Test
	void globalStatistics_areAskedFirst_andSentAlong_andKeptForThatQuery() {
		for (int shard = 0; shard < 3; shard++) {
			for (int replica = 0; replica < 2; replica++) {
				FakeReplica.Behaviour usual = gateway.replica(shard, replica).behaviour();
				gateway.replica(shard, replica)
					.behave((
							exchange) -> (exchange.getRequestURI().getPath().equals("/stats/terms")
									? FakeReplica.json(200,
											"{\"shard\":1,\"documents\":5,\"terms\":{\"body:x\":{\"documents\":2}}}")
									: usual)
								.answer(exchange));
			}
		}
		String words = "kept-" + System.nanoTime();
		assertThat(ids(gateway.get("/search?stats=global&q=" + words))).containsExactly("d", "b", "c", "a", "e");
		assertThat(ids(gateway.get("/search?stats=global&q=" + words + "&limit=1"))).containsExactly("d");
		assertThat(asked(1)).containsExactly("GET /stats/terms?stats=global&q=" + words,
				"POST /search?q=%s&limit=1&offset=0 {\"statistics\":{\"documents\":15,\"terms\":{\"body:x\":{\"documents\":6}}}}"
					.formatted(words),
				"POST /search?q=%s&limit=10&offset=0 {\"statistics\":{\"documents\":15,\"terms\":{\"body:x\":{\"documents\":6}}}}"
					.formatted(words));
	}

	@Test
	void termStatistics_areSums() {
		for (int shard = 0; shard < 3; shard++) {
			for (int replica = 0; replica < 2; replica++) {
				gateway.replica(shard, replica)
					.behave(FakeReplica.json(200, "{\"shard\":%d,\"documents\":5}".formatted(shard)));
			}
		}
		TestGateway.Answer answer = gateway.get("/stats/terms?q=x");
		assertThat(answer.json().path("documents").asInt()).isEqualTo(15);
		assertThat(answer.json().path("coverage").path("answered").asInt()).isEqualTo(3);
		assertThat(asked(2)).containsExactly("GET /stats/terms?q=x");
	}

	@Test
	void measuredCalls_makeThePrediction() {
		for (int i = 0; i < 40; i++) {
			gateway.get("/search?q=x");
		}
		JsonNode measured = gateway.get("/topology/fanout?leaves=6").json().path("measured");
		assertThat(measured.path("leaves").asInt()).isEqualTo(3);
		assertThat(measured.path("replicas").asInt()).isEqualTo(2);
		assertThat(measured.path("samples").asInt()).isGreaterThanOrEqualTo(100);
	}

	@Test
	void slotsThatMoved_areSearchedAgainUnderTheNewerTopology_withoutTheClientNoticing() {
		long before = gateway.epoch();
		List<String> names = new CopyOnWriteArrayList<>();
		FakeReplica.Behaviour ahead = (exchange) -> {
			names.add(exchange.getRequestHeaders().getFirst("X-Search-Id"));
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
		assertThat(gateway.requests(0)).filteredOn((request) -> request.startsWith("GET"))
			.hasSizeGreaterThanOrEqualTo(2);
		// A leaf remembers which ones were cancelled.
		assertThat(names).doesNotHaveDuplicates();
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
		assertThat(asked(0)).containsExactly("GET /search?q=int%5B%5D%26%C3%BC%20a&limit=10&offset=0");
	}

	@ParameterizedTest
	@CsvSource({ "/search, 'q'", "/search?q=%20, 'q'", "/search?q=x&limit=-1, 'limit'", "/search?q=x&limit=a, 'limit'",
			"/search?q=x&offset=999&limit=2, 'offset'", "/search?q=x&explain=all, 'explain'",
			"/search?q=x&stats=local, 'stats'" })
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
