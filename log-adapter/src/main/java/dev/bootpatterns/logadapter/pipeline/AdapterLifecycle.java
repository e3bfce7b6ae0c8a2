package dev.bootpatterns.logadapter.pipeline;

import java.time.Duration;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.ApplicationContext;
import org.springframework.context.SmartLifecycle;

/**
 * Runs the adapter's thread while the application runs, and tells how it stands.
 */
final class AdapterLifecycle implements SmartLifecycle, HealthIndicator {

	private static final Logger log = LoggerFactory.getLogger(AdapterLifecycle.class);

	private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

	private final Adapter adapter;

	private final ApplicationContext context;

	private volatile @Nullable Thread thread;

	AdapterLifecycle(Adapter adapter, ApplicationContext context, MeterRegistry registry) {
		this.adapter = adapter;
		this.context = context;
		Gauge.builder("log.adapter.files", () -> adapter.status().files().files())
			.description("Files being read")
			.register(registry);
		Gauge.builder("log.adapter.unread.bytes", () -> adapter.status().files().unreadBytes())
			.description("Bytes of them that have not been read")
			.register(registry);
		Gauge.builder("log.adapter.lines.pending", () -> adapter.status().pendingLines())
			.description("Lines read and neither written nor dropped yet")
			.register(registry);
		Gauge.builder("log.adapter.paused", () -> (adapter.status().pausedBecause() != null) ? 1 : 0)
			.description("1 while nothing is read because writing fails")
			.register(registry);
	}

	@Override
	public void start() {
		this.thread = Thread.ofPlatform()
			.name("log-adapter")
			.daemon()
			.uncaughtExceptionHandler((failed, ex) -> broken(ex))
			.start(this.adapter);
	}

	private void broken(Throwable cause) {
		log.error("The adapter's thread has ended", cause);
		AvailabilityChangeEvent.publish(this.context, LivenessState.BROKEN);
	}

	@Override
	public void stop() {
		Thread running = this.thread;
		this.adapter.stop();
		try {
			if (running != null && !running.join(STOP_TIMEOUT)) {
				log.warn("The adapter's thread is still busy; what it does is done again after a restart");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		this.thread = null;
	}

	@Override
	public boolean isRunning() {
		return this.thread != null;
	}

	@Override
	public Health health() {
		AdapterStatus status = this.adapter.status();
		Health.Builder health = !status.alive() ? Health.down()
				: (status.pausedBecause() != null) ? Health.outOfService() : Health.up();
		health.withDetail("files", status.files().files()).withDetail("unreadBytes", status.files().unreadBytes());
		if (status.pausedBecause() != null && status.pausedSince() != null) {
			health.withDetail("paused", status.pausedBecause()).withDetail("since", status.pausedSince().toString());
		}
		return health.build();
	}

}
