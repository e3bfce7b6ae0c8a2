package dev.bootpatterns.local.state;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A process that cannot be mistaken for a later one with the same number.
 *
 * @param pid the operating system's number, used again after the process has ended
 * @param startedAt when it started, milliseconds since 1970, or 0 when the system does
 * not say
 */
public record ProcessId(long pid, long startedAt) {

	/**
	 * Systems derive the start from the boot time, which moves a little with the clock.
	 */
	private static final Duration TOLERANCE = Duration.ofSeconds(2);

	public static ProcessId of(ProcessHandle handle) {
		return new ProcessId(handle.pid(), startOf(handle));
	}

	/**
	 * The process, if it still lives.
	 * @return its handle; empty when it has ended, also when its number belongs to
	 * another
	 */
	public Optional<ProcessHandle> find() {
		return ProcessHandle.of(this.pid).filter(ProcessHandle::isAlive).filter(this::isSame);
	}

	private boolean isSame(ProcessHandle handle) {
		return Math.abs(startOf(handle) - this.startedAt) <= TOLERANCE.toMillis();
	}

	private static long startOf(ProcessHandle handle) {
		return handle.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
	}

}
