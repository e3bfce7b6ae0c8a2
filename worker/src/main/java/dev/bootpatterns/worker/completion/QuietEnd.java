package dev.bootpatterns.worker.completion;

import java.time.Duration;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;

import io.micrometer.core.instrument.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * There has been nothing to do for a while. That is a guess: a queue says nothing of
 * items that its owner is about to send. With a job, {@link JobEnd} knows.
 */
class QuietEnd implements End {

	private static final Logger logger = LoggerFactory.getLogger(QuietEnd.class);

	private final BooleanSupplier idle;

	private final Duration period;

	private final Clock clock;

	private long lastBusy;

	QuietEnd(BooleanSupplier idle, Duration period, Clock clock) {
		this.idle = idle;
		this.period = period;
		this.clock = clock;
		this.lastBusy = clock.monotonicTime();
	}

	@Override
	public OptionalInt reached() {
		boolean busy = !this.idle.getAsBoolean();
		long now = this.clock.monotonicTime();
		if (busy) {
			this.lastBusy = now;
		}
		if (now - this.lastBusy < this.period.toNanos()) {
			return OptionalInt.empty();
		}
		logger.info("There was nothing to do for {} s: the worker ends with 0", this.period.toSeconds());
		return OptionalInt.of(0);
	}

}
