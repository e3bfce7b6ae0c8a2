package dev.bootpatterns.local.state;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
		return ProcessHandle.of(this.pid).filter(ProcessId::lives).filter(this::isSame);
	}

	/**
	 * Whether a process runs. One that has ended and was not collected by its parent,
	 * such as a container's first process that collects nothing, does not.
	 * @param handle the process
	 * @return whether it runs
	 */
	public static boolean lives(ProcessHandle handle) {
		return handle.isAlive() && !isZombie(handle.pid());
	}

	/**
	 * In {@code /proc/<pid>/stat} the state follows the name, which is in parentheses.
	 */
	private static boolean isZombie(long pid) {
		Path stat = Path.of("/proc", Long.toString(pid), "stat");
		try {
			String text = Files.isReadable(stat) ? Files.readString(stat) : "";
			int name = text.lastIndexOf(") ");
			return name > 0 && text.charAt(name + 2) == 'Z';
		}
		catch (IOException ex) {
			// It has ended meanwhile.
			return false;
		}
	}

	private boolean isSame(ProcessHandle handle) {
		return Math.abs(startOf(handle) - this.startedAt) <= TOLERANCE.toMillis();
	}

	private static long startOf(ProcessHandle handle) {
		return handle.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
	}

}
