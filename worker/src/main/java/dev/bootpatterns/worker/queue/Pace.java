package dev.bootpatterns.worker.queue;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

import io.micrometer.core.instrument.Clock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.amqp.core.Message;
import org.springframework.amqp.rabbit.listener.RabbitListenerEndpointRegistry;
import org.springframework.amqp.rabbit.listener.SimpleMessageListenerContainer;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * How many items at a time this worker handles: as many as the owner says with its items,
 * for its jobs to be over when they are wanted to be, within the worker's own bounds. If
 * it does not say, because a job is wanted as soon as possible, the listener container
 * goes between the bounds by what there is to do.
 * <p>
 * Either bound goes up at once, and down only when less has been wanted for a while: what
 * the owner wants is computed from what was measured, and jumps. Going down interrupts no
 * item: a consumer that is one too many is cancelled, and ends after what was delivered
 * to it.
 */
@Component
class Pace {

	private static final Logger logger = LoggerFactory.getLogger(Pace.class);

	private static final Duration BEFORE_LESS = Duration.ofSeconds(10);

	private final int least;

	private final int most;

	private final Bounds bounds;

	private final Clock clock;

	private final ReentrantLock lock = new ReentrantLock();

	private int nowLeast;

	private int nowMost;

	private @Nullable Long lessSince;

	@Autowired
	Pace(QueueProperties properties, RabbitListenerEndpointRegistry listeners, Clock clock) {
		this(properties.concurrency(), properties.maxConcurrency(), new ContainerBounds(listeners), clock);
	}

	Pace(int least, int most, Bounds bounds, Clock clock) {
		this.least = least;
		this.most = most;
		this.bounds = bounds;
		this.clock = clock;
		this.nowLeast = least;
		this.nowMost = most;
	}

	/** Follows what the owner says with an item; what is no number counts as nothing. */
	void heard(Message item) {
		// Whoever is at it follows one that is as good.
		if (this.lock.tryLock()) {
			try {
				if (item.getMessageProperties().getHeaders().get("X-Concurrency-Wanted") instanceof Number wanted) {
					int items = Math.clamp(wanted.longValue(), this.least, this.most);
					follow(items, items);
				}
				else {
					follow(this.least, this.most);
				}
			}
			finally {
				this.lock.unlock();
			}
		}
	}

	private void follow(int wantedLeast, int wantedMost) {
		set(Math.max(wantedLeast, this.nowLeast), Math.max(wantedMost, this.nowMost));
		if (wantedLeast == this.nowLeast && wantedMost == this.nowMost) {
			this.lessSince = null;
			return;
		}
		long now = this.clock.monotonicTime();
		if (this.lessSince == null) {
			this.lessSince = now;
		}
		else if (now - this.lessSince >= BEFORE_LESS.toNanos()) {
			this.lessSince = null;
			set(wantedLeast, wantedMost);
		}
	}

	private void set(int wantedLeast, int wantedMost) {
		if (wantedLeast != this.nowLeast || wantedMost != this.nowMost) {
			this.bounds.set(this.nowLeast, wantedLeast, wantedMost);
			logger.info("Handling {} to {} items at a time, as the owner wants it", wantedLeast, wantedMost);
			this.nowLeast = wantedLeast;
			this.nowMost = wantedMost;
		}
	}

	/** Between what a worker's consumers go. */
	@FunctionalInterface
	interface Bounds {

		void set(int leastBefore, int least, int most);

	}

	/**
	 * Of a listener container, which refuses a least above its most at any time, and
	 * cancels consumers only when its most goes down.
	 */
	private record ContainerBounds(RabbitListenerEndpointRegistry listeners) implements Bounds {

		@Override
		public void set(int leastBefore, int least, int most) {
			if (this.listeners
				.getListenerContainer(ItemListener.LISTENER_ID) instanceof SimpleMessageListenerContainer container) {
				if (least >= leastBefore) {
					container.setMaxConcurrentConsumers(most);
					container.setConcurrentConsumers(least);
				}
				else {
					container.setConcurrentConsumers(least);
					container.setMaxConcurrentConsumers(most);
				}
			}
		}

	}

}
