package dev.bootpatterns.gateway.replicas;

import java.util.stream.IntStream;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RetryBudgetTests {

	private final RetryBudget budget = new RetryBudget(0.1, "requests", new SimpleMeterRegistry());

	@Test
	void retries_areOneInTenRequests_beyondTheReserve() {
		assertThat(retriesOf(1000)).isEqualTo(50);
		IntStream.range(0, 100).forEach((i) -> this.budget.request());
		assertThat(retriesOf(1000)).isEqualTo(10);
	}

	@Test
	void quietTime_savesNoMoreThanTheReserve() {
		IntStream.range(0, 100_000).forEach((i) -> this.budget.request());
		assertThat(retriesOf(1000)).isEqualTo(50);
	}

	@Test
	void attemptThatReachedNobody_isFree() {
		retriesOf(1000);
		assertThat(this.budget.tryRetry(ReplicaFailure.NOT_REACHED)).isTrue();
	}

	private long retriesOf(int failures) {
		return IntStream.range(0, failures).filter((i) -> this.budget.tryRetry(ReplicaFailure.FAILED)).count();
	}

}
