package dev.bootpatterns.local.scale;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.console.Console;
import dev.bootpatterns.local.plan.Options;
import dev.bootpatterns.local.plan.Plan;
import dev.bootpatterns.local.plan.PlannedProcess;
import dev.bootpatterns.local.state.Json;
import dev.bootpatterns.local.state.ProcessState;
import dev.bootpatterns.local.state.Secrets;
import dev.bootpatterns.local.state.SuiteHome;
import dev.bootpatterns.local.state.SuiteState;
import dev.bootpatterns.local.client.GatewayClient;
import dev.bootpatterns.local.up.LastSizes;
import dev.bootpatterns.local.up.Layout;
import dev.bootpatterns.local.up.Ports;
import org.jspecify.annotations.Nullable;

/**
 * {@code ./suite scale}: starts what is missing, has the owner change the topology, ends
 * what is not needed any more; in this order, so that at each moment every shard of the
 * topology, the old one or the new one, has its processes.
 * <p>
 * Each step finds out what is left to do from what is: the processes from the supervisor,
 * the topology from the owner. So a command that was killed is finished by repeating it.
 */
public final class Scale {

	private final SuiteHome home;

	private final Fleet fleet;

	private final Planner planner;

	private final Console console;

	private final InstantSource clock;

	/**
	 * The command.
	 * @param home the suite
	 * @param states reads what the supervisor wrote
	 * @param planner expands the list of processes
	 * @param console where it says what it does
	 * @param clock the time
	 */
	public Scale(SuiteHome home, Supplier<Optional<SuiteState>> states, Planner planner, Console console,
			InstantSource clock) {
		this.home = home;
		this.fleet = new Fleet(home, states, console, clock);
		this.planner = planner;
		this.console = console;
		this.clock = clock;
	}

	/**
	 * What the command line says; null leaves a number as it is.
	 *
	 * @param shards how many shards
	 * @param replicas of each shard
	 * @param workers how many workers
	 */
	public record Request(@Nullable Integer shards, @Nullable Integer replicas, @Nullable Integer workers) {

		Options over(Options now) {
			return now.sized((this.shards != null) ? this.shards : now.shards(),
					(this.replicas != null) ? this.replicas : now.replicas(),
					(this.workers != null) ? this.workers : now.workers());
		}

	}

	/**
	 * Expands the list of processes.
	 */
	@FunctionalInterface
	public interface Planner {

		/**
		 * What is to run.
		 * @param options how many of what
		 * @param ports the ports of what runs already, by name
		 * @return the processes
		 */
		Plan plan(Options options, Map<String, Integer> ports);

	}

	/**
	 * Runs the command.
	 * @param request what the command line says
	 * @return the exit code
	 */
	public int run(Request request) {
		request.over(new Options(1, 1, 0, null, ""));
		this.fleet.running();
		try (FileChannel channel = FileChannel.open(this.home.run().resolve("up.lock"), StandardOpenOption.CREATE,
				StandardOpenOption.WRITE); FileLock lock = channel.tryLock()) {
			if (lock == null) {
				throw new SuiteFailure(
						"another './suite up' or './suite scale' is at work in %s: try again when it has ended"
							.formatted(this.home.directory()));
			}
			scale(request);
			return 0;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void scale(Request request) throws IOException {
		Instant start = this.clock.instant();
		SuiteState state = this.fleet.running();
		Options before = Json.read(this.home.options(), Options.class)
			.orElseThrow(() -> new SuiteFailure(
					"%s is missing: './suite down' and './suite up' make it".formatted(this.home.options())));
		Options target = request.over(before);
		// What the list of processes cannot have fails before anything is done.
		this.planner.plan(target, Map.of());
		TopologyOwner owner = (request.shards() != null) ? owner(state) : null;
		int stored = (owner != null) ? owner.shards() : before.shards();
		Options wide = before.sized(Math.max(stored, Math.max(before.shards(), target.shards())),
				Math.max(before.replicas(), target.replicas()), Math.max(before.workers(), target.workers()));
		if (owner != null) {
			owner.plan(target.shards()).ifPresent((plan) -> plan.print(this.console));
		}
		try (Undo undo = new Undo(this.fleet, this.console)) {
			grow(before, wide, undo);
			if (owner != null) {
				change(owner, before, wide, stored, target.shards(), undo);
			}
			undo.disarm("the supervisor goes on ending what is not needed: see './suite status'");
			shrink(wide, target);
		}
		LastSizes.remember(this.home, target);
		this.console.line("%s with %s each, %s; took %s".formatted(number(target.shards(), "shard"),
				number(target.replicas(), "replica"), number(target.workers(), "worker"), since(start)));
	}

	/** Starts what is missing, and waits until it is ready. */
	private void grow(Options before, Options wide, Undo undo) {
		SuiteState state = this.fleet.running();
		Map<String, Integer> running = ports(state);
		List<PlannedProcess> planned = this.planner.plan(wide, running).processes();
		List<PlannedProcess> fresh = planned.stream()
			.filter((process) -> !running.containsKey(process.name()))
			.toList();
		requireFree(fresh);
		Instant start = this.clock.instant();
		try {
			if (!wide.equals(before) || !fresh.isEmpty()) {
				undo.arm(before, names(wide, before));
				this.fleet.resize(wide);
			}
			this.fleet.awaitReady(unready(planned, state), state);
		}
		catch (SuiteFailure failure) {
			throw undo.after(failure);
		}
		if (!fresh.isEmpty()) {
			this.console.line("started %s; ready after %s"
				.formatted(fresh.stream().map(PlannedProcess::name).collect(Collectors.joining(", ")), since(start)));
		}
	}

	private void change(TopologyOwner owner, Options before, Options wide, int stored, int shards, Undo undo)
			throws IOException {
		undo.disarm("the owner goes on; './suite scale --shards %d' follows it".formatted(shards));
		Layout.changes(this.home);
		Instant start = this.clock.instant();
		try {
			Change change = owner.change(shards, (switched) -> {
				if (switched.shardsBefore() != switched.shardsAfter()) {
					this.console
						.line("topology of epoch %d in force after %s".formatted(switched.toEpoch(), since(start)));
				}
			});
			if (change.shardsBefore() != change.shardsAfter()) {
				this.console.line("change done after %s: the copies of what moved are dropped".formatted(since(start)));
			}
		}
		catch (ChangeRefused refused) {
			// An earlier command may have started more than the topology has use for.
			Options back = refused.idle()
					? before.sized(Math.min(stored, before.shards()), before.replicas(), before.workers()) : before;
			if (refused.idle()) {
				Layout.changed(this.home, stored);
			}
			undo.arm(back, names(wide, back));
			throw undo.after(refused);
		}
		int now = owner.shards();
		Layout.changed(this.home, now);
		if (now > shards) {
			throw new SuiteFailure(
					"the change is done, yet the topology has %d shards: nothing was ended; try again".formatted(now));
		}
	}

	private void shrink(Options wide, Options target) {
		if (!target.equals(wide)) {
			Instant start = this.clock.instant();
			Set<String> ending = names(wide, target);
			this.fleet.resize(target);
			this.fleet.awaitEnd(ending);
			this.console.line("ended %s after %s".formatted(String.join(", ", ending), since(start)));
		}
	}

	private TopologyOwner owner(SuiteState state) {
		String gateway = state.processes()
			.stream()
			.filter((process) -> process.name().equals("gateway"))
			.map(ProcessState::url)
			.findFirst()
			.orElseThrow(() -> new SuiteFailure("the suite has no gateway, by which the owner is asked"));
		return new TopologyOwner(new GatewayClient(gateway, Secrets.readOrCreate(this.home.adminToken())), this.console,
				this.clock);
	}

	/** The processes that one size has and the other has not. */
	private Set<String> names(Options more, Options less) {
		Set<String> names = new LinkedHashSet<>(names(more));
		names.removeAll(names(less));
		return names;
	}

	private List<String> names(Options options) {
		return this.planner.plan(options, Map.of()).processes().stream().map(PlannedProcess::name).toList();
	}

	/**
	 * Of what can be scaled. That another process is not ready, say the gateway, is no
	 * reason to wait.
	 */
	private static Set<String> unready(List<PlannedProcess> planned, SuiteState state) {
		Set<String> ready = state.processes()
			.stream()
			.filter(ProcessState::ready)
			.map(ProcessState::name)
			.collect(Collectors.toSet());
		return planned.stream()
			.filter((process) -> process.variables().containsKey("shard") || process.variables().containsKey("worker"))
			.map(PlannedProcess::name)
			.filter((name) -> !ready.contains(name))
			.collect(Collectors.toSet());
	}

	private static void requireFree(List<PlannedProcess> fresh) {
		Map<Integer, String> ports = new LinkedHashMap<>();
		fresh.forEach((process) -> {
			ports.put(process.port(), process.name());
			ports.put(process.managementPort(), process.name() + " (management)");
		});
		Ports.requireFree(ports, "nothing was started; try again when it is free");
	}

	private static Map<String, Integer> ports(SuiteState state) {
		return state.processes().stream().collect(Collectors.toMap(ProcessState::name, ProcessState::port));
	}

	private String since(Instant start) {
		return Console.text(Duration.between(start, this.clock.instant()));
	}

	private static String number(int number, String what) {
		return "%d %s%s".formatted(number, what, (number == 1) ? "" : "s");
	}

}
