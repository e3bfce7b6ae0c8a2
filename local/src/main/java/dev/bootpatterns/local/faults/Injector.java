package dev.bootpatterns.local.faults;

import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

import dev.bootpatterns.local.console.Console;
import dev.bootpatterns.local.state.ProcessState;

/**
 * Draws what is done to whom, does it, and lets what was stopped go on when its time is
 * over.
 * <p>
 * The last owner that runs is not ended, only stopped: it would show nothing but how long
 * a start takes.
 */
final class Injector {

	private final Targets targets;

	private final Signals signals;

	private final Random random;

	private final Duration lease;

	private final Console console;

	private final Map<String, Long> pauses = new HashMap<>();

	private final Map<Kind, Integer> injected = new EnumMap<>(Kind.class);

	Injector(Targets targets, Signals signals, OwnershipFaults.Settings settings, Console console) {
		this.targets = targets;
		this.signals = signals;
		this.random = new Random(settings.seed());
		this.lease = settings.lease();
		this.console = console;
	}

	/** How many there were. */
	int faults() {
		return this.injected.values().stream().mapToInt(Integer::intValue).sum();
	}

	/** How many of which kind, for people. */
	String summary() {
		return this.injected.entrySet()
			.stream()
			.map((kind) -> "%d %s".formatted(kind.getValue(), kind.getKey().text()))
			.collect(Collectors.joining(", "));
	}

	Duration between(long fromMillis, long toMillis) {
		return Duration.ofMillis(this.random.nextLong(fromMillis, toMillis));
	}

	/** How many of a round's faults there are. */
	int ofUpTo(int most) {
		return 1 + this.random.nextInt(most);
	}

	/**
	 * Lets those go on whose time is over.
	 * @return whether nobody is stopped any more
	 */
	boolean proceed() {
		long now = System.nanoTime();
		this.pauses.entrySet().removeIf((pause) -> {
			boolean over = now - pause.getValue() >= 0;
			if (over) {
				this.signals.proceed(pause.getKey());
			}
			return over;
		});
		return this.pauses.isEmpty();
	}

	/**
	 * One fault, if there is somebody who is not stopped already.
	 * @param owned what an owner has, for people
	 */
	void inject(UnaryOperator<String> owned) {
		List<ProcessState> free = this.targets.able(this.signals);
		boolean oneOfMany = free.size()
				+ this.pauses.keySet().stream().filter((name) -> !name.equals(Targets.DATABASE)).count() > 1;
		if (this.random.nextInt(5) == 0 || free.isEmpty()) {
			free = this.targets.database()
				.filter((database) -> !this.signals.holds(Targets.DATABASE))
				.map(List::of)
				.orElse(free);
		}
		int kind = this.random.nextInt(10);
		int which = this.random.nextInt(Integer.MAX_VALUE);
		if (free.isEmpty()) {
			return;
		}
		ProcessState target = free.get(which % free.size());
		boolean store = target.name().equals(Targets.DATABASE);
		String roles = store ? "" : owned.apply(target.name());
		inject(target, kind(kind, store || !oneOfMany),
				target.name() + (roles.isEmpty() ? "" : ", owner of %s,".formatted(roles)));
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

	private void inject(ProcessState target, Kind kind, String what) {
		Duration time = switch (kind) {
			case PAUSED -> this.lease.plus(between(200, 2500));
			case HELD -> between(100, this.lease.toMillis() / 2);
			case KILLED, ENDED -> Duration.ZERO;
		};
		ProcessHandle process = Targets.process(target).orElse(null);
		if (process == null) {
			return;
		}
		switch (kind) {
			case PAUSED, HELD -> {
				this.pauses.put(target.name(), System.nanoTime() + time.toNanos());
				this.signals.stop(target.name(), process);
			}
			case KILLED -> process.destroyForcibly();
			case ENDED -> process.destroy();
		}
		this.injected.merge(kind, 1, Integer::sum);
		this.console.line(
				"%4d %s %s%s".formatted(faults(), what, kind.text(), kind.lasts() ? " for " + Console.text(time) : ""));
	}

}
