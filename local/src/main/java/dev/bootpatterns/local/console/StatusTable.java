package dev.bootpatterns.local.console;

import java.util.List;

import dev.bootpatterns.local.state.ProcessId;
import dev.bootpatterns.local.state.ProcessState;

/**
 * The table of what runs where.
 */
public final class StatusTable {

	private StatusTable() {
	}

	/**
	 * Prints it.
	 * @param console where
	 * @param processes its lines
	 */
	public static void print(Console console, List<ProcessState> processes) {
		console.table(List.of("NAME", "URL", "PID", "STATE", ""), processes.stream().map(StatusTable::row).toList());
	}

	private static List<String> row(ProcessState process) {
		ProcessId id = process.id();
		String detail = process.detail();
		String restarts = (process.restarts() > 0) ? "restarted %d×".formatted(process.restarts()) : "";
		return List.of(process.name(), process.url(), (id != null) ? Long.toString(id.pid()) : "–",
				process.state().name().toLowerCase(java.util.Locale.ROOT),
				(restarts + " " + ((detail != null) ? detail : "")).strip());
	}

}
