package dev.bootpatterns.benchmarks.load;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class OpenLoopTests {

	@Test
	void stalledServer_delaysRequests_dropsNone() throws InterruptedException {
		Set<Integer> answered = ConcurrentHashMap.newKeySet();
		AtomicInteger mostInFlight = new AtomicInteger();
		Thread sender = Thread.currentThread();
		try (OpenLoop loop = new OpenLoop(3)) {
			OpenLoop.Sent result = loop.run(1_000_000, IntStream.range(0, 20).mapToObj((number) -> {
				mostInFlight.accumulateAndGet(number - answered.size(), Math::max);
				return (OpenLoop.Request) (due) -> {
					// Not before the sender can send no more.
					while (sender.getState() != Thread.State.WAITING) {
						Thread.onSpinWait();
					}
					answered.add(number);
				};
			}).iterator());
			assertThat(result.requests()).isEqualTo(20);
			assertThat(answered).hasSize(20);
			assertThat(mostInFlight).hasValue(3);
		}
	}

	@Test
	void requestsAreDue_atAConstantRate_whateverTheAnswersDo() throws InterruptedException {
		long[] due = new long[5];
		try (OpenLoop loop = new OpenLoop(1)) {
			loop.run(1000,
					IntStream.range(0, 5)
						.mapToObj((number) -> (OpenLoop.Request) (time) -> due[number] = time)
						.iterator());
		}
		assertThat(IntStream.range(1, 5).mapToLong((i) -> due[i] - due[0])).containsExactly(1_000_000L, 2_000_000L,
				3_000_000L, 4_000_000L);
	}

	@Test
	void requestThatThrows_doesNotBlockTheNext() throws InterruptedException {
		AtomicInteger sent = new AtomicInteger();
		Thread.setDefaultUncaughtExceptionHandler((thread, ex) -> {
		});
		try (OpenLoop loop = new OpenLoop(1)) {
			loop.run(1_000_000, IntStream.range(0, 3).mapToObj((number) -> (OpenLoop.Request) (due) -> {
				sent.incrementAndGet();
				throw new IllegalStateException();
			}).iterator());
		}
		finally {
			Thread.setDefaultUncaughtExceptionHandler(null);
		}
		assertThat(sent).hasValue(3);
	}

}
