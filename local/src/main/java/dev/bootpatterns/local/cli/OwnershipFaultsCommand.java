package dev.bootpatterns.local.cli;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.console.Console;
import dev.bootpatterns.local.faults.OwnershipFaults;
import dev.bootpatterns.local.state.ProcessState;
import dev.bootpatterns.local.state.SuiteState;
import dev.bootpatterns.local.up.Leftovers;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code ./suite faults ownership}.
 */
@Command(name = "ownership", mixinStandardHelpOptions = true,
		description = "Kills, ends and stops owners, and stops the suite's own database, at random. Checks that one holds a "
				+ "role at a time, that terms rise, and that each role is had again in time. Returns 1 and the seed when not.")
final class OwnershipFaultsCommand implements Callable<Integer> {

	private static final Pattern TIME = Pattern.compile("(\\d{1,6})(ms|s)");

	private static final int MOST_FAULTS = 1000;

	private final Supplier<Optional<SuiteState>> states;

	private final Console console;

	@Spec
	@Nullable CommandSpec spec;

	@Option(names = "--faults", paramLabel = "N", defaultValue = "40",
			description = "How many, 1 to 1000; two seconds and a third of the lease each, about (default: ${DEFAULT-VALUE}).")
	int faults;

	@Option(names = "--seed", paramLabel = "S", description = "Of the choices (default: a new one, which is printed).")
	@Nullable Long seed;

	@Option(names = "--lease", paramLabel = "TIME", defaultValue = "${env:OWNER_ELECTION_LEASE:-10s}",
			description = "The owners' lease, 1s to 60s (default: $OWNER_ELECTION_LEASE, or 10s).")
	String lease = "";

	@Option(names = "--retry", paramLabel = "TIME", defaultValue = "${env:OWNER_ELECTION_RETRY:-2s}",
			description = "The owners' retry period (default: $OWNER_ELECTION_RETRY, or 2s).")
	String retry = "";

	OwnershipFaultsCommand() {
		this(() -> {
			Leftovers leftovers = new Leftovers(SuiteCommand.home());
			return leftovers.supervisor().isPresent() ? leftovers.state() : Optional.empty();
		}, Console.system());
	}

	OwnershipFaultsCommand(Supplier<Optional<SuiteState>> states, Console console) {
		this.states = states;
		this.console = console;
	}

	@Override
	public Integer call() {
		require(this.faults >= 1 && this.faults <= MOST_FAULTS, "--faults: give 1 to %d".formatted(MOST_FAULTS));
		Duration leased = time("--lease", this.lease);
		Duration retried = time("--retry", this.retry);
		require(leased.toMillis() >= 1000 && leased.toSeconds() <= 60, "--lease: give 1s to 60s");
		require(retried.compareTo(leased) < 0, "--retry: give less than the lease");
		if (!this.states.get().map(SuiteState::allReady).orElse(false)) {
			throw new SuiteFailure("faults need a suite that is ready: './suite up', or see './suite status'");
		}
		Long given = this.seed;
		OwnershipFaults.Settings settings = new OwnershipFaults.Settings(this.faults,
				(given != null) ? given : new Random().nextInt(Integer.MAX_VALUE), leased, retried);
		return new OwnershipFaults(settings, this::processes, this.console).run() ? 0 : 1;
	}

	private List<ProcessState> processes() {
		return this.states.get()
			.map(SuiteState::processes)
			.orElseThrow(() -> new SuiteFailure("the suite was ended meanwhile"));
	}

	private Duration time(String option, String text) {
		Matcher time = TIME.matcher(text);
		require(time.matches(), "%s: '%s' is no time such as 10s or 500ms".formatted(option, text));
		long number = Long.parseLong(time.group(1));
		return time.group(2).equals("s") ? Duration.ofSeconds(number) : Duration.ofMillis(number);
	}

	private void require(boolean condition, String otherwise) {
		CommandSpec command = this.spec;
		if (!condition && command != null) {
			throw new CommandLine.ParameterException(command.commandLine(), otherwise);
		}
	}

}
