package dev.bootpatterns.owner.election;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.core.task.support.TaskExecutorAdapter;
import org.springframework.integration.leader.Candidate;
import org.springframework.integration.leader.Context;
import org.springframework.integration.support.leader.LockRegistryLeaderInitiator;

/**
 * Campaigns for one role and tells its {@linkplain LeaderTask tasks}.
 * <p>
 * Spring Integration's initiator takes and renews the lock in a thread of its own and
 * calls its candidate from there. Here that only makes a note, and the tasks are called
 * from {@linkplain Tasks threads of theirs}, so that a slow one cannot cost the lease; a
 * watchdog warns them when renewals fail, and revokes when the local end of the lease
 * comes, also while the initiator's thread hangs in the store. Grant and revocation
 * alternate, whichever of the two says it first.
 * <p>
 * On stop the tasks stop first, then the lease is released, and another replica has it as
 * soon as it hears of that. It can be started again.
 */
class Elector {

	private static final Log log = LogFactory.getLog(Elector.class);

	private static final long STOP_SECONDS = 3;

	private final LeaseLock lock;

	private final List<LeaderTask> listeners;

	private final long warning;

	private final LockRegistryLeaderInitiator initiator;

	private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

	private volatile Tasks tasks = new Tasks(List.of());

	private volatile @Nullable ScheduledExecutorService events;

	private @Nullable Term announced;

	private boolean warned;

	private @Nullable Future<?> watchdog;

	Elector(String holder, LeaseLock lock, ElectionProperties times, List<LeaderTask> listeners) {
		this.lock = lock;
		this.listeners = listeners;
		this.warning = times.warning().toNanos();
		this.initiator = new LockRegistryLeaderInitiator((key) -> lock, new LeaseCandidate(lock.name(), holder));
		this.initiator.setApplicationEventPublisher((event) -> {
		});
		this.initiator.setHeartBeatMillis(times.renewal().toMillis());
		this.initiator.setBusyWaitMillis(times.retry().toMillis());
		this.initiator.setTaskExecutor(new TaskExecutorAdapter(
				(campaign) -> Thread.ofPlatform().daemon().name("owner-lease-" + lock.name()).start(() -> {
					this.threads.add(Thread.currentThread());
					try {
						campaign.run();
					}
					finally {
						this.threads.remove(Thread.currentThread());
					}
				})));
	}

	String role() {
		return this.lock.name();
	}

	void leaseReleased() {
		this.lock.released();
	}

	synchronized void start(Duration delay) {
		if (this.events == null) {
			this.tasks = new Tasks(this.listeners);
			this.events = Executors.newSingleThreadScheduledExecutor(
					Thread.ofPlatform().daemon().name("owner-leadership-" + role()).factory());
			this.lock.firstLookIn(delay);
			this.initiator.start();
		}
	}

	synchronized void stop() {
		ScheduledExecutorService executor = this.events;
		if (executor == null) {
			return;
		}
		this.events = null;
		try {
			executor.submit(() -> revoke("this replica stops or is not ready")).get(STOP_SECONDS, TimeUnit.SECONDS);
			this.tasks.await(STOP_SECONDS);
		}
		catch (TimeoutException | ExecutionException ex) {
			log.warn("The tasks of the owner were not told in time that it stops", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		this.initiator.stop();
		awaitRelease();
		executor.shutdownNow();
	}

	private void awaitRelease() {
		try {
			for (Thread thread : List.copyOf(this.threads)) {
				thread.join(TimeUnit.SECONDS.toMillis(STOP_SECONDS));
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void grant(ScheduledExecutorService executor, Term term) {
		revoke("another grant came first");
		this.announced = term;
		this.warned = false;
		log.info("This replica is the owner of %s now, term %d".formatted(role(), term.number()));
		this.tasks.tell((task) -> task.granted(term));
		watch(executor, term);
	}

	private void watch(ScheduledExecutorService executor, Term term) {
		if (!term.equals(this.announced)) {
			return;
		}
		long remaining = this.lock.expire();
		if (remaining <= 0) {
			revoke("the lease was not renewed in time");
			return;
		}
		boolean near = remaining <= this.warning;
		if (near && !this.warned) {
			log.warn("The lease of %s is over in %d ms unless it can be renewed".formatted(role(),
					TimeUnit.NANOSECONDS.toMillis(remaining)));
			this.tasks.tell((task) -> task.expiring(term, Duration.ofNanos(remaining)));
		}
		this.warned = near;
		this.watchdog = executor.schedule(() -> watch(executor, term), near ? remaining : remaining - this.warning,
				TimeUnit.NANOSECONDS);
	}

	private void revoke(String why) {
		Term term = this.announced;
		if (term == null) {
			return;
		}
		this.announced = null;
		if (this.watchdog != null) {
			this.watchdog.cancel(false);
		}
		log.info("This replica is the owner of %s no more, term %d is over: %s".formatted(role(), term.number(), why));
		this.tasks.tell(LeaderTask::revoked);
	}

	/** Runs in the initiator's thread: hands over and returns. */
	private final class LeaseCandidate implements Candidate {

		private final String role;

		private final String id;

		LeaseCandidate(String role, String id) {
			this.role = role;
			this.id = id;
		}

		@Override
		public String getRole() {
			return this.role;
		}

		@Override
		public String getId() {
			return this.id;
		}

		@Override
		public void onGranted(Context context) {
			ScheduledExecutorService executor = Elector.this.events;
			Elector.this.lock.term().ifPresent((term) -> {
				if (executor != null) {
					executor.execute(() -> grant(executor, term));
				}
			});
		}

		@Override
		public void onRevoked(Context context) {
			ScheduledExecutorService executor = Elector.this.events;
			if (executor != null) {
				executor.execute(() -> revoke("the lease is gone"));
			}
		}

	}

}
