package dev.bootpatterns.topz;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

import dev.bootpatterns.topz.ProcessTable.HostReading;
import dev.bootpatterns.topz.ProcessTable.ProcessReading;
import dev.bootpatterns.topz.ProcessTable.Reading;
import org.jspecify.annotations.Nullable;

/**
 * Turns cumulative CPU times into rates, by comparing each reading with the one before.
 * Time between them is monotonic, not by the clock on the wall. Used by one thread.
 */
final class Rates {

	/** The system reports a start to the tick, and derives it anew each time. */
	private static final long START_TOLERANCE_MILLIS = 1000;

	private final InstantSource clock;

	private final LongSupplier nanos;

	private final int maxProcesses;

	private @Nullable Previous previous;

	// Two readings have been compared since the start or the last pause.
	private volatile boolean warm;

	Rates(InstantSource clock, LongSupplier nanos, int maxProcesses) {
		this.clock = clock;
		this.nanos = nanos;
		this.maxProcesses = maxProcesses;
	}

	/**
	 * Takes the next reading.
	 * @param reading what was read just now
	 * @return the sample, with rates if there was a reading before
	 */
	Topz next(Reading reading) {
		long now = this.nanos.getAsLong();
		Previous before = this.previous;
		Double seconds = (before != null && now > before.nanos()) ? (now - before.nanos()) / 1e9 : null;
		List<Topz.Usage> processes = reading.processes()
			.stream()
			.map((process) -> process(process, before, seconds))
			.sorted(ProcessSort.CPU.order())
			.limit(this.maxProcesses)
			.toList();
		this.previous = new Previous(now, reading.host(),
				reading.processes()
					.stream()
					.collect(Collectors.toMap(ProcessReading::pid, Function.identity(), (first, second) -> second)));
		this.warm = seconds != null;
		return new Topz(this.clock.instant(), seconds, host(reading.host(), before), reading.limits(),
				reading.processes().size(), processes);
	}

	/** What comes next is compared with nothing. */
	void forget() {
		this.previous = null;
		this.warm = false;
	}

	boolean isWarm() {
		return this.warm;
	}

	private static Topz.Usage process(ProcessReading process, @Nullable Previous before, @Nullable Double seconds) {
		Double ratio = (before != null && seconds != null) ? cpuRatio(process, before, seconds) : null;
		return new Topz.Usage(process.pid(), process.parentPid(), process.user(), process.state(), ratio,
				process.residentBytes(), process.virtualBytes(), process.threads(), process.openFiles(),
				process.uptimeMillis() / 1e3, process.command());
	}

	private static @Nullable Double cpuRatio(ProcessReading process, Previous before, double seconds) {
		ProcessReading earlier = before.processes().get(process.pid());
		if (earlier != null && isSame(process, earlier)) {
			return Math.max(0, process.cpuMillis() - earlier.cpuMillis()) / 1e3 / seconds;
		}
		boolean beganSince = process.uptimeMillis() <= START_TOLERANCE_MILLIS + seconds * 1e3;
		return beganSince ? process.cpuMillis() / 1e3 / seconds : null;
	}

	/** A number may be given again to another process. */
	private static boolean isSame(ProcessReading process, ProcessReading earlier) {
		return Math.abs(process.startMillis() - earlier.startMillis()) <= START_TOLERANCE_MILLIS
				&& process.cpuMillis() >= earlier.cpuMillis();
	}

	private static Topz.Host host(HostReading host, @Nullable Previous before) {
		return new Topz.Host(host.cpus(), (before != null) ? busyRatio(host, before.host()) : null, load(host, 0),
				load(host, 1), load(host, 2), host.memoryTotalBytes(),
				host.memoryTotalBytes() - host.memoryAvailableBytes());
	}

	private static @Nullable Double busyRatio(HostReading host, HostReading before) {
		long total = host.totalTicks() - before.totalTicks();
		return (total > 0) ? Math.clamp((host.busyTicks() - before.busyTicks()) / (double) total, 0, 1) : null;
	}

	private static @Nullable Double load(HostReading host, int index) {
		return (index < host.load().size() && host.load().get(index) >= 0) ? host.load().get(index) : null;
	}

	/**
	 * What was read before.
	 *
	 * @param nanos when
	 * @param host the host then
	 * @param processes the processes then, by number
	 */
	private record Previous(long nanos, HostReading host, Map<Integer, ProcessReading> processes) {
	}

}
