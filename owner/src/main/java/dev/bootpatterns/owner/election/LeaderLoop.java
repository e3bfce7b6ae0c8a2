package dev.bootpatterns.owner.election;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * A {@link LeaderTask} that does one pass after another while this replica is the owner:
 * at once when it is {@linkplain #wake() woken}, else after a pause.
 * <p>
 * A pass that fails is logged and the next one comes after the pause: the database or the
 * broker may be away. A pass whose term is over ends the loop. A revocation does not
 * interrupt a pass, since an interrupted statement costs its connection: the pass is
 * refused by its term, and a new grant starts a loop of its own beside it.
 */
public abstract class LeaderLoop implements LeaderTask {

	private static final Log log = LogFactory.getLog(LeaderLoop.class);

	private final String role;

	private final String name;

	private final Leadership leadership;

	private final Duration pause;

	private volatile @Nullable Run run;

	/**
	 * Creates the task.
	 * @param role whose owner does it
	 * @param name of its threads
	 * @param leadership whether to go on
	 * @param pause between two passes, and after a failed one
	 */
	protected LeaderLoop(String role, String name, Leadership leadership, Duration pause) {
		this.role = role;
		this.name = name;
		this.leadership = leadership;
		this.pause = pause;
	}

	/**
	 * The work of one ownership.
	 * @param term goes with every effect
	 * @return the work, used by one thread and closed at the end
	 */
	protected abstract Work begin(Term term);

	/** Starts the next pass at once, if this replica is the owner. */
	public final void wake() {
		Run current = this.run;
		if (current != null) {
			current.wake();
		}
	}

	@Override
	public final String role() {
		return this.role;
	}

	@Override
	public final void granted(Term term) {
		Run next = new Run(term);
		this.run = next;
		Thread.ofVirtual().name(this.name + "-" + term.number()).start(next);
	}

	@Override
	public final void revoked() {
		Run current = this.run;
		this.run = null;
		if (current != null) {
			current.stop();
		}
	}

	@Override
	public String toString() {
		return this.name;
	}

	private final class Run implements Runnable {

		private final Term term;

		private final Semaphore signal = new Semaphore(0);

		private volatile boolean stopped;

		private boolean failed;

		Run(Term term) {
			this.term = term;
		}

		void wake() {
			this.signal.release();
		}

		void stop() {
			this.stopped = true;
			this.signal.release();
		}

		@Override
		public void run() {
			try (Work work = begin(this.term)) {
				while (!this.stopped && LeaderLoop.this.leadership.isCurrent(this.term)) {
					if (!guardedPass(work)) {
						boolean woken = this.signal.tryAcquire(LeaderLoop.this.pause.toNanos(), TimeUnit.NANOSECONDS);
						if (woken) {
							this.signal.drainPermits();
						}
					}
				}
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			catch (StaleTermException ex) {
				log.info("%s stops: %s".formatted(LeaderLoop.this.name, ex.getMessage()));
			}
		}

		private boolean guardedPass(Work work) throws InterruptedException {
			try {
				boolean more = work.pass();
				if (this.failed) {
					log.info(LeaderLoop.this.name + " works again");
				}
				this.failed = false;
				return more;
			}
			catch (StaleTermException | InterruptedException ex) {
				throw ex;
			}
			// A loop that ends for a reason nobody thought of would stop the job for
			// good.
			catch (Exception ex) {
				if (!this.failed) {
					log.warn(LeaderLoop.this.name + " failed and tries again until it works", ex);
				}
				this.failed = true;
				return false;
			}
		}

	}

	/**
	 * What is done in one ownership.
	 */
	@FunctionalInterface
	public interface Work extends AutoCloseable {

		/**
		 * One pass. Every effect in it is fenced by the term.
		 * @return whether there is more to do at once
		 * @throws Exception anything that the next pass may overcome
		 */
		boolean pass() throws Exception;

		@Override
		default void close() {
		}

	}

}
