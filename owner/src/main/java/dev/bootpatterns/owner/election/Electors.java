package dev.bootpatterns.owner.election;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.EventListener;

/**
 * The campaigns of this replica, one for each of its roles.
 * <p>
 * <b>Readiness.</b> A replica that refuses traffic does not do for an owner either: it
 * gives back what it has, and campaigns again when it accepts traffic. Only what is wrong
 * with this replica alone counts. A database that is away ends the leases by itself, and
 * a broker that is away is away for all: giving the lease back would pass it round.
 * <p>
 * <b>Spread.</b> Campaigns begin one after another, half a retry period apart, so that
 * replicas that start together need not leave all roles to the first.
 * <p>
 * <b>Stop.</b> One role after another is handed over.
 */
class Electors implements SmartLifecycle {

	/** Before the web server begins its graceful stop: another replica takes over. */
	static final int PHASE = Integer.MAX_VALUE - 200;

	private static final Log log = LogFactory.getLog(Electors.class);

	private final List<Elector> electors;

	private final ElectionProperties times;

	private final Function<Consumer<String>, AutoCloseable> news;

	private final ExecutorService readiness = Executors
		.newSingleThreadExecutor(Thread.ofVirtual().name("owner-readiness").factory());

	private @Nullable AutoCloseable listening;

	private boolean ready = true;

	Electors(List<Elector> electors, ElectionProperties times, Function<Consumer<String>, AutoCloseable> news) {
		this.electors = electors;
		this.times = times;
		this.news = news;
	}

	@Override
	public synchronized void start() {
		if (this.listening == null) {
			this.listening = this.news.apply(this::released);
			campaign();
		}
	}

	private void campaign() {
		Duration delay = Duration.ZERO;
		for (Elector elector : this.electors) {
			elector.start(delay);
			delay = delay.plus(this.times.retry().dividedBy(2));
		}
	}

	private void released(String role) {
		this.electors.stream().filter((elector) -> elector.role().equals(role)).forEach(Elector::leaseReleased);
	}

	/** In a thread of its own: whoever publishes this need not wait for tasks to stop. */
	@EventListener
	void readinessChanged(AvailabilityChangeEvent<ReadinessState> event) {
		boolean accepting = event.getState() == ReadinessState.ACCEPTING_TRAFFIC;
		this.readiness.execute(() -> readinessChanged(accepting));
	}

	private synchronized void readinessChanged(boolean accepting) {
		if (this.ready == accepting || this.listening == null) {
			return;
		}
		this.ready = accepting;
		if (accepting) {
			log.info("This replica is ready again: it is a candidate");
			campaign();
		}
		else {
			log.info("This replica is not ready: it gives its roles back");
			this.electors.forEach(Elector::stop);
		}
	}

	@Override
	public synchronized void stop() {
		this.electors.forEach(Elector::stop);
		AutoCloseable ending = this.listening;
		this.listening = null;
		if (ending != null) {
			try {
				ending.close();
			}
			catch (Exception ex) {
				log.debug("Listening for released leases could not be ended", ex);
			}
		}
	}

	@Override
	public synchronized boolean isRunning() {
		return this.listening != null;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

}
