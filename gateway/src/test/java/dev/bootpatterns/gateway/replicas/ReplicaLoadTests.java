package dev.bootpatterns.gateway.replicas;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import static org.assertj.core.api.Assertions.assertThat;

class ReplicaLoadTests {

	private static final Offset<Double> ROUNDED = Offset.offset(0.001);

	private final AtomicLong now = new AtomicLong();

	private final ReplicaLoad load = new ReplicaLoad(Duration.ofSeconds(5), this.now::get);

	@Test
	void slowerAnswer_countsAtOnce_fasterOnesByTheTimeThatWentBy() {
		answerAfter(0.1);
		assertThat(this.load.latencySeconds()).isEqualTo(0.1);
		answerAfter(2);
		assertThat(this.load.latencySeconds()).isEqualTo(2);
		pass(5);
		assertThat(this.load.latencySeconds()).isEqualTo(2 / Math.E, ROUNDED);
		answerAfter(0);
		assertThat(this.load.latencySeconds()).isEqualTo(2 / Math.E, ROUNDED);
	}

	@Test
	void callsInFlight_multiplyTheCost() {
		answerAfter(0.1);
		double idle = this.load.cost();
		Disposable one = call().subscribe();
		Disposable another = call().subscribe();
		assertThat(this.load.cost()).isEqualTo(3 * idle);
		one.dispose();
		another.dispose();
		assertThat(this.load.cost()).isEqualTo(idle);
	}

	@Test
	void unmeasured_costsNothingWhileIdle_andMoreThanAnyWhileNot() {
		ReplicaLoad slow = new ReplicaLoad(Duration.ofSeconds(5), this.now::get);
		slow.measured(Mono.fromRunnable(() -> pass(30))).block();
		assertThat(this.load.cost()).isZero();
		Disposable first = call().subscribe();
		assertThat(this.load.cost()).isGreaterThan(1000 * slow.cost());
		first.dispose();
		assertThat(this.load.cost()).isZero();
	}

	@Test
	void failure_neverMakesItLookFast_butMaySlow() {
		failAfter(0.001);
		assertThat(this.load.latencySeconds()).isNaN();
		answerAfter(1);
		failAfter(0.001);
		assertThat(this.load.latencySeconds()).isEqualTo(1, ROUNDED);
		failAfter(3);
		assertThat(this.load.latencySeconds()).isEqualTo(3);
	}

	@Test
	void callThatIsGivenUp_countsAsLongAsItTook() {
		answerAfter(0.1);
		Disposable hanging = call().subscribe();
		pass(2);
		hanging.dispose();
		assertThat(this.load.latencySeconds()).isEqualTo(2);
		assertThat(this.load.isIdle()).isTrue();
	}

	@Test
	void replicaThatIsSilent_isAsSlowAsItHasBeenSilent_untilItAnswers() {
		answerAfter(0.1);
		Sinks.One<Object> late = Sinks.one();
		this.load.measured(late.asMono()).subscribe();
		pass(4);
		call().subscribe();
		assertThat(this.load.cost()).isEqualTo(3 * 4e9);
		late.tryEmitEmpty().orThrow();
		pass(1);
		assertThat(this.load.cost()).isBetween(2 * 3e9, 2 * 4e9);
	}

	@Test
	void slowReplica_isForgottenInTime_andCallsStillCount() {
		answerAfter(10);
		pass(1000);
		double idle = this.load.cost();
		assertThat(idle).isLessThan(2_000).isPositive();
		call().subscribe();
		assertThat(this.load.cost()).isEqualTo(2 * idle);
	}

	@Test
	void rank_isTheWayAndTheCubeOfTheQueue_timesTheReplicasOwnTime() {
		answerAfter(0.1);
		this.load.report(0.04, 0);
		assertThat(this.load.cost()).isEqualTo(0.06e9 + 0.04e9, ROUNDED);
		call().subscribe();
		assertThat(this.load.cost()).isEqualTo(0.06e9 + 8 * 0.04e9, ROUNDED);
	}

	@Test
	void queueThatTheReplicaSays_makesItCostMore_untilItIsForgotten() {
		answerAfter(0.1);
		double alone = this.load.cost();
		for (int i = 0; i < 100; i++) {
			this.load.report(0.1, 9);
		}
		assertThat(this.load.cost()).isEqualTo(1000 * alone, Offset.offset(alone));
		pass(30);
		assertThat(this.load.cost()).isLessThan(alone);
	}

	@Test
	void replicasOwnTime_isNeverMoreThanTheResponse() {
		answerAfter(0.1);
		this.load.report(5, 0);
		assertThat(this.load.cost()).isEqualTo(0.1e9, ROUNDED);
	}

	private Mono<Object> call() {
		return this.load.measured(Sinks.one().asMono());
	}

	private void answerAfter(double seconds) {
		this.load.measured(Mono.fromCallable(() -> {
			pass(seconds);
			return "";
		})).block();
	}

	private void failAfter(double seconds) {
		this.load.measured(Mono.defer(() -> {
			pass(seconds);
			return Mono.error(new IllegalStateException());
		})).onErrorComplete().block();
	}

	private void pass(double seconds) {
		this.now.addAndGet((long) (seconds * 1e9));
	}

}
