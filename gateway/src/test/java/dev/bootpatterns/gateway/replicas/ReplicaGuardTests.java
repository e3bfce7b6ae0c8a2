package dev.bootpatterns.gateway.replicas;

import java.net.URI;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import dev.bootpatterns.gateway.GatewayProperties;
import io.github.resilience4j.bulkhead.BulkheadRegistry;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Who is asked, in a time of their own: clients that each wait for an answer and ask
 * again.
 */
class ReplicaGuardTests {

	private static final Replica A = replica("a");

	private static final Replica B = replica("b");

	private static final Replica C = replica("c");

	private static final double NEVER = 1e6;

	private final AtomicLong now = new AtomicLong();

	private final CircuitBreakerRegistry breakers = CircuitBreakerRegistry.of(CircuitBreakerConfig.custom()
		.slidingWindowSize(10)
		.minimumNumberOfCalls(5)
		.permittedNumberOfCallsInHalfOpenState(1)
		.build());

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private final ReplicaGuard guard = new ReplicaGuard(this.breakers, BulkheadRegistry.ofDefaults(), this.meters,
			Binder.get(new MockEnvironment()).bindOrCreate("gateway", GatewayProperties.class),
			new PowerOfTwoChoices(new Random(42)::nextInt), this.now::get);

	private final Map<Replica, Integer> calls = new HashMap<>();

	@Test
	void replicasThatAreEquallyFast_getEqualShares() {
		run(16, 20_000, Map.of(A, 0.01, B, 0.01, C, 0.01));
		assertThat(this.calls.values()).allSatisfy((share) -> assertThat(share).isBetween(6_300, 7_000));
	}

	@Test
	void replicaThatIs200MillisecondsSlower_getsASmallShare_butIsNotForgotten() {
		run(16, 20_000, Map.of(A, 0.005, B, 0.205));
		assertThat(this.calls.get(B)).isBetween(2, 200);
	}

	@Test
	void replicaThatHangs_holdsFewCalls() {
		run(16, 2_000, Map.of(A, 0.005, B, 0.005));
		this.calls.clear();
		run(16, 20_000, Map.of(A, 0.005, B, NEVER));
		assertThat(this.calls.get(B)).isBetween(1, 12);
	}

	@Test
	void replicaThatIsNew_isAskedAtOnce_oneCallAtATimeUntilItAnswers() {
		run(16, 2_000, Map.of(A, 0.005, B, 0.005));
		this.calls.clear();
		run(16, 2_000, Map.of(A, 0.005, B, 0.005, C, NEVER));
		assertThat(this.calls).containsEntry(C, 1);
	}

	@Test
	void replicaThatIsNew_hasItsShareSoon() {
		run(16, 2_000, Map.of(A, 0.005, B, 0.005));
		this.calls.clear();
		run(16, 20_000, Map.of(A, 0.005, B, 0.005, C, 0.005));
		assertThat(this.calls.get(C)).isBetween(6_000, 7_300);
	}

	@Test
	void replicaThatKeepsFailing_isLast_forThatUseOnly() {
		fail(A, "requests");
		for (int i = 0; i < 100; i++) {
			assertThat(this.guard.order("requests", List.of(A, B, C), true)).last().isEqualTo(A);
		}
		assertThat(
				IntStream.range(0, 100).mapToObj((i) -> this.guard.order("search", List.of(A, B, C), true).getFirst()))
			.contains(A);
		assertThat(
				this.meters.get("gateway.replicas.ejections").tags("service", "s", "use", "requests").counter().count())
			.isEqualTo(1);
	}

	@Test
	void allEjected_allAreTried_andOneThatAnswersIsBack() {
		fail(A, "requests");
		fail(B, "requests");
		assertThat(
				IntStream.range(0, 100).mapToObj((i) -> this.guard.order("requests", List.of(A, B), true).getFirst()))
			.contains(A, B);
		assertThat(this.guard.guard(A, "requests", Mono.just("answer")).block()).isEqualTo("answer");
		assertThat(this.guard.order("requests", List.of(A, B), true)).containsExactly(A, B);
	}

	@Test
	void replicaOnTrial_isFirst_forOneCallThatCanBeRepeated() {
		fail(A, "requests");
		this.breakers.circuitBreaker("a-requests").transitionToHalfOpenState();
		assertThat(this.guard.order("requests", List.of(A, B, C), false)).last().isEqualTo(A);
		assertThat(this.guard.order("requests", List.of(A, B, C), true)).first().isEqualTo(A);
		Sinks.One<String> answer = Sinks.one();
		this.guard.guard(A, "requests", answer.asMono()).subscribe();
		assertThat(this.guard.order("requests", List.of(A, B, C), true)).last().isEqualTo(A);
		answer.tryEmitValue("well").orThrow();
		assertThat(this.breakers.circuitBreaker("a-requests").getState()).isEqualTo(CircuitBreaker.State.CLOSED);
	}

	@Test
	void replicaThatFailsItsTrial_isEjectedAgain() {
		fail(A, "requests");
		this.guard.isBack(A);
		assertThat(this.guard.order("requests", List.of(A, B), true)).first().isEqualTo(A);
		failOnce(A, "requests");
		assertThat(this.guard.order("requests", List.of(A, B), true)).last().isEqualTo(A);
		assertThat(this.breakers.circuitBreaker("a-requests").getState()).isEqualTo(CircuitBreaker.State.OPEN);
	}

	@Test
	void replicaThatIsReadyAgain_isAsNew() {
		this.guard.guard(A, "requests", Mono.fromRunnable(() -> pass(10))).block();
		this.guard.guard(B, "requests", Mono.fromRunnable(() -> pass(0.001))).block();
		assertThat(this.guard.order("requests", List.of(A, B), true)).containsExactly(B, A);
		this.guard.isBack(A);
		assertThat(this.guard.order("requests", List.of(A, B), true)).containsExactly(A, B);
	}

	@Test
	void sameAffinity_prefersTheSameReplica_whileItIsNotMuchBusier() {
		run(16, 2_000, Map.of(A, 0.005, B, 0.005, C, 0.005));
		List<Replica> all = List.of(A, B, C);
		Map<String, Replica> preferred = new HashMap<>();
		for (int i = 0; i < 100; i++) {
			for (String user : List.of("ada", "grace", "barbara", "frances", "radia")) {
				Replica first = this.guard.order("requests", all, true, user).getFirst();
				assertThat(preferred.computeIfAbsent(user, (key) -> first)).isEqualTo(first);
			}
		}
		assertThat(Set.copyOf(preferred.values())).hasSizeGreaterThan(1);
	}

	@Test
	void preferredReplicaThatIsSlow_isPassedOver() {
		run(16, 2_000, Map.of(A, 0.005, B, 0.005));
		Replica preferred = this.guard.order("requests", List.of(A, B), true, "ada").getFirst();
		this.guard.guard(preferred, "requests", Mono.fromRunnable(() -> pass(1))).block();
		assertThat(this.guard.order("requests", List.of(A, B), true, "ada")).last().isEqualTo(preferred);
	}

	@Test
	void replicasOfTheOwnZone_areChosen_untilTheyCostMuchMore() {
		ReplicaGuard zoned = guard("gateway.zone", "here", "gateway.cross-zone-cost", "3");
		Replica near = new Replica("near", "s", 0, "near", "here", URI.create("http://near"));
		List<Replica> all = List.of(near, new Replica("far", "s", 0, "far", "there", URI.create("http://far")), A, B,
				C);
		for (Replica each : all) {
			zoned.guard(each, "requests", Mono.fromRunnable(() -> pass(0.01))).block();
		}
		for (int i = 0; i < 100; i++) {
			assertThat(zoned.order("requests", all, true)).first().isEqualTo(near);
		}
		zoned.guard(near, "requests", Mono.fromRunnable(() -> pass(0.05))).block();
		for (int i = 0; i < 100; i++) {
			assertThat(zoned.order("requests", all, true)).first().isNotEqualTo(near);
		}
	}

	private ReplicaGuard guard(String... properties) {
		MockEnvironment environment = new MockEnvironment();
		for (int i = 0; i < properties.length; i += 2) {
			environment.setProperty(properties[i], properties[i + 1]);
		}
		return new ReplicaGuard(CircuitBreakerRegistry.ofDefaults(), BulkheadRegistry.ofDefaults(),
				new SimpleMeterRegistry(), Binder.get(environment).bindOrCreate("gateway", GatewayProperties.class),
				new PowerOfTwoChoices(new Random(42)::nextInt), this.now::get);
	}

	@Test
	void replicaThatIsNotListedAnyMore_leavesNothingBehind() {
		fail(A, "requests");
		this.guard.guard(B, "requests", Mono.just("")).block();
		this.guard.forget(A::equals);
		assertThat(this.breakers.getAllCircuitBreakers()).extracting(CircuitBreaker::getName)
			.containsExactly("b-requests");
		assertThat(this.meters.find("gateway.replica.latency").gauges())
			.extracting((gauge) -> gauge.getId().getTag("replica"))
			.containsExactly("b");
	}

	/** Clients that ask again once they have an answer, until so many calls were made. */
	private void run(int clients, int total, Map<Replica, Double> seconds) {
		List<Replica> replicas = seconds.keySet().stream().sorted(Comparator.comparing(Replica::id)).toList();
		PriorityQueue<Answer> answers = new PriorityQueue<>(Comparator.comparingLong(Answer::at));
		for (int made = 0; made < total; made++) {
			if (made >= clients) {
				Answer next = answers.remove();
				this.now.set(next.at());
				next.sink().tryEmitValue("").orThrow();
			}
			Replica chosen = this.guard.order("requests", replicas, true).getFirst();
			this.calls.merge(chosen, 1, Integer::sum);
			Sinks.One<String> sink = Sinks.one();
			this.guard.guard(chosen, "requests", sink.asMono()).subscribe();
			answers.add(new Answer(this.now.get() + (long) (seconds.getOrDefault(chosen, NEVER) * 1e9), sink));
		}
		answers.stream().filter((answer) -> answer.at() < this.now.get() + 1e9 * NEVER / 2).forEach((answer) -> {
			this.now.accumulateAndGet(answer.at(), Math::max);
			answer.sink().tryEmitValue("").orThrow();
		});
	}

	private void fail(Replica replica, String use) {
		IntStream.range(0, 5).forEach((i) -> failOnce(replica, use));
	}

	private void failOnce(Replica replica, String use) {
		this.guard.guard(replica, use, Mono.error(new IllegalStateException())).onErrorComplete().block();
	}

	private void pass(double seconds) {
		this.now.addAndGet((long) (seconds * 1e9));
	}

	private static Replica replica(String name) {
		return new Replica(name, "s", 0, name, null, URI.create("http://" + name));
	}

	private record Answer(long at, Sinks.One<String> sink) {
	}

}
