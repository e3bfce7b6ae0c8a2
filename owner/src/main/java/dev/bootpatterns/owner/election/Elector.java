package dev.bootpatterns.owner.election;

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

import org.springframework.context.SmartLifecycle;
import org.springframework.core.task.support.TaskExecutorAdapter;
import org.springframework.integration.leader.Candidate;
import org.springframework.integration.leader.Context;
import org.springframework.integration.support.leader.LockRegistryLeaderInitiator;

/**
 * Campaigns for one lease and tells the {@linkplain LeaderTask tasks}.
 * <p>
 * Spring Integration's initiator takes and renews the lock in a thread of its own and
 * calls its candidate from there. Here the tasks are called from another thread, so that
 * a slow task cannot cost the lease; and a watchdog in that thread revokes when the local
 * end of the lease comes, also while the initiator's thread hangs in the store. Grant and
 * revocation alternate, whichever of the two says it first.
 * <p>
 * On stop the tasks stop first, then the lease is released and the other replica has it
 * within its retry period.
 */
class Elector implements SmartLifecycle {

	/** Before the web server begins its graceful stop: the other replica takes over. */
	static final int PHASE = Integer.MAX_VALUE - 200;

	private static final Log log = LogFactory.getLog(Elector.class);

	private static final long STOP_SECONDS = 3;

	private final LeaseLock lock;

	private final List<LeaderTask> tasks;

	private final LockRegistryLeaderInitiator initiator;

	private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

	private @Nullable ScheduledExecutorService events;

	private @Nullable Term announced;

	private @Nullable Future<?> watchdog;

	Elector(String name, String holder, LeaseLock lock, ElectionProperties times, List<LeaderTask> tasks) {
		this.lock = lock;
		this.tasks = tasks;
		this.initiator = new LockRegistryLeaderInitiator((key) -> lock, new LeaseCandidate(name, holder));
		this.initiator.setApplicationEventPublisher((event) -> {
		});
		this.initiator.setHeartBeatMillis(times.renewal().toMillis());
		this.initiator.setBusyWaitMillis(times.retry().toMillis());
		this.initiator.setTaskExecutor(
				new TaskExecutorAdapter((campaign) -> Thread.ofPlatform().daemon().name("owner-lease").start(() -> {
					this.threads.add(Thread.currentThread());
					try {
						campaign.run();
					}
					finally {
						this.threads.remove(Thread.currentThread());
					}
				})));
	}

	@Override
	public synchronized void start() {
		this.events = Executors
			.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("owner-leadership").factory());
		this.initiator.start();
	}

	@Override
	public synchronized void stop() {
		ScheduledExecutorService executor = this.events;
		if (executor == null) {
			return;
		}
		try {
			executor.submit(() -> revoke("this replica stops")).get(STOP_SECONDS, TimeUnit.SECONDS);
		}
		catch (TimeoutException | ExecutionException ex) {
			log.warn("A task of the owner did not stop in time; its term refuses what it still does", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		this.initiator.stop();
		awaitRelease();
		executor.shutdownNow();
		this.events = null;
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

	@Override
	public synchronized boolean isRunning() {
		return this.events != null;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

	private void grant(ScheduledExecutorService executor, Term term) {
		revoke("another grant came first");
		this.announced = term;
		log.info("This replica is the owner now, term " + term.number());
		for (LeaderTask task : this.tasks) {
			tell(() -> task.granted(term), task);
		}
		watch(executor);
	}

	private void watch(ScheduledExecutorService executor) {
		if (this.announced == null) {
			return;
		}
		long remaining = this.lock.expire();
		if (remaining > 0) {
			this.watchdog = executor.schedule(() -> watch(executor), remaining, TimeUnit.NANOSECONDS);
		}
		else {
			revoke("the lease was not renewed in time");
		}
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
		log.info("This replica is the owner no more, term %d is over: %s".formatted(term.number(), why));
		for (LeaderTask task : this.tasks.reversed()) {
			tell(task::revoked, task);
		}
	}

	/** One task that fails must not keep the others from being told. */
	private void tell(Runnable call, LeaderTask task) {
		try {
			call.run();
		}
		catch (RuntimeException ex) {
			log.error("Task of the owner failed: " + task, ex);
		}
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
