package dev.bootpatterns.gateway.scatter;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;

import dev.bootpatterns.gateway.GatewayProperties;
import dev.bootpatterns.gateway.replicas.Replica;
import dev.bootpatterns.gateway.replicas.ReplicaDirectory;
import dev.bootpatterns.gateway.replicas.ReplicaFailure;
import dev.bootpatterns.gateway.replicas.ReplicaGuard;
import dev.bootpatterns.gateway.scatter.LeafResult.Reason;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpStatus;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/** What is known of leaves, and what may be asked of them. */
class LeavesTests {

	private static final Duration INITIAL = Duration.ofMillis(200);

	/** How many hedges and retries there may be before there was any request. */
	private static final int RESERVE = 50;

	private static final Replica REPLICA = new Replica("shards-0-a", "shards", 0, "a", null, URI.create("http://a"));

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private final List<String> sent = new CopyOnWriteArrayList<>();

	private Leaves leaves(Duration minDelay, double budget) {
		GatewayProperties properties = mock(GatewayProperties.class);
		given(properties.defaultDeadline()).willReturn(Duration.ofSeconds(2));
		WebClient http = WebClient.builder().exchangeFunction((request) -> {
			this.sent.add(request.method() + " " + request.url());
			return Mono.just(ClientResponse.create(HttpStatus.NO_CONTENT).build());
		}).build();
		return new Leaves(mock(ReplicaDirectory.class), mock(ReplicaGuard.class), http,
				new HedgingProperties(HedgingProperties.Mode.HEDGE, 0.95, Duration.ofHours(1), INITIAL, minDelay,
						Duration.ZERO, budget),
				properties, this.meters);
	}

	@Test
	void leaf_isLateByTheRecentCallsOfItsShardAndKind_onceTheyAreEnough() {
		Leaves leaves = leaves(Duration.ZERO, 0);
		Duration slow = Duration.ofMillis(400);
		giveUp(leaves, request("search", 0), slow, 19);
		assertThat(leaves.lateAfter(request("search", 0))).isEqualTo(INITIAL);
		giveUp(leaves, request("search", 0), slow, 2);
		assertThat(leaves.lateAfter(request("search", 0)).toMillis()).isCloseTo(400, within(10L));
		assertThat(leaves.lateAfter(request("search", 1))).isEqualTo(INITIAL);
		assertThat(leaves.lateAfter(request("count", 0))).isEqualTo(INITIAL);
		assertThat(leaves.measured(new Leaves.Kind("search", "shards")).calls().samples()).isCloseTo(21, within(0.1));
		assertThat(leaves.measured(new Leaves.Kind("count", "shards")).calls().samples()).isZero();
	}

	@Test
	void leaf_isNeverLateBeforeTheLeastDelay() {
		Leaves leaves = leaves(Duration.ofSeconds(1), 0);
		giveUp(leaves, request("search", 0), Duration.ofMillis(400), 21);
		assertThat(leaves.lateAfter(request("search", 0))).isEqualTo(Duration.ofSeconds(1));
	}

	@Test
	void callThatWasGivenUpBeforeItWasLate_saysNothingOfHowLongCallsTake() {
		Leaves leaves = leaves(Duration.ZERO, 0);
		giveUp(leaves, request("search", 0), INITIAL.minusMillis(1), 30);
		assertThat(leaves.measured(new Leaves.Kind("search", "shards")).calls().samples()).isZero();
		assertThat(this.meters.get("gateway.scatter.wasted").timer().count()).isEqualTo(30);
	}

	@Test
	void leaf_isToldToStop_unlessItsTimeIsOverAnyway() {
		Leaves leaves = leaves(Duration.ZERO, 0);
		leaves.cancel(REPLICA, request("search", 0), "name", 1);
		assertThat(this.sent).containsExactly("DELETE http://a/searches/name");
		leaves.cancel(REPLICA, request("search", 0, Duration.ZERO), "other", 1);
		assertThat(this.sent).hasSize(1);
	}

	@Test
	void hedgesAndRetries_spendOneBudget_thatRequestsFill() {
		Leaves leaves = leaves(Duration.ZERO, 0.5);
		// More calls than the limit of hedges at once would be reached with.
		IntStream.range(0, 200).forEach((call) -> leaves.began());
		assertThat(IntStream.range(0, 100)
			.filter((i) -> (i % 2 == 0) ? leaves.mayHedge() : leaves.mayRetry(ReplicaFailure.FAILED))).hasSize(RESERVE);
		assertThat(this.meters.get("gateway.scatter.hedges.refused").counter().count()).isEqualTo(25);
		for (int i = 0; i < 20; i++) {
			var _ = leaves.ask(request("search", 0));
		}
		assertThat(IntStream.range(0, 100).filter((i) -> leaves.mayHedge())).hasSize(10);
	}

	@Test
	void hedges_areCountedByWhoWon() {
		Leaves leaves = leaves(Duration.ZERO, 0);
		leaves.ended(hedged("cancelled", "answered"));
		leaves.ended(hedged("answered", "cancelled"));
		leaves.ended(hedged("answered", "cancelled"));
		assertThat(hedges("won")).isEqualTo(1);
		assertThat(hedges("lost")).isEqualTo(2);
	}

	private static LeafResult hedged(String first, String second) {
		return new LeafResult(0, new LeafOutcome.Absent("timeout"),
				List.of(new LeafResult.Attempt("a", Reason.FIRST, 0, 1, null, first),
						new LeafResult.Attempt("b", Reason.HEDGE, 0, 1, null, second)),
				1);
	}

	private double hedges(String outcome) {
		return this.meters.get("gateway.scatter.hedges").tags("mode", "hedge", "outcome", outcome).counter().count();
	}

	private static void giveUp(Leaves leaves, LeafRequest request, Duration after, int times) {
		for (int i = 0; i < times; i++) {
			leaves.cancel(REPLICA, request, "name", after.toNanos());
		}
	}

	private static LeafRequest request(String kind, int shard) {
		return request(kind, shard, Duration.ofHours(1));
	}

	private static LeafRequest request(String kind, int shard, Duration deadline) {
		ScatterRequest request = new ScatterRequest(kind, "shards", "/search", new LinkedMultiValueMap<>(),
				System.nanoTime(), deadline, 0, false, null, false);
		return new LeafRequest(request, UUID.randomUUID(), shard, 1, "/search", "q=x", null);
	}

}
