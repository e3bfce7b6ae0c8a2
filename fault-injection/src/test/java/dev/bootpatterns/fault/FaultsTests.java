package dev.bootpatterns.fault;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.web.server.ResponseStatusException;

import static org.assertj.core.api.Assertions.assertThat;

class FaultsTests {

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private final Faults faults = new Faults(() -> 0, this.meters);

	@ParameterizedTest
	@ValueSource(doubles = { 0, 0.5, 5, 50, 100 })
	void percent_isThePartOfTheRequestsThatAreStruck(double percent) {
		int requests = 100_000;
		Faults random = new Faults(new Random(1)::nextDouble, this.meters);
		random.replace(Fault.of(null, "503", Double.toString(percent)));
		double struck = IntStream.range(0, requests)
			.mapToDouble((request) -> random.inject().isCompletedExceptionally() ? 1 : 0)
			.sum();
		double deviation = Math.sqrt(requests * percent / 100 * (1 - percent / 100));
		assertThat(struck).isBetween(requests * percent / 100 - 4 * deviation,
				requests * percent / 100 + 4 * deviation);
		assertThat(injected("abort")).isEqualTo(struck);
	}

	@Test
	void noFault_strikesNobody() {
		assertThat(this.faults.inject()).isCompleted();
		this.faults.replace(Fault.of(null, "503", "100"));
		this.faults.replace(Fault.NONE);
		assertThat(this.faults.inject()).isCompleted();
		assertThat(injected("abort")).isZero();
	}

	@Test
	void delay_thatIsOver_letsTheWorkBegin() {
		this.faults.replace(Fault.of("1ms", null, "100"));
		this.faults.inject().join();
		assertThat(injected("delay")).isEqualTo(1);
	}

	@Test
	void delayAndAbort_bothCome() {
		this.faults.replace(Fault.of("1ms", "502", "100"));
		assertAborted(this.faults.inject(), 502);
		assertThat(injected("delay")).isEqualTo(1);
		assertThat(injected("abort")).isEqualTo(1);
	}

	@Test
	void fault_thatIsReplaced_letsGoWhatItHolds() {
		this.faults.replace(Fault.of("30s", "503", "100"));
		CompletableFuture<Void> held = this.faults.inject();
		assertThat(held).isNotDone();
		this.faults.replace(Fault.of(null, "500", "100"));
		assertThat(held).as("it is not aborted any more").isCompleted();
		assertAborted(this.faults.inject(), 500);
	}

	/** Of what was held, nothing stays in a fault that stays. */
	@Test
	void delays_thatAreOver_leaveNothingBehind() {
		this.faults.replace(Fault.of("1ms", null, "100"));
		IntStream.range(0, 100).mapToObj((request) -> this.faults.inject()).toList().forEach(CompletableFuture::join);
		assertThat(this.faults.held()).isZero();
	}

	private static void assertAborted(CompletableFuture<Void> injected, int status) {
		assertThat(injected).failsWithin(Duration.ofMinutes(1))
			.withThrowableThat()
			.havingCause()
			.isInstanceOfSatisfying(ResponseStatusException.class,
					(ex) -> assertThat(ex.getStatusCode().value()).isEqualTo(status));
	}

	private double injected(String kind) {
		return this.meters.get("faults.injected").tag("kind", kind).counter().count();
	}

}
