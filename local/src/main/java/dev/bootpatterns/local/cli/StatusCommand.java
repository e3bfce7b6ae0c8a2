package dev.bootpatterns.local.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

import dev.bootpatterns.local.console.Console;
import dev.bootpatterns.local.console.StatusTable;
import dev.bootpatterns.local.state.Json;
import dev.bootpatterns.local.state.ProcessId;
import dev.bootpatterns.local.state.ProcessState;
import dev.bootpatterns.local.state.SuiteState;
import dev.bootpatterns.local.up.Leftovers;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code ./suite status}.
 */
@Command(name = "status", mixinStandardHelpOptions = true,
		description = "Shows what runs where. Returns 0 when all of it is ready, 1 otherwise.")
final class StatusCommand implements Callable<Integer> {

	@Option(names = "--json", description = "A list of {name, pid, port, state, url, restarts}.")
	boolean json;

	@Override
	public Integer call() {
		Leftovers leftovers = new Leftovers(SuiteCommand.home());
		SuiteState state = leftovers.state().orElse(null);
		boolean supervised = state != null && state.supervisor().find().isPresent();
		List<ProcessState> processes = (state == null) ? List.of()
				: state.processes().stream().filter((process) -> supervised || lives(process)).toList();
		Console console = Console.system();
		if (this.json) {
			console.line(Json.write(processes.stream().map(StatusCommand::entry).toList()));
		}
		else if (processes.isEmpty()) {
			console.line("nothing runs");
		}
		else {
			StatusTable.print(console, processes);
			if (!supervised) {
				console.line(
						"! the supervisor is gone: './suite down' ends these, './suite up' ends them and starts anew");
			}
		}
		return (state != null && supervised && state.allReady()) ? 0 : 1;
	}

	private static boolean lives(ProcessState process) {
		ProcessId id = process.id();
		return id != null && id.find().isPresent();
	}

	private static Map<String, Object> entry(ProcessState process) {
		Map<String, Object> entry = new LinkedHashMap<>();
		ProcessId id = process.id();
		entry.put("name", process.name());
		if (id != null) {
			entry.put("pid", id.pid());
		}
		entry.put("port", process.port());
		entry.put("state", process.state());
		entry.put("url", process.url());
		entry.put("restarts", process.restarts());
		return entry;
	}

}
