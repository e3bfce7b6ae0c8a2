package dev.bootpatterns.logadapter.live;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * The most recent entries, and those who follow. Both change under one lock, so that who
 * begins to follow misses none between the recent ones and the first new one, and gets
 * none twice.
 */
@Component
@EnableConfigurationProperties(LiveProperties.class)
public final class LiveEntries implements SmartLifecycle {

	private final LiveProperties properties;

	private final BoundedEntries recent;

	private final List<Subscription> subscriptions = new ArrayList<>();

	private final ReentrantLock lock = new ReentrantLock();

	private final Counter dropped;

	private final Counter refused;

	// Guarded by lock.
	private boolean running;

	LiveEntries(LiveProperties properties, MeterRegistry registry) {
		this.properties = properties;
		this.recent = new BoundedEntries(properties.recentEntries(), properties.recentSize().toBytes());
		this.dropped = Counter.builder("log.adapter.subscriber.dropped")
			.description("Entries that a follower was too slow for")
			.register(registry);
		this.refused = Counter.builder("log.adapter.subscriber.refused")
			.description("Followers refused because there were too many")
			.register(registry);
		Gauge.builder("log.adapter.subscribers", this, LiveEntries::subscribers)
			.description("Followers")
			.register(registry);
	}

	/**
	 * Hands out entries.
	 * @param entries in order
	 */
	public void publish(List<Published> entries) {
		this.lock.lock();
		try {
			for (Published entry : entries) {
				this.recent.add(entry);
				for (Subscription subscription : this.subscriptions) {
					this.dropped.increment(subscription.offer(entry));
				}
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	List<Published> recent(int limit, EntryFilter filter) {
		this.lock.lock();
		try {
			return this.recent.last(limit, filter);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Begins to follow.
	 * @param limit how many recent entries come first
	 * @param filter which entries
	 * @return the subscription, to be given back
	 * @throws TooManySubscribersException if there are too many
	 */
	Subscription subscribe(int limit, EntryFilter filter) {
		Subscription subscription = new Subscription(filter,
				new BoundedEntries(this.properties.subscriberEntries(), this.properties.subscriberSize().toBytes()));
		this.lock.lock();
		try {
			if (this.subscriptions.size() >= this.properties.maxSubscribers()) {
				this.refused.increment();
				throw new TooManySubscribersException();
			}
			this.recent.last(limit, filter).forEach(subscription::offer);
			if (this.running) {
				this.subscriptions.add(subscription);
			}
			else {
				subscription.close();
			}
			return subscription;
		}
		finally {
			this.lock.unlock();
		}
	}

	void unsubscribe(Subscription subscription) {
		this.lock.lock();
		try {
			this.subscriptions.remove(subscription);
		}
		finally {
			this.lock.unlock();
		}
	}

	private int subscribers() {
		this.lock.lock();
		try {
			return this.subscriptions.size();
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public void start() {
		this.lock.lock();
		try {
			this.running = true;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Before the web server waits for its requests: following never ends by itself. */
	@Override
	public int getPhase() {
		return Integer.MAX_VALUE;
	}

	@Override
	public void stop() {
		this.lock.lock();
		try {
			this.running = false;
			this.subscriptions.forEach(Subscription::close);
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public boolean isRunning() {
		this.lock.lock();
		try {
			return this.running;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * As many follow as may.
	 */
	static final class TooManySubscribersException extends RuntimeException {

		TooManySubscribersException() {
			super("as many clients follow as may: log-adapter.live.max-subscribers");
		}

	}

}
