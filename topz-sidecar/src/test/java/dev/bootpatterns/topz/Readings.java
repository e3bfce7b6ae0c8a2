package dev.bootpatterns.topz;

import java.util.List;

import dev.bootpatterns.topz.ProcessTable.HostReading;
import dev.bootpatterns.topz.ProcessTable.ProcessReading;
import dev.bootpatterns.topz.ProcessTable.Reading;

/**
 * Readings for tests.
 */
final class Readings {

	private Readings() {
	}

	static Reading of(long busyTicks, long totalTicks, ProcessReading... processes) {
		return new Reading(new HostReading(2, busyTicks, totalTicks, List.of(0.5, 0.25, -1.0), 8L << 30, 6L << 30),
				null, List.of(processes));
	}

	static ProcessReading process(int pid, long startMillis, long cpuMillis, long uptimeMillis) {
		return new ProcessReading(pid, 1, startMillis, "app", ProcessState.SLEEPING, cpuMillis, 1L << 20, 1L << 30, 3,
				7L, uptimeMillis, "java app.jar");
	}

}
