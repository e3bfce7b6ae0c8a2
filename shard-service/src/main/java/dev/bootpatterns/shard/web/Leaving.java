package dev.bootpatterns.shard.web;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.bootpatterns.shard.ShardProperties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.SmartApplicationListener;
import org.springframework.core.Ordered;
import org.springframework.stereotype.Component;

/**
 * Leaves before it closes. When the replica is told to end, {@code /readyz} says so at
 * once; then it goes on to serve, with everything that belongs to it, until the routers
 * have noticed. Only then the port closes (Spring Boot's graceful shutdown does that
 * first), and nobody sends anything there any more: also a request that must not be
 * repeated, such as a POST, fails in no restart.
 * <p>
 * It listens for the event that the context closes, and not in a phase of the lifecycle:
 * no phase is before that in which most beans stop. A replica that never was ready does
 * not wait.
 */
@Component
class Leaving implements SmartApplicationListener {

	private static final Logger logger = LoggerFactory.getLogger(Leaving.class);

	private final ApplicationContext context;

	private final Duration delay;

	private final CountDownLatch never = new CountDownLatch(1);

	private volatile boolean joined;

	Leaving(ApplicationContext context, ShardProperties properties) {
		this.context = context;
		this.delay = properties.leaveDelay();
	}

	@Override
	public boolean supportsEventType(Class<? extends ApplicationEvent> type) {
		return ApplicationReadyEvent.class.isAssignableFrom(type) || ContextClosedEvent.class.isAssignableFrom(type);
	}

	/** Before all others, who may stop something. */
	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	@Override
	public void onApplicationEvent(ApplicationEvent event) {
		if (event instanceof ApplicationReadyEvent) {
			this.joined = true;
		}
		// The management port has a context of its own, below this one.
		else if (event instanceof ContextClosedEvent closed && closed.getApplicationContext().equals(this.context)
				&& this.joined && this.delay.isPositive()) {
			logger.info("Not ready any more; the port closes in {} ms", this.delay.toMillis());
			leave();
		}
	}

	private void leave() {
		try {
			var _ = this.never.await(this.delay.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
