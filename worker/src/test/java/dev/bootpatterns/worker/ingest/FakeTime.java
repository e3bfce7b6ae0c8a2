package dev.bootpatterns.worker.ingest;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import dev.bootpatterns.worker.Pause;
import io.micrometer.core.instrument.Clock;

/**
 * Time that passes only while somebody waits.
 */
class FakeTime implements Clock, Pause {

	private final List<Duration> pauses = new ArrayList<>();

	private Runnable atPause = () -> {
	};

	private Duration now = Duration.ZERO;

	@Override
	public void await(Duration duration) {
		this.pauses.add(duration);
		this.now = this.now.plus(duration);
		this.atPause.run();
	}

	@Override
	public long wallTime() {
		return Instant.parse("2026-01-01T00:00:00Z").plus(this.now).toEpochMilli();
	}

	@Override
	public long monotonicTime() {
		return this.now.toNanos();
	}

	void atPause(Runnable action) {
		this.atPause = action;
	}

	List<Duration> pauses() {
		return this.pauses;
	}

	Duration now() {
		return this.now;
	}

}
