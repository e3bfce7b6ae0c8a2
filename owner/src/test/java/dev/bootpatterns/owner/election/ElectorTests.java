package dev.bootpatterns.owner.election;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Who is told what, and when. The lease lasts for longer than any test. */
class ElectorTests {

	private static final ElectionProperties TIMES = Times.of(60_000, 1000, 200, 100);

	private final BlockingQueue<Object> events = new LinkedBlockingQueue<>();

	private final CountDownLatch released = new CountDownLatch(1);

	/**
	 * If there is one, a release that is still under way when it is counted is too late.
	 */
	private volatile @Nullable CountDownLatch stopped;

	private final InMemoryLeaseStore store = new InMemoryLeaseStore(System::nanoTime) {

		@Override
		public synchronized void release(String name, String holder, long term) {
			super.release(name, holder, term);
			ElectorTests.this.released.countDown();
			CountDownLatch over = ElectorTests.this.stopped;
			ElectorTests.this.events.add((over != null && await(over, 1)) ? "too late" : "released");
		}

	};

	private @Nullable Elector elector;

	@AfterEach
	void stop() {
		if (this.elector != null) {
			this.elector.stop();
		}
	}

	@Test
	void leaseThatIsGone_isNoticedAtTheNextRenewal_notAtItsEnd() throws InterruptedException {
		start(new Telling());
		assertThat(next()).isEqualTo(new Term("lease", 1));
		synchronized (this.store) {
			this.store.release("lease", "a/1", 1);
			assertThat(this.store.acquire("lease", "other", Duration.ofMinutes(1))).hasValue(2);
		}
		assertThat(next()).isEqualTo("released");
		assertThat(next()).isEqualTo("revoked");
		this.store.release("lease", "other", 2);
		assertThat(next()).isEqualTo("released");
		assertThat(next()).as("it is a candidate again").isEqualTo(new Term("lease", 3));
	}

	@Test
	void taskThatHangs_keepsNoOtherFromBeingTold() throws InterruptedException {
		CountDownLatch hanging = new CountDownLatch(1);
		start(new Telling() {

			@Override
			public void granted(Term term) {
				await(hanging, 20);
			}

			@Override
			public void revoked() {
			}

		}, new Telling());
		assertThat(next()).isEqualTo(new Term("lease", 1));
		this.store.release("lease", "a/1", 1);
		assertThat(next()).isEqualTo("released");
		assertThat(next()).isEqualTo("revoked");
		hanging.countDown();
	}

	@Test
	void stop_releasesTheLease_whenItsTasksHaveStopped_andBeforeItReturns() throws InterruptedException {
		Elector stopping = start(new Telling() {

			@Override
			public void revoked() {
				ElectorTests.this.events.add(await(ElectorTests.this.released, 1) ? "too late" : "stopped");
			}

		});
		assertThat(next()).isEqualTo(new Term("lease", 1));
		CountDownLatch over = new CountDownLatch(1);
		this.stopped = over;
		stopping.stop();
		over.countDown();
		assertThat(this.events).containsExactly("stopped", "released");
	}

	private Elector start(LeaderTask... tasks) {
		Elector started = new Elector("a",
				new LeaseLock(this.store, "lease", "a/1", TIMES, () -> 0, System::nanoTime, Pause.real()), TIMES,
				List.of(tasks));
		this.elector = started;
		started.start(Duration.ZERO);
		return started;
	}

	private @Nullable Object next() throws InterruptedException {
		return this.events.poll(10, TimeUnit.SECONDS);
	}

	private static boolean await(CountDownLatch latch, int seconds) {
		try {
			return latch.await(seconds, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	private class Telling implements LeaderTask {

		@Override
		public String role() {
			return "lease";
		}

		@Override
		public void granted(Term term) {
			ElectorTests.this.events.add(term);
		}

		@Override
		public void revoked() {
			ElectorTests.this.events.add("revoked");
		}

	}

}
