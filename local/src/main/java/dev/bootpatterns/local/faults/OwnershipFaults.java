package dev.bootpatterns.local.faults;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.console.Console;
import dev.bootpatterns.local.process.Ticks;
import dev.bootpatterns.local.state.ProcessId;
import dev.bootpatterns.local.state.ProcessState;
import dev.bootpatterns.local.up.GatewayClient;
import org.jspecify.annotations.Nullable;

/**
 * Random faults at the owners, and at the database if it is the suite's own: in rounds of
 * one to four that overlap, after each of which both roles must be had again in time by
 * somebody who lives.
 * <p>
 * <b>What is asserted.</b> {@link OwnershipRules}. That a dead owner's lease still runs
 * is not taken for availability: see {@link Sighting#provesLifeAfter}. The time counts
 * from the end of a round's last fault; if no owner can take over then, from when the
 * first one can: how long a process takes to start is not the election's.
 * <p>
 * <b>What the seed repeats</b> is the choice of faults and times. Which process leads,
 * and how far it is, is the machine's.
 * <p>
 * <b>What is spared.</b> The last owner that runs is not ended, only stopped: it would
 * show nothing but how long a start takes. The broker is in the supervisor's process.
 */
public final class OwnershipFaults {

	/** For processor time and connections that have to be made anew. */
	static final Duration MARGIN = Duration.ofSeconds(3);

	/** From the end of a process until it is ready again, with the supervisor's pause. */
	private static final Duration STARTS_WITHIN = Duration.ofSeconds(90);

	private static final Duration LOOK = Duration.ofMillis(50);

	/** How much time the faults may take together, for each of them. */
	private static final Duration EACH = Duration.ofSeconds(4);

	private static final int AT_ONCE = 4;

	private static final String DATABASE = "postgres";

	private final Settings settings;

	private final Supplier<List<ProcessState>> processes;

	private final Console console;

	private final Random random;

	private final Map<Period, Grant> history = new LinkedHashMap<>();

	private final Map<String, Long> pauses = new HashMap<>();

	private final Map<Kind, Integer> injected = new EnumMap<>(Kind.class);

	private final List<String> violations = new ArrayList<>();

	private int faults;

	/**
	 * A run that has not begun.
	 * @param settings what to do
	 * @param processes those of the suite, as they are now
	 * @param console where to print
	 */
	public OwnershipFaults(Settings settings, Supplier<List<ProcessState>> processes, Console console) {
		this.settings = settings;
		this.processes = processes;
		this.console = console;
		this.random = new Random(settings.seed());
	}

	/**
	 * Injects the faults and judges.
	 * @return whether all rules held
	 * @throws SuiteFailure when the suite is not such that this could begin, or an owner
	 * is not ready again
	 */
	public boolean run() {
		List<ProcessState> owners = owners();
		List<String> roles = roles();
		this.console.line("seed %d: %d faults at %s; lease %s, retry %s, margin %s".formatted(this.settings.seed(),
				this.settings.faults(),
				Stream.concat(owners.stream().map(ProcessState::name), database().map(ProcessState::name).stream())
					.collect(Collectors.joining(", ")),
				Console.text(this.settings.lease()), Console.text(this.settings.retry()), Console.text(MARGIN)));
		List<Sighting> sightings;
		try (Signals signals = new Signals(); Watch watch = new Watch(clients(owners), roles)) {
			requireAllHeld(watch, roles);
			long start = System.nanoTime();
			for (int round = 1; this.faults < this.settings.faults()
					&& System.nanoTime() - start < EACH.multipliedBy(this.settings.faults()).toNanos(); round++) {
				round(round, roles, signals, watch);
			}
			require("ready again", STARTS_WITHIN, () -> owners().stream().allMatch(ProcessState::ready));
			sightings = watch.all();
			remember();
		}
		judge(sightings);
		return this.violations.isEmpty();
	}

	private List<ProcessState> owners() {
		List<ProcessState> owners = this.processes.get()
			.stream()
			.filter((process) -> process.name().startsWith("owner-"))
			.toList();
		if (owners.size() < 2) {
			throw new SuiteFailure("there are not two owners, so nobody could take over");
		}
		return owners;
	}

	/** Empty if it is not a process of the suite. */
	private Optional<ProcessState> database() {
		return this.processes.get()
			.stream()
			.filter((process) -> process.name().equals(DATABASE) && process.state() == ProcessState.State.READY)
			.findFirst();
	}

	private static List<GatewayClient> clients(List<ProcessState> owners) {
		return owners.stream().map((owner) -> new GatewayClient(owner.url(), "")).toList();
	}

	/** Those that anybody had, and that are there still. */
	private List<String> roles() {
		remember();
		GatewayClient owner = clients(owners()).getFirst();
		List<String> roles = new ArrayList<>();
		for (String role : this.history.keySet().stream().map(Period::role).distinct().sorted().toList()) {
			try {
				if (owner.get("/leader/" + role).statusCode() == 200) {
					roles.add(role);
				}
			}
			catch (IOException ex) {
				throw new SuiteFailure("the owner does not answer: " + ex.getMessage(), null, ex);
			}
		}
		if (roles.isEmpty()) {
			throw new SuiteFailure("nobody is the owner of anything: see './suite status'");
		}
		return roles;
	}

	/** Only the last grants are kept there; so it is read again and again. */
	private void remember() {
		IOException failure = new IOException("there is none");
		for (GatewayClient owner : clients(owners())) {
			try {
				owner.json("/leader/history")
					.valueStream()
					.map(Grant::of)
					.forEach((grant) -> this.history.put(new Period(grant.role(), grant.term()), grant));
				return;
			}
			catch (IOException ex) {
				failure = ex;
			}
		}
		throw new SuiteFailure("no owner tells the history: " + failure.getMessage(), null, failure);
	}

	private void requireAllHeld(Watch watch, List<String> roles) {
		long begin = System.nanoTime();
		require("elected, with the lease that was given,", this.settings.within(),
				() -> roles.stream()
					.allMatch((role) -> watch
						.first(role,
								(seen) -> seen.provesLifeAfter(begin - this.settings.lease().toNanos() / 2,
										this.settings.lease()))
						.isPresent()));
		boolean longer = watch.all().stream().anyMatch((seen) -> seen.expiresIn().compareTo(this.settings.lease()) > 0);
		if (longer) {
			throw new SuiteFailure("--lease: the owners' is longer than %s; give what OWNER_ELECTION_LEASE is for them"
				.formatted(Console.text(this.settings.lease())));
		}
	}

	private void require(String what, Duration within, BooleanSupplier condition) {
		if (!await(System.nanoTime() + within.toNanos(), condition)) {
			throw new SuiteFailure("seed %d: not all is %s after %s: see './suite status'"
				.formatted(this.settings.seed(), what, Console.text(within)));
		}
	}

	private static boolean await(long deadline, BooleanSupplier condition) {
		try (Ticks ticks = new Ticks(LOOK)) {
			while (ticks.next()) {
				if (condition.getAsBoolean()) {
					return true;
				}
				if (System.nanoTime() - deadline > 0) {
					return false;
				}
			}
		}
		throw new SuiteFailure("interrupted");
	}

	private void round(int round, List<String> roles, Signals signals, Watch watch) {
		int size = Math.min(1 + this.random.nextInt(AT_ONCE), this.settings.faults() - this.faults);
		for (int i = 0; i < size; i++) {
			long next = System.nanoTime() + between(0, 1000).toNanos();
			await(next, () -> {
				proceed(signals);
				return System.nanoTime() - next >= 0;
			});
			inject(signals, watch, roles);
		}
		long longest = System.nanoTime() + this.settings.longest().toNanos();
		await(longest, () -> {
			proceed(signals);
			return this.pauses.isEmpty();
		});
		long over = System.nanoTime();
		require("ready again", STARTS_WITHIN, () -> !able(signals).isEmpty());
		long able = System.nanoTime();
		recover(round, roles, watch, over, (able - over > LOOK.toNanos() * 2) ? able : over);
	}

	private void recover(int round, List<String> roles, Watch watch, long over, long able) {
		List<String> texts = new ArrayList<>();
		for (String role : roles) {
			BooleanSupplier had = () -> watch.first(role, (seen) -> seen.provesLifeAfter(over, this.settings.lease()))
				.isPresent();
			await(able + this.settings.within().toNanos(), had);
			Recovery recovery = watch.first(role, (seen) -> seen.provesLifeAfter(over, this.settings.lease()))
				.map((seen) -> new Recovery(round, role, Duration.ofNanos(Math.max(0, seen.answered() - able)),
						"%s, term %d".formatted(seen.holder(), seen.term())))
				.orElseGet(() -> new Recovery(round, role, null, "nobody"));
			String violation = OwnershipRules.ofRecovery(recovery, this.settings.within());
			if (violation != null) {
				this.violations.add(violation);
			}
			Duration took = recovery.took();
			texts.add("%s: %s%s".formatted(role, recovery.by(), (took != null) ? " after " + Console.text(took) : ""));
		}
		this.console.line("     " + String.join("; ", texts));
		remember();
	}

	/** Those that can take over now. */
	private List<ProcessState> able(Signals signals) {
		return owners().stream()
			.filter((owner) -> owner.ready() && !signals.holds(owner.name()) && process(owner).isPresent())
			.toList();
	}

	private static Optional<ProcessHandle> process(ProcessState state) {
		ProcessId id = state.id();
		return (id != null) ? id.find() : Optional.empty();
	}

	private void inject(Signals signals, Watch watch, List<String> roles) {
		List<ProcessState> free = new ArrayList<>(able(signals));
		boolean oneOfMany = free.size()
				+ this.pauses.keySet().stream().filter((name) -> !name.equals(DATABASE)).count() > 1;
		if (this.random.nextInt(5) == 0 || free.isEmpty()) {
			free = database().filter((database) -> !signals.holds(DATABASE)).stream().collect(Collectors.toList());
		}
		int kind = this.random.nextInt(10);
		int which = this.random.nextInt(Integer.MAX_VALUE);
		if (free.isEmpty()) {
			return;
		}
		ProcessState target = free.get(which % free.size());
		boolean store = target.name().equals(DATABASE);
		inject(target, kind(kind, store || !oneOfMany), signals, what(target, store, watch, roles));
	}

	/** Of ten: three pauses, three holds, two kills, two ends. */
	private static Kind kind(int drawn, boolean onlyStopped) {
		if (drawn < 3) {
			return Kind.PAUSED;
		}
		if (drawn < 6 || onlyStopped) {
			return Kind.HELD;
		}
		return (drawn < 8) ? Kind.KILLED : Kind.ENDED;
	}

	private void inject(ProcessState target, Kind kind, Signals signals, String what) {
		Duration time = switch (kind) {
			case PAUSED -> this.settings.lease().plus(between(200, 2500));
			case HELD -> between(100, this.settings.lease().toMillis() / 2);
			case KILLED, ENDED -> Duration.ZERO;
		};
		ProcessHandle process = process(target).orElse(null);
		if (process == null) {
			return;
		}
		switch (kind) {
			case PAUSED, HELD -> {
				this.pauses.put(target.name(), System.nanoTime() + time.toNanos());
				signals.stop(target.name(), process);
			}
			case KILLED -> process.destroyForcibly();
			case ENDED -> process.destroy();
		}
		this.faults++;
		this.injected.merge(kind, 1, Integer::sum);
		this.console.line("%4d %s %s%s".formatted(this.faults, what, kind.text(),
				kind.lasts() ? " for " + Console.text(time) : ""));
	}

	private String what(ProcessState target, boolean store, Watch watch, List<String> roles) {
		String owned = roles.stream()
			.filter((role) -> watch.last(role)
				.filter((seen) -> seen.holder().startsWith(target.name() + "/"))
				.isPresent())
			.collect(Collectors.joining(" and "));
		return target.name() + ((store || owned.isEmpty()) ? "" : ", owner of %s,".formatted(owned));
	}

	private void proceed(Signals signals) {
		long now = System.nanoTime();
		this.pauses.entrySet().removeIf((pause) -> {
			boolean over = now - pause.getValue() >= 0;
			if (over) {
				signals.proceed(pause.getKey());
			}
			return over;
		});
	}

	private Duration between(long from, long to) {
		return Duration.ofMillis(this.random.nextLong(from, to));
	}

	private void judge(List<Sighting> sightings) {
		Collection<Grant> grants = this.history.values();
		this.violations.addAll(OwnershipRules.ofHistory(grants));
		this.violations.addAll(OwnershipRules.ofSightings(sightings));
		this.violations.addAll(OwnershipRules.ofBoth(grants, sightings));
		this.console.line("%d faults: %s".formatted(this.faults,
				this.injected.entrySet()
					.stream()
					.map((kind) -> "%d %s".formatted(kind.getValue(), kind.getKey().text()))
					.collect(Collectors.joining(", "))));
		this.console.line("%d grants, %d answers about who the owner is".formatted(grants.size(), sightings.size()));
		HandOvers.of(grants).forEach(this.console::line);
		if (this.faults < this.settings.faults()) {
			this.console.line("the time was over after %d of %d faults".formatted(this.faults, this.settings.faults()));
		}
		if (this.violations.isEmpty()) {
			this.console.line("✓ one holder at a time, terms strictly increase, available again in time");
		}
		else {
			this.violations.forEach((one) -> this.console.line("✗ seed %d: %s".formatted(this.settings.seed(), one)));
		}
	}

	private record Period(String role, long term) {
	}

	/**
	 * What to do.
	 *
	 * @param faults how many at most
	 * @param seed of the choices
	 * @param lease of the owners
	 * @param retry of the owners
	 */
	public record Settings(int faults, long seed, Duration lease, Duration retry) {

		/** How long a role may be without a living owner while one could take over. */
		Duration within() {
			return this.lease.plus(this.retry).plus(MARGIN);
		}

		/** No pause is longer. */
		Duration longest() {
			return this.lease.plusSeconds(5);
		}

	}

}
