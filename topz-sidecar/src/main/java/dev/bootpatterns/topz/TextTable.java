package dev.bootpatterns.topz;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Lays a {@link Topz} out like {@code top} does.
 */
final class TextTable {

	private static final String[] UNITS = { "B", "K", "M", "G", "T", "P" };

	private TextTable() {
	}

	/**
	 * The table.
	 * @param topz what to show
	 * @param now the time now, to tell the sample's age
	 * @return lines, the last one ended too
	 */
	static String of(Topz topz, Instant now) {
		StringBuilder text = new StringBuilder(256 + 128 * topz.processes().size());
		header(text, topz, now);
		host(text, topz.host());
		Topz.Limits limits = topz.limits();
		if (limits != null) {
			limits(text, limits);
		}
		text.append('\n');
		row(text, "PID", "PPID", "USER", "S", "%CPU", "RSS", "VIRT", "THR", "FILES", "UPTIME", "COMMAND");
		for (Topz.Usage process : topz.processes()) {
			row(text, process.pid(), process.parentPid(), process.user(), process.state().letter(),
					percent(process.cpuRatio()), bytes(process.residentBytes()), bytes(process.virtualBytes()),
					process.threads(), orDash(process.openFiles()), uptime(process.uptimeSeconds()), process.command());
		}
		return text.toString();
	}

	private static void header(StringBuilder text, Topz topz, Instant now) {
		Double interval = topz.intervalSeconds();
		text.append(String.format(Locale.ROOT, "topz %s, sampled %.1f s ago%s, %d of %d processes", now,
				Duration.between(topz.sampledAt(), now).toMillis() / 1e3,
				(interval != null) ? String.format(Locale.ROOT, " over %.1f s", interval) : "", topz.processes().size(),
				topz.processesSeen()))
			.append('\n');
	}

	private static void host(StringBuilder text, Topz.Host host) {
		text.append(String.format(Locale.ROOT, "host: %d cpus, %s%% busy, load %s %s %s, memory %s of %s used",
				host.cpus(), percent(host.busyRatio()), orDash(host.load1()), orDash(host.load5()),
				orDash(host.load15()), bytes(host.memoryUsedBytes()), bytes(host.memoryTotalBytes())))
			.append('\n');
	}

	private static void limits(StringBuilder text, Topz.Limits limits) {
		text.append(String.format(Locale.ROOT, "limits: cpus %s, memory %s (%s used)", orDash(limits.cpus()),
				bytesOrDash(limits.memoryBytes()), bytesOrDash(limits.memoryUsedBytes())))
			.append('\n');
	}

	private static void row(StringBuilder text, Object... cells) {
		text.append(String.format(Locale.ROOT, "%7s %7s %-10.10s %s %6s %8s %8s %5s %5s %11s %s", cells)).append('\n');
	}

	private static String percent(@Nullable Double ratio) {
		return (ratio != null) ? String.format(Locale.ROOT, "%.1f", 100 * ratio) : "-";
	}

	private static String orDash(@Nullable Object value) {
		return (value instanceof Double number) ? String.format(Locale.ROOT, "%.2f", number)
				: Objects.toString(value, "-");
	}

	private static String bytesOrDash(@Nullable Long bytes) {
		return (bytes != null) ? bytes(bytes) : "-";
	}

	/** Powers of 1024, like top. */
	static String bytes(long bytes) {
		double value = bytes;
		int unit = 0;
		while (value >= 1024 && unit < UNITS.length - 1) {
			value /= 1024;
			unit++;
		}
		return (unit == 0) ? bytes + UNITS[0] : String.format(Locale.ROOT, "%.1f%s", value, UNITS[unit]);
	}

	/** {@code 4d 03:20:11}, {@code 3:20:11}, {@code 20:11}. */
	static String uptime(double seconds) {
		Duration time = Duration.ofMillis(Math.round(seconds * 1e3));
		if (time.toDays() > 0) {
			return String.format(Locale.ROOT, "%dd %02d:%02d:%02d", time.toDays(), time.toHoursPart(),
					time.toMinutesPart(), time.toSecondsPart());
		}
		return (time.toHours() > 0)
				? String.format(Locale.ROOT, "%d:%02d:%02d", time.toHours(), time.toMinutesPart(), time.toSecondsPart())
				: String.format(Locale.ROOT, "%d:%02d", time.toMinutes(), time.toSecondsPart());
	}

}
