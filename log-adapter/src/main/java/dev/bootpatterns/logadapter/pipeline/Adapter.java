package dev.bootpatterns.logadapter.pipeline;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import dev.bootpatterns.logadapter.follow.FileSet;
import dev.bootpatterns.logadapter.output.EntryStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop: look for files, read a little of each, write what became of it, remember how
 * far that is. One thread does all of it, so nothing between the files and the disk needs
 * a lock or a queue, and what cannot be written is simply not read: back-pressure is that
 * the loop stands still.
 * <p>
 * An error that is not one of reading or writing ends the loop rather than risk a hole:
 * the process then reports itself broken, and after a restart it goes on from what is on
 * disk.
 */
final class Adapter implements Runnable {

	private static final Logger log = LoggerFactory.getLogger(Adapter.class);

	private final Timing timing;

	private final FileSet files;

	private final Outbox outbox;

	private final EntryStore store;

	private final Ledger ledger;

	private final InstantSource clock;

	private final LongSupplier nanos;

	private final CountDownLatch stop = new CountDownLatch(1);

	private volatile AdapterStatus status = AdapterStatus.NOT_STARTED;

	private @Nullable String pausedBecause;

	private @Nullable Instant pausedSince;

	private long scannedAt;

	private long checkpointedAt;

	private boolean written;

	Adapter(Timing timing, FileSet files, Outbox outbox, EntryStore store, Ledger ledger, InstantSource clock,
			LongSupplier nanos) {
		this.timing = timing;
		this.files = files;
		this.outbox = outbox;
		this.store = store;
		this.ledger = ledger;
		this.clock = clock;
		this.nanos = nanos;
		this.scannedAt = nanos.getAsLong() - timing.scan().toNanos();
		this.checkpointedAt = nanos.getAsLong();
	}

	@Override
	public void run() {
		try {
			boolean stopped = false;
			while (!stopped) {
				Duration pause = turn();
				this.status = status(true);
				stopped = this.stop.await(pause.toNanos(), TimeUnit.NANOSECONDS);
			}
			lastTurn();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			this.status = status(false);
		}
	}

	/** One round. Tells how long to wait before the next. */
	private Duration turn() {
		if (this.pausedBecause != null && !flush()) {
			return this.timing.retry();
		}
		boolean changed = scanIfDue();
		FileSet.Turn turn = read();
		if (!flush()) {
			return this.timing.retry();
		}
		checkpointIfDue(changed || turn.changed());
		return turn.busy() ? Duration.ZERO : this.timing.poll();
	}

	private boolean scanIfDue() {
		if (this.nanos.getAsLong() - this.scannedAt < this.timing.scan().toNanos()) {
			return false;
		}
		this.scannedAt = this.nanos.getAsLong();
		try {
			return this.files.scan(this.outbox);
		}
		catch (IOException ex) {
			this.ledger.readFailed();
			log.warn("Cannot look for files: {}", ex.toString());
			return false;
		}
	}

	private FileSet.Turn read() {
		try {
			return this.files.read(this.outbox, this.outbox::isFull);
		}
		catch (IOException ex) {
			this.ledger.readFailed();
			log.warn("Cannot close a file: {}", ex.toString());
			return new FileSet.Turn(false, true);
		}
	}

	private boolean flush() {
		try {
			this.written |= this.outbox.lines() > 0;
			this.outbox.flush();
			if (this.pausedBecause != null) {
				log.info("Writing works again, after {}", Duration.between(this.pausedSince, this.clock.instant()));
				this.pausedBecause = null;
				this.pausedSince = null;
			}
			return true;
		}
		catch (IOException ex) {
			this.ledger.writeFailed();
			if (this.pausedBecause == null) {
				log.error("Nothing is read until writing works again: {}", ex.toString());
				this.pausedSince = this.clock.instant();
			}
			this.pausedBecause = ex.toString();
			return false;
		}
	}

	private void checkpointIfDue(boolean changed) {
		boolean due = this.nanos.getAsLong() - this.checkpointedAt >= this.timing.checkpoint().toNanos();
		if (changed || (due && this.written)) {
			checkpoint();
		}
	}

	private void checkpoint() {
		try {
			this.store.checkpoint(this.files.positions());
			this.written = false;
		}
		catch (IOException ex) {
			this.ledger.checkpointFailed();
			log.warn("No checkpoint could be written; the one before and the output itself still tell: {}",
					ex.toString());
		}
		this.checkpointedAt = this.nanos.getAsLong();
	}

	/** What is held back is not given away: after the restart it is read again, whole. */
	private void lastTurn() {
		if (flush()) {
			checkpoint();
		}
		try {
			this.files.close();
			this.store.close();
		}
		catch (IOException ex) {
			log.warn("Cannot close: {}", ex.toString());
		}
	}

	private AdapterStatus status(boolean alive) {
		FileSet.State state = this.files.state();
		return new AdapterStatus(alive, this.pausedBecause, this.pausedSince, state,
				state.pendingLines() + this.outbox.lines());
	}

	AdapterStatus status() {
		return this.status;
	}

	void stop() {
		this.stop.countDown();
	}

	/**
	 * How often.
	 *
	 * @param poll pause after a turn that read nothing
	 * @param scan between two looks for files
	 * @param checkpoint between two checkpoints
	 * @param retry between two attempts to write
	 */
	record Timing(Duration poll, Duration scan, Duration checkpoint, Duration retry) {
	}

}
