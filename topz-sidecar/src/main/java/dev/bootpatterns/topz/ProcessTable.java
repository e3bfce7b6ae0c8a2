package dev.bootpatterns.topz;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The processes in sight and the host that they run on, read once. The one place that
 * knows the operating system.
 */
interface ProcessTable {

	/**
	 * Reads everything now. A process that ends meanwhile is left out.
	 * @return what was read
	 */
	Reading read();

	/**
	 * One look at everything.
	 *
	 * @param host the host
	 * @param limits what the sidecar's own control group allows; null if that cannot be
	 * read or limits nothing
	 * @param processes the processes, in no order
	 */
	record Reading(HostReading host, Topz.@Nullable Limits limits, List<ProcessReading> processes) {
	}

	/**
	 * The host.
	 *
	 * @param cpus logical CPUs
	 * @param busyTicks CPU ticks spent working since boot, over all CPUs
	 * @param totalTicks CPU ticks since boot, over all CPUs
	 * @param load load averages over 1, 5 and 15 minutes; negative if unknown
	 * @param memoryTotalBytes physical memory
	 * @param memoryAvailableBytes memory that can be had without swapping
	 */
	record HostReading(int cpus, long busyTicks, long totalTicks, List<Double> load, long memoryTotalBytes,
			long memoryAvailableBytes) {
	}

	/**
	 * One process. What it used since it began is cumulative here.
	 *
	 * @param pid its number
	 * @param parentPid its parent's number
	 * @param startMillis when it began, by the epoch
	 * @param user who runs it: a name, or a number that has no name here
	 * @param state what it does
	 * @param cpuMillis CPU time used since it began
	 * @param residentBytes memory in RAM
	 * @param virtualBytes address space
	 * @param threads number of threads
	 * @param openFiles open file descriptors; null if they may not be read
	 * @param uptimeMillis time since it began
	 * @param command what the command column shows
	 */
	record ProcessReading(int pid, int parentPid, long startMillis, String user, ProcessState state, long cpuMillis,
			long residentBytes, long virtualBytes, int threads, @Nullable Long openFiles, long uptimeMillis,
			String command) {
	}

}
