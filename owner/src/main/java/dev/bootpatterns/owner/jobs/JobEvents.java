package dev.bootpatterns.owner.jobs;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import dev.bootpatterns.owner.web.Problems;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Lets clients follow jobs: the job as an event twice a second until it is over.
 * <p>
 * A subscriber costs a virtual thread; no database connection is held between two events,
 * and subscribers of one job share what is read. Their number is bounded. They end before
 * the web server's graceful stop, which would else wait for them.
 */
@Component
class JobEvents implements SmartLifecycle {

	private static final Log log = LogFactory.getLog(JobEvents.class);

	private static final long PERIOD_MILLIS = 500;

	/** A client that wants to follow for longer connects again. */
	private static final long LONGEST_MILLIS = TimeUnit.MINUTES.toMillis(30);

	private final JobStore jobs;

	private final int limit;

	private final Semaphore places;

	private final Map<Long, Snapshot> snapshots = new ConcurrentHashMap<>();

	private volatile CountDownLatch stopping = new CountDownLatch(1);

	private volatile boolean running;

	JobEvents(JobStore jobs, JobsProperties properties, MeterRegistry meters) {
		this.jobs = jobs;
		this.limit = properties.subscribers();
		this.places = new Semaphore(this.limit);
		Gauge.builder("owner.job.subscribers", this.places, (free) -> this.limit - free.availablePermits())
			.description("Clients that follow jobs by server-sent events")
			.register(meters);
	}

	/** Begins to send events. */
	SseEmitter follow(long job) {
		if (!this.places.tryAcquire()) {
			throw Problems.of(HttpStatus.SERVICE_UNAVAILABLE,
					"%d clients follow jobs here already; ask for GET /jobs/%d instead.".formatted(this.limit, job));
		}
		SseEmitter emitter = new SseEmitter(LONGEST_MILLIS);
		CountDownLatch gone = new CountDownLatch(1);
		emitter.onCompletion(gone::countDown);
		emitter.onTimeout(emitter::complete);
		emitter.onError((ex) -> gone.countDown());
		Thread.ofVirtual().name("job-events-" + job).start(() -> {
			try {
				send(job, emitter, gone);
			}
			finally {
				this.places.release();
				if (this.places.availablePermits() == this.limit) {
					this.snapshots.clear();
				}
			}
		});
		return emitter;
	}

	private void send(long id, SseEmitter emitter, CountDownLatch gone) {
		try {
			boolean over = false;
			while (!over && gone.getCount() > 0 && this.stopping.getCount() > 0) {
				Job job = snapshot(id);
				if (job != null) {
					emitter.send(SseEmitter.event().name("job").data(job));
					over = job.isOver();
				}
				over = over || gone.await(PERIOD_MILLIS, TimeUnit.MILLISECONDS);
			}
			emitter.complete();
		}
		catch (IOException | IllegalStateException ex) {
			log.debug("A follower of job %d is gone".formatted(id), ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/** Null while the database is away: then there is simply no event. */
	private @Nullable Job snapshot(long id) {
		long now = System.nanoTime();
		try {
			return this.snapshots.compute(id, (key, known) -> {
				boolean fresh = known != null
						&& now - known.readAt() < TimeUnit.MILLISECONDS.toNanos(PERIOD_MILLIS - 50);
				return (fresh && known != null) ? known : new Snapshot(this.jobs.find(id).orElseThrow(), now);
			}).job();
		}
		catch (DataAccessException ex) {
			log.debug("No event for job %d".formatted(id), ex);
			return null;
		}
	}

	@Override
	public void start() {
		this.stopping = new CountDownLatch(1);
		this.running = true;
	}

	@Override
	public void stop() {
		this.running = false;
		this.stopping.countDown();
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	/** Before the web server begins its graceful stop. */
	@Override
	public int getPhase() {
		return Integer.MAX_VALUE - 100;
	}

	private record Snapshot(Job job, long readAt) {
	}

}
