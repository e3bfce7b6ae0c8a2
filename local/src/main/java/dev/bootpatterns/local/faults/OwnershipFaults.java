package dev.bootpatterns.local.faults;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.console.Console;
import dev.bootpatterns.local.process.Ticks;
import dev.bootpatterns.local.state.ProcessState;
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
 * <b>Not touched.</b> The broker: it is in the supervisor's process.
 * <p>
 * <b>How long.</b> As long as the faults take; each wait of a round has a bound.
 */
public final class OwnershipFaults {

	/** For processor time and connections that have to be made anew. */
	static final Duration MARGIN = Duration.ofSeconds(3);

	/** From the end of a process until it is ready again, with the supervisor's pause. */
	private static final Duration STARTS_WITHIN = Duration.ofSeconds(90);

	private static final Duration LOOK = Duration.ofMillis(50);

	private static final int AT_ONCE = 4;

	private final Settings settings;

	private final Targets targets;

	private final Console console;

	private final History history = new History();

	private final List<String> violations = new ArrayList<>();

	/**
	 * A run that has not begun.
	 * @param settings what to do
	 * @param processes those of the suite, as they are now
	 * @param console where to print
	 */
	public OwnershipFaults(Settings settings, Supplier<List<ProcessState>> processes, Console console) {
		this.settings = settings;
		this.targets = new Targets(processes);
		this.console = console;
	}

	/**
	 * Injects the faults and judges.
	 * @return whether all rules held
	 * @throws SuiteFailure when the suite is not such that this could begin, or an owner
	 * is not ready again
	 */
	public boolean run() {
		announce();
		Instant begin = Instant.now();
		this.history.read(this.targets.clients());
		List<String> roles = this.history.roles(this.targets.clients().getFirst());
		List<Sighting> sightings;
		try (Signals signals = new Signals(); Watch watch = new Watch(this.targets.clients(), roles)) {
			Injector injector = new Injector(this.targets, signals, this.settings, this.console);
			requireAllHeld(watch, roles);
			for (int round = 1; injector.faults() < this.settings.faults(); round++) {
				round(round, roles, injector, signals, watch);
			}
			require("ready again", STARTS_WITHIN, () -> this.targets.owners().stream().allMatch(ProcessState::ready));
			sightings = watch.all();
			this.history.read(this.targets.clients());
			this.console.line("%d faults: %s".formatted(injector.faults(), injector.summary()));
		}
		judge(sightings, begin);
		return this.violations.isEmpty();
	}

	private void announce() {
		this.console.line("seed %d: %d faults at %s; lease %s, retry %s, margin %s; takes about %s".formatted(
				this.settings.seed(), this.settings.faults(),
				Stream.concat(this.targets.owners().stream(), this.targets.database().stream())
					.map(ProcessState::name)
					.collect(Collectors.joining(", ")),
				Console.text(this.settings.lease()), Console.text(this.settings.retry()), Console.text(MARGIN),
				Console.text(this.settings.about())));
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

	private void round(int round, List<String> roles, Injector injector, Signals signals, Watch watch) {
		int size = Math.min(injector.ofUpTo(AT_ONCE), this.settings.faults() - injector.faults());
		for (int i = 0; i < size; i++) {
			long next = System.nanoTime() + injector.between(0, 1000).toNanos();
			await(next, () -> {
				injector.proceed();
				return System.nanoTime() - next >= 0;
			});
			injector.inject((owner) -> watch.rolesOf(owner, roles));
		}
		await(System.nanoTime() + this.settings.longest().toNanos(), injector::proceed);
		long over = System.nanoTime();
		require("ready again", STARTS_WITHIN, () -> !this.targets.able(signals).isEmpty());
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
		this.history.read(this.targets.clients());
	}

	private void judge(List<Sighting> sightings, Instant begin) {
		var grants = this.history.grants();
		this.violations.addAll(OwnershipRules.ofHistory(grants));
		this.violations.addAll(OwnershipRules.ofSightings(sightings));
		this.violations.addAll(OwnershipRules.ofBoth(grants, sightings));
		this.console.line("%d grants, %d answers about who the owner is".formatted(grants.size(), sightings.size()));
		HandOvers.of(grants, begin).forEach(this.console::line);
		if (this.violations.isEmpty()) {
			this.console.line("✓ one holder at a time, terms strictly increase, available again in time");
		}
		else {
			this.violations.forEach((one) -> this.console.line("✗ seed %d: %s".formatted(this.settings.seed(), one)));
		}
	}

	/**
	 * What to do.
	 *
	 * @param faults how many
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

		/** As it was seen; how long processes take to start is the machine's. */
		Duration about() {
			return this.lease.dividedBy(3).plusSeconds(2).multipliedBy(this.faults);
		}

	}

}
