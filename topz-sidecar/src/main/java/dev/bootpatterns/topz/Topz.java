package dev.bootpatterns.topz;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What {@code GET /topz} answers; its JSON form is this record.
 *
 * @param sampledAt when the sample was taken
 * @param intervalSeconds the time over which the CPU ratios were measured; null while
 * there is only one sample
 * @param host the host
 * @param limits what the sidecar's own control group allows; null if nothing is limited
 * or readable
 * @param processesSeen how many processes there were, shown or not
 * @param processes the processes, in the order that was asked for
 */
record Topz(Instant sampledAt, @Nullable Double intervalSeconds, Host host, @Nullable Limits limits, int processesSeen,
		List<Usage> processes) {

	/**
	 * The host.
	 *
	 * @param cpus logical CPUs
	 * @param busyRatio share of all CPUs' time spent working, 0 to 1; null while there is
	 * only one sample
	 * @param load1 load average over 1 minute; null where the system has none
	 * @param load5 load average over 5 minutes
	 * @param load15 load average over 15 minutes
	 * @param memoryTotalBytes physical memory
	 * @param memoryUsedBytes memory that is not available to new processes
	 */
	record Host(int cpus, @Nullable Double busyRatio, @Nullable Double load1, @Nullable Double load5,
			@Nullable Double load15, long memoryTotalBytes, long memoryUsedBytes) {
	}

	/**
	 * What the sidecar's own control group allows.
	 *
	 * @param memoryBytes most memory; null if unlimited
	 * @param memoryUsedBytes memory in use by the group; null if unreadable
	 * @param cpus CPU time a second, as a number of CPUs; null if unlimited
	 */
	record Limits(@Nullable Long memoryBytes, @Nullable Long memoryUsedBytes, @Nullable Double cpus) {
	}

	/**
	 * One process.
	 *
	 * @param pid its number in this process namespace
	 * @param parentPid its parent's number; 0 if that is out of sight
	 * @param user who runs it
	 * @param state what it does
	 * @param cpuRatio CPU time used a second since the last sample: 1 is one whole CPU;
	 * null while there is only one sample of it
	 * @param residentBytes memory in RAM
	 * @param virtualBytes address space
	 * @param threads number of threads
	 * @param openFiles open file descriptors; null if they may not be read
	 * @param uptimeSeconds time since it began
	 * @param command executable with jar or main class
	 */
	record Usage(int pid, int parentPid, String user, ProcessState state, @Nullable Double cpuRatio, long residentBytes,
			long virtualBytes, int threads, @Nullable Long openFiles, double uptimeSeconds, String command) {
	}

	/**
	 * The same in another order, and no more of it than asked for.
	 * @param sort the order
	 * @param limit the most processes
	 * @return the view
	 */
	Topz view(ProcessSort sort, int limit) {
		return new Topz(this.sampledAt, this.intervalSeconds, this.host, this.limits, this.processesSeen,
				this.processes.stream().sorted(sort.order()).limit(limit).toList());
	}

}
