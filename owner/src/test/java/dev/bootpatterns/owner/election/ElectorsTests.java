package dev.bootpatterns.owner.election;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ElectorsTests {

	/** The next look comes after any test. */
	private static final ElectionProperties TIMES = Times.of(120_000, 1000, 200, 60_000);

	@Test
	void newsOfARelease_letTheRolesElectorLookAtOnce_andEndWithIt() throws InterruptedException {
		CountDownLatch looked = new CountDownLatch(1);
		InMemoryLeaseStore store = new InMemoryLeaseStore(System::nanoTime) {

			@Override
			public synchronized Optional<Lease> find(String name) {
				looked.countDown();
				return super.find(name);
			}

		};
		store.acquire("jobs", "other", Duration.ofMinutes(2));
		BlockingQueue<Term> granted = new LinkedBlockingQueue<>();
		AtomicReference<Consumer<String>> news = new AtomicReference<>();
		AtomicBoolean ended = new AtomicBoolean();
		Electors electors = new Electors(List.of(elector(store, granted)), TIMES, (consumer) -> {
			news.set(consumer);
			return () -> ended.set(true);
		});
		electors.start();
		try {
			assertThat(looked.await(10, TimeUnit.SECONDS)).isTrue();
			store.release("jobs", "other", 1);
			news.get().accept("jobs");
			assertThat(granted.poll(10, TimeUnit.SECONDS)).isEqualTo(new Term("jobs", 2));
		}
		finally {
			electors.stop();
		}
		assertThat(ended).isTrue();
	}

	private static Elector elector(LeaseStore store, BlockingQueue<Term> granted) {
		return new Elector("jobs", new LeaseLock(store, "jobs", "a/1", TIMES, () -> 0, System::nanoTime, Pause.real()),
				TIMES, List.of(new NotingTask("jobs", granted)));
	}

}
