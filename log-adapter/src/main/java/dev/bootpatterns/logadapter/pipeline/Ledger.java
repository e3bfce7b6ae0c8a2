package dev.bootpatterns.logadapter.pipeline;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

import dev.bootpatterns.logadapter.entry.LogEntry;
import dev.bootpatterns.logadapter.entry.LogEntry.Kind;
import dev.bootpatterns.logadapter.entry.LogEntry.Source;
import dev.bootpatterns.logadapter.follow.ReadTally;
import dev.bootpatterns.logadapter.format.EntrySink.DropReason;
import dev.bootpatterns.logadapter.line.Line;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * The account of lines: in = out + dropped + dead-lettered + held back. Whatever happens
 * to a line is booked here, where it happens.
 */
final class Ledger implements ReadTally {

	private final Counter linesIn;

	private final Counter bytesIn;

	private final Counter bytesCut;

	private final Counter linesOut;

	private final Counter linesDeadLettered;

	private final Counter truncations;

	private final Counter readFailures;

	private final Counter writeFailures;

	private final Counter checkpointFailures;

	private final Counter filesDeleted;

	private final Map<DropReason, Counter> linesDropped = new EnumMap<>(DropReason.class);

	private final Map<Kind, Counter> entries = new EnumMap<>(Kind.class);

	Ledger(MeterRegistry registry) {
		this.linesIn = counter(registry, "lines.in", "Lines read");
		this.bytesIn = counter(registry, "bytes.in", "Bytes read");
		this.bytesCut = counter(registry, "bytes.cut", "Bytes cut off lines that were too long");
		this.linesOut = counter(registry, "lines.out", "Lines whose entry was written");
		this.linesDeadLettered = counter(registry, "lines.dead.lettered", "Lines that could not be made an entry");
		this.truncations = counter(registry, "files.truncated", "Files that began anew while they were read");
		this.readFailures = counter(registry, "read.failures", "Attempts to open or read a file that failed");
		this.writeFailures = counter(registry, "write.failures", "Attempts to write entries that failed");
		this.checkpointFailures = counter(registry, "checkpoint.failures", "Checkpoints that could not be written");
		this.filesDeleted = counter(registry, "output.files.deleted", "Output files deleted to keep the bound");
		for (DropReason reason : DropReason.values()) {
			this.linesDropped.put(reason,
					Counter.builder("log.adapter.lines.dropped")
						.description("Lines that became no entry")
						.tag("reason", lowerCase(reason))
						.register(registry));
		}
		for (Kind kind : Kind.values()) {
			this.entries.put(kind,
					Counter.builder("log.adapter.entries")
						.description("Entries written, by the format that matched")
						.tag("format", lowerCase(kind))
						.register(registry));
		}
	}

	private static Counter counter(MeterRegistry registry, String name, String description) {
		return Counter.builder("log.adapter." + name).description(description).register(registry);
	}

	private static String lowerCase(Enum<?> value) {
		return value.name().toLowerCase(Locale.ROOT);
	}

	private static void add(Map<?, Counter> counters, Object key, double amount) {
		Counter counter = counters.get(key);
		if (counter != null) {
			counter.increment(amount);
		}
	}

	@Override
	public void line(Line line) {
		this.linesIn.increment();
		this.bytesCut.increment((double) line.cutBytes());
	}

	@Override
	public void bytes(long count) {
		this.bytesIn.increment((double) count);
	}

	@Override
	public void truncated() {
		this.truncations.increment();
	}

	@Override
	public void readFailed() {
		this.readFailures.increment();
	}

	void dropped(DropReason reason, int lines) {
		add(this.linesDropped, reason, lines);
	}

	void written(LogEntry entry) {
		this.linesOut.increment(entry.source().lines());
		add(this.entries, entry.kind(), 1);
	}

	void deadLettered(Source source) {
		this.linesDeadLettered.increment(source.lines());
	}

	void writeFailed() {
		this.writeFailures.increment();
	}

	void checkpointFailed() {
		this.checkpointFailures.increment();
	}

	void fileDeleted() {
		this.filesDeleted.increment();
	}

}
