package dev.bootpatterns.local.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.console.Console;
import dev.bootpatterns.local.fault.Faults;
import dev.bootpatterns.local.state.ProcessState;
import dev.bootpatterns.local.state.SuiteState;
import dev.bootpatterns.local.up.Leftovers;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code ./suite fault}.
 */
@Command(name = "fault", mixinStandardHelpOptions = true,
		description = "Makes the gateway or replicas of shards slow or failing, to see what the patterns make of it. Without "
				+ "TARGET it lists what is set. A process that is started again has no fault.")
final class FaultCommand implements Callable<Integer> {

	private final Supplier<Optional<SuiteState>> states;

	private final Console console;

	@Spec
	@Nullable CommandSpec spec;

	@Parameters(arity = "0..1", paramLabel = "TARGET",
			description = "A process such as shard-2-a or gateway, or several by what their names begin with: shard-2.")
	@Nullable String target;

	@Option(names = "--delay", paramLabel = "TIME",
			description = "Holds requests this long before their work begins, 0s to 30s, such as 500ms.")
	@Nullable String delay;

	@Option(names = "--abort", paramLabel = "STATUS",
			description = "Answers requests with this status instead of working, 400 to 599.")
	@Nullable String abort;

	@Option(names = "--percent", paramLabel = "P",
			description = "How many of 100 requests, 0 to 100, such as 0.5 (default: 100).")
	@Nullable String percent;

	@Option(names = "--off", description = "Takes the fault away; requests that it holds go on.")
	boolean off;

	FaultCommand() {
		this(() -> {
			Leftovers leftovers = new Leftovers(SuiteCommand.home());
			return leftovers.supervisor().isPresent() ? leftovers.state() : Optional.empty();
		}, Console.system());
	}

	FaultCommand(Supplier<Optional<SuiteState>> states, Console console) {
		this.states = states;
		this.console = console;
	}

	@Override
	public Integer call() {
		try {
			run();
			return 0;
		}
		catch (IllegalArgumentException ex) {
			CommandSpec command = this.spec;
			if (command == null) {
				throw ex;
			}
			throw new CommandLine.ParameterException(command.commandLine(), String.valueOf(ex.getMessage()), ex);
		}
	}

	private void run() {
		String named = this.target;
		boolean given = this.delay != null || this.abort != null;
		boolean any = given || this.percent != null;
		require(named != null || (!any && !this.off), "Name the TARGET of the fault, such as shard-2");
		require(named == null || given != this.off, "Give --delay, --abort or both, or --off");
		require(!this.off || !any, "--off takes a fault away: give it alone");
		List<ProcessState> processes = this.states.get()
			.map(SuiteState::processes)
			.orElseThrow(() -> new SuiteFailure("nothing runs: './suite up' starts the suite"));
		Faults faults = new Faults(processes, this.console);
		if (named == null) {
			faults.list();
		}
		else if (this.off) {
			faults.remove(named);
		}
		else {
			faults.inject(named, fault());
		}
	}

	private Map<String, String> fault() {
		Map<String, String> fault = new LinkedHashMap<>();
		String held = this.delay;
		if (held != null) {
			fault.put("delay", held);
		}
		String status = this.abort;
		if (status != null) {
			fault.put("abort", status);
		}
		String share = this.percent;
		fault.put("percent", (share != null) ? share : "100");
		return fault;
	}

	private static void require(boolean condition, String otherwise) {
		if (!condition) {
			throw new IllegalArgumentException(otherwise);
		}
	}

}
