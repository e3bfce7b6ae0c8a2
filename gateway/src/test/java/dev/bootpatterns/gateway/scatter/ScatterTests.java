package dev.bootpatterns.gateway.scatter;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

import dev.bootpatterns.gateway.GatewayProperties;
import dev.bootpatterns.gateway.scatter.Coverage.Missing;
import dev.bootpatterns.gateway.topology.TopologyClient;
import dev.bootpatterns.sharding.Topology;
import dev.bootpatterns.sharding.TopologyDocument;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

import org.springframework.util.LinkedMultiValueMap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/** Who is asked and waited for, with leaves of which some never answer. */
class ScatterTests {

	private static final Duration LONG = Duration.ofMinutes(10);

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private final Leaves leaves = mock(Leaves.class);

	private final AtomicInteger asked = new AtomicInteger();

	private final TopologyClient topology = mock(TopologyClient.class);

	/** Leaves below this number answer, the others never do. */
	private Scatter scatter(Topology current, int answering, int maxFanOut) {
		given(this.topology.current()).willReturn(Optional.of(current));
		given(this.leaves.ask(any())).willAnswer((invocation) -> Mono.defer(() -> {
			this.asked.incrementAndGet();
			LeafRequest request = invocation.getArgument(0);
			return (request.shard() < answering) ? Mono.just(answer(request.shard())) : Mono.never();
		}));
		given(this.leaves.lateAfter(any(ScatterRequest.class), anyInt())).willReturn(Duration.ZERO);
		GatewayProperties properties = mock(GatewayProperties.class);
		given(properties.maxFanOut()).willReturn(maxFanOut);
		return new Scatter(this.topology, this.leaves, properties, this.meters);
	}

	private static LeafResult answer(int shard) {
		return new LeafResult(shard, new LeafOutcome.Answered(JsonNodeFactory.instance.objectNode(), "a"), List.of(),
				0);
	}

	private static Round ask(Scatter scatter, Duration deadline, double minCoverage) {
		ScatterRequest request = request("x", deadline, minCoverage);
		return Objects.requireNonNull(
				scatter.ask(request, "/search", () -> new SumGatherer().begin(request.parameters()), null).block());
	}

	private static ScatterRequest request(String words, Duration deadline, double minCoverage) {
		LinkedMultiValueMap<String, String> parameters = new LinkedMultiValueMap<>();
		parameters.add("q", words);
		return new ScatterRequest("search", "shards", "/search", parameters, System.nanoTime(), deadline, minCoverage,
				minCoverage > 0, null, false);
	}

	@Test
	void leafThatNeverEnds_isMissingAtTheDeadline() {
		Round round = ask(scatter(Topology.balanced(3), 2, 64), Duration.ofMillis(50), 0);
		assertThat(round.coverage().missing()).containsExactly(new Missing(2, "timeout"));
		assertThat(this.meters.counter("gateway.scatter.stragglers", "shard", "1").count()).isEqualTo(1);
	}

	@Test
	void leavesThatAreLate_areThoseLaterThanTheSlowestUsuallyIs() {
		Scatter scatter = scatter(Topology.balanced(3), 1, 64);
		given(this.leaves.lateAfter(any(ScatterRequest.class), anyInt()))
			.willAnswer((invocation) -> (invocation.<Integer>getArgument(1) == 0) ? Duration.ZERO : LONG);
		assertThat(ask(scatter, Duration.ofMillis(100), 0.3).coverage().missing()).extracting(Missing::reason)
			.containsOnly("timeout");
	}

	@Test
	void enoughHaveAnswered_nobodyIsWaitedForUntilTheDeadline() {
		assertThat(ask(scatter(Topology.balanced(3), 1, 64), LONG, 0.3).coverage().missing())
			.extracting(Missing::reason)
			.containsOnly("late");
	}

	@Test
	void shardWithoutSlots_isNotAsked() {
		Topology current = Topology.of(new TopologyDocument(1,
				List.of(new TopologyDocument.Shard(0, "0-1023"), new TopologyDocument.Shard(1, ""))));
		assertThat(ask(scatter(current, 2, 64), LONG, 0).coverage()).isEqualTo(new Coverage(1, 1, 1, List.of()));
		assertThat(this.asked).hasValue(1);
	}

	@Test
	void leavesThatAreAskedAtOnce_areBounded() {
		ask(scatter(Topology.balanced(8), 0, 3), Duration.ofMillis(50), 0);
		assertThat(this.asked).hasValue(3);
	}

	@Test
	void termStatistics_areKeptIfTheyAreOfAll_byQueryAndTopology() {
		Scatter scatter = scatter(Topology.balanced(2), 2, 64);
		TermStatistics statistics = new TermStatistics(scatter, new SumGatherer(), JsonMapper.shared());
		for (int i = 0; i < 3; i++) {
			assertThat(statistics.of(request("x", LONG, 0)).block()).isEqualTo("{\"statistics\":{}}");
		}
		assertThat(this.asked).hasValue(2);
		statistics.of(request("y", LONG, 0)).block();
		assertThat(this.asked).hasValue(4);
		Topology newer = Topology.of(new TopologyDocument(2, Topology.balanced(2).toDocument().shards()));
		given(this.topology.current()).willReturn(Optional.of(newer));
		statistics.of(request("x", LONG, 0)).block();
		assertThat(this.asked).hasValue(6);
	}

	@Test
	void termStatistics_thatAShardIsMissingFrom_areUsedAndNotKept_andThoseOfNobodyAreNone() {
		TermStatistics some = new TermStatistics(scatter(Topology.balanced(2), 1, 64), new SumGatherer(),
				JsonMapper.shared());
		Duration deadline = Duration.ofMillis(20);
		assertThat(some.of(request("x", deadline, 0)).block()).isEqualTo("{\"statistics\":{}}");
		assertThat(some.of(request("x", deadline, 0)).block()).isNotNull();
		assertThat(this.asked).hasValue(4);
		TermStatistics none = new TermStatistics(scatter(Topology.balanced(2), 0, 64), new SumGatherer(),
				JsonMapper.shared());
		assertThat(none.of(request("x", deadline, 0)).blockOptional()).isEmpty();
	}

	@Test
	void timing_namesTheLastLeaf_andTellsLeavesByShard_andWhereTheTimeWent() {
		ScatterRequest request = request("x", LONG, 0);
		long start = request.start();
		LeafResult.Attempt attempt = new LeafResult.Attempt("a", LeafResult.Reason.FIRST, start + 1_000_000,
				start + 8_000_000, new LeafTimes(2, 3, 1), "answered");
		LeafResult first = new LeafResult(2, new LeafOutcome.Absent("timeout"), List.of(), start + 7_000_000);
		LeafResult last = new LeafResult(1, new LeafOutcome.Absent("timeout"), List.of(attempt), start + 9_000_000);
		Timing timing = Timing.of(request, List.of(first, last));
		assertThat(timing.slowestShard()).isEqualTo(1);
		assertThat(timing.leaves()).extracting(Timing.Leaf::shard).containsExactly(1, 2);
		assertThat(timing.leaves().getFirst()).isEqualTo(
				new Timing.Leaf(1, 9, false, List.of(new Timing.Call("a", "first", "answered", 1, 7, 2.0, 3.0, 2.0))));
		assertThat(Timing.of(request, List.of()).slowestShard()).isNull();
	}

}
