package dev.bootpatterns.topz;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;

/**
 * In which order processes are shown. Equals are ordered by number, so that the order
 * never depends on chance.
 */
enum ProcessSort {

	/** Most CPU first, then most memory; a process without a rate yet comes last. */
	CPU,

	/** Most memory first. */
	RSS,

	/** Lowest number first. */
	PID;

	/**
	 * Reads the form that a request has.
	 * @param text the lower-case or upper-case name
	 * @return the order, or nothing if there is no such
	 */
	static Optional<ProcessSort> of(String text) {
		return Arrays.stream(values()).filter((sort) -> sort.name().equalsIgnoreCase(text)).findFirst();
	}

	Comparator<Topz.Usage> order() {
		Comparator<Topz.Usage> byPid = Comparator.comparingInt(Topz.Usage::pid);
		Comparator<Topz.Usage> byMemory = Comparator.comparingLong(Topz.Usage::residentBytes).reversed();
		return switch (this) {
			case CPU -> Comparator.comparingDouble(ProcessSort::cpuOrLess)
				.reversed()
				.thenComparing(byMemory)
				.thenComparing(byPid);
			case RSS -> byMemory.thenComparing(byPid);
			case PID -> byPid;
		};
	}

	private static double cpuOrLess(Topz.Usage process) {
		Double ratio = process.cpuRatio();
		return (ratio != null) ? ratio : -1;
	}

}
