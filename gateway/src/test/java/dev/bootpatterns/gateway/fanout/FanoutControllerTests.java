package dev.bootpatterns.gateway.fanout;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

import dev.bootpatterns.gateway.FakeReplica;
import dev.bootpatterns.gateway.TestGateway;
import dev.bootpatterns.sharding.Topology;
import dev.bootpatterns.sharding.fanout.Hedging;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.context.annotation.Primary;
import org.springframework.web.server.ResponseStatusException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

class FanoutControllerTests {

	private static TestGateway gateway;

	@BeforeAll
	static void start() {
		gateway = new TestGateway(Topology.balanced(1), 1, "--spring.main.sources=" + Latencies.class.getName());
	}

	@BeforeEach
	void renew() {
		gateway.renew();
		gateway.owner(0).requests().clear();
		gateway.owner(1).requests().clear();
		Latencies.current = measured(1000);
	}

	@AfterAll
	static void stop() {
		gateway.close();
	}

	/** 10 ms, and one call in a hundred takes 500 ms longer. */
	private static LeafMeasurements measured(long samples) {
		return new LeafMeasurements((quantile) -> (quantile < 0.99) ? 10e6 : 510e6, samples, 4, 2, 0.8, 100_000,
				Hedging.DEFAULTS);
	}

	private static List<String> ownersRequests() {
		return IntStream.range(0, 2)
			.mapToObj(gateway::owner)
			.flatMap((owner) -> owner.requests().stream())
			.filter((request) -> !request.equals("GET /topology"))
			.toList();
	}

	@Test
	void fanout_isAnsweredHere_theRestOfTheTopologyByAnOwner() {
		assertThat(gateway.get("/topology/fanout").json().path("measured").path("leaves").asInt()).isEqualTo(4);
		assertThat(ownersRequests()).isEmpty();
		IntStream.range(0, 2).forEach((owner) -> gateway.owner(owner).behave(FakeReplica.json(200, "{\"from\":1}")));
		for (String path : List.of("/topology/heat", "/topology/changes/1", "/topology/fanout/1",
				"/topology/fanouts")) {
			assertThat(gateway.get(path).json().path("from").asInt()).as(path).isOne();
			assertThat(ownersRequests()).contains("GET " + path);
		}
		assertThat(gateway.get("/topology").json().path("from").asInt()).isOne();
		assertThat(gateway.send("POST", "/topology/plan", BodyPublishers.ofString("{}")).status()).isEqualTo(200);
	}

	@Test
	void answer_showsWhatWasAskedFor_aTable_andAdvice() {
		JsonNode answer = gateway.get("/topology/fanout?leaves=50&replicas=3").json();
		JsonNode asked = answer.path("asked");
		assertThat(asked.path("leaves").asInt()).isEqualTo(50);
		assertThat(asked.path("replicas").asInt()).isEqualTo(3);
		// 8 ms of service are 4/50 of that; 50 times 0.1 ms are the root's.
		assertThat(asked.path("plain").path("p50Ms").asDouble()).isEqualTo(7.64);
		assertThat(asked.path("plain").path("p99Ms").asDouble()).isEqualTo(507.64);
		assertThat(asked.path("plain").path("p999Ms").asDouble()).isEqualTo(507.64);
		assertThat(asked.path("hedged").path("p99Ms").asDouble()).isEqualTo(10.28);
		assertThat(asked.path("extraRequests").asDouble()).isBetween(0.009, 0.011);
		assertThat(asked.has("doubling")).isFalse();
		JsonNode table = answer.path("table");
		assertThat(table.valueStream().map((row) -> row.path("leaves").asInt())).containsExactly(1, 2, 4, 8, 16, 32, 64,
				128);
		assertThat(table.get(0).has("doubling")).isFalse();
		assertThat(table.get(3).path("doubling").path("workMs").asDouble()).isEqualTo(0.4);
		assertThat(answer.path("advice").path("leaves").asInt()).isBetween(1, 128);
		assertThat(answer.path("advice").path("text").asString()).contains("p99");
		JsonNode measured = answer.path("measured");
		assertThat(measured.path("samples").asInt()).isEqualTo(1000);
		assertThat(measured.path("p50Ms").asDouble()).isEqualTo(10);
		assertThat(measured.path("hedgeAfterMs").asDouble()).isEqualTo(10);
		assertThat(measured.path("hedgeBudget").asDouble()).isEqualTo(0.05);
	}

	@Test
	void whatIsNotAskedFor_isAsItIs() {
		JsonNode asked = gateway.get("/topology/fanout").json().path("asked");
		assertThat(asked.path("leaves").asInt()).isEqualTo(4);
		assertThat(asked.path("replicas").asInt()).isEqualTo(2);
	}

	@ParameterizedTest
	@CsvSource({ "leaves=0, leaves", "leaves=1025, leaves", "leaves=many, leaves", "leaves=, leaves",
			"'leaves=1&leaves=2', leaves", "leaves=1.5, leaves", "replicas=0, replicas", "replicas=17, replicas",
			"'leaves=3&replicas=x', replicas" })
	void badParameter_isNamed(String query, String named) {
		TestGateway.Answer answer = gateway.get("/topology/fanout?" + query);
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.detail()).startsWith("'" + named + "' must be a whole number from 1 to ");
	}

	@Test
	void fewSamples_areNone() {
		Latencies.current = measured(99);
		TestGateway.Answer answer = gateway.get("/topology/fanout");
		assertThat(answer.status()).isEqualTo(503);
		assertThat(answer.detail()).isEqualTo("no measurements yet: search something first");
		Latencies.current = measured(100);
		assertThat(gateway.get("/topology/fanout").status()).isEqualTo(200);
	}

	@Test
	void nobodyWhoMeasures_isNoMeasurements() {
		FanoutController controller = controller();
		assertThat(refusal(controller).getReason()).isEqualTo("no measurements yet: search something first");
		controller.destroy();
	}

	@Test
	void moreThanMayWait_areRefusedAtOnce() throws InterruptedException {
		CountDownLatch begun = new CountDownLatch(1);
		CountDownLatch release = new CountDownLatch(1);
		LeafLatencies slow = () -> {
			begun.countDown();
			Awaitility.await().until(() -> release.getCount() == 0);
			return Optional.of(measured(1));
		};
		FanoutController controller = controller(slow);
		List<CompletableFuture<FanoutAnswer>> answers = new ArrayList<>();
		answers.add(controller.fanout(null, null).toFuture());
		begun.await();
		for (int i = 0; i < FanoutController.MAX_WAITING; i++) {
			answers.add(controller.fanout(null, null).toFuture());
		}
		assertThat(refusal(controller).getReason()).isEqualTo("4 predictions are waiting already");
		assertThat(answers).noneMatch(CompletableFuture::isDone);
		release.countDown();
		assertThat(answers).allSatisfy((answer) -> assertThat(answer.handle((value, ex) -> ex).join()).isNotNull()
			.hasMessageContaining("no measurements yet"));
		controller.destroy();
	}

	private static FanoutController controller(LeafLatencies... latencies) {
		StaticListableBeanFactory beans = new StaticListableBeanFactory();
		for (LeafLatencies one : latencies) {
			beans.addBean("latencies", one);
		}
		return new FanoutController(beans.getBeanProvider(LeafLatencies.class));
	}

	private static ResponseStatusException refusal(FanoutController controller) {
		return (ResponseStatusException) catchThrowable(() -> controller.fanout(null, null).block());
	}

	/**
	 * What the live measurements will be; not a component, so that only this test has it.
	 */
	@Primary
	static final class Latencies implements LeafLatencies {

		private static volatile @Nullable LeafMeasurements current;

		@Override
		public Optional<LeafMeasurements> current() {
			return Optional.ofNullable(current);
		}

	}

}
