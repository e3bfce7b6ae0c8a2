package dev.bootpatterns.logadapter.pipeline;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

import dev.bootpatterns.logadapter.entry.LogEntry;
import dev.bootpatterns.logadapter.entry.LogEntry.Source;
import dev.bootpatterns.logadapter.format.EntrySink;
import dev.bootpatterns.logadapter.live.Published;
import dev.bootpatterns.logadapter.output.EntryStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/**
 * Entries on their way out. They are written in batches, and handed to those who follow
 * after they are on disk: nobody is shown an entry that might be made again. A batch that
 * could not be written stays; its size is bounded because nothing is read meanwhile. Used
 * by one thread.
 */
final class Outbox implements EntrySink {

	private static final Logger log = LoggerFactory.getLogger(Outbox.class);

	private static final int FULL = 512 * 1024;

	private final Function<LogEntry, byte[]> encoder;

	private final EntryStore store;

	private final Consumer<List<Published>> live;

	private final Ledger ledger;

	private final List<LogEntry> entries = new ArrayList<>();

	private final List<Published> published = new ArrayList<>();

	private final List<Source> dead = new ArrayList<>();

	private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

	private final ByteArrayOutputStream deadBytes = new ByteArrayOutputStream();

	Outbox(Function<LogEntry, byte[]> encoder, EntryStore store, Consumer<List<Published>> live, Ledger ledger) {
		this.encoder = encoder;
		this.store = store;
		this.live = live;
		this.ledger = ledger;
	}

	@Override
	public void entry(LogEntry entry) {
		try {
			byte[] json = this.encoder.apply(entry);
			this.bytes.writeBytes(json);
			this.bytes.write('\n');
			this.entries.add(entry);
			this.published.add(Published.of(entry, json));
		}
		catch (JacksonException ex) {
			unreadable(entry.source(), entry.message(), ex);
		}
	}

	@Override
	public void unreadable(Source source, String text, RuntimeException cause) {
		log.error("No entry can be made of {}", source, cause);
		this.deadBytes.writeBytes(DeadLetter.of(source, text, cause));
		this.dead.add(source);
	}

	@Override
	public void dropped(DropReason reason, int lines) {
		this.ledger.dropped(reason, lines);
	}

	boolean isFull() {
		return this.bytes.size() >= FULL;
	}

	/** How many lines are here and not yet on disk. */
	int lines() {
		return this.entries.stream().mapToInt((entry) -> entry.source().lines()).sum()
				+ this.dead.stream().mapToInt(Source::lines).sum();
	}

	/**
	 * Writes what is here.
	 * @throws IOException if it could not be written; it is still here
	 */
	void flush() throws IOException {
		if (!this.dead.isEmpty()) {
			this.store.appendDeadLetters(this.deadBytes.toByteArray());
			this.dead.forEach(this.ledger::deadLettered);
			this.dead.clear();
			this.deadBytes.reset();
		}
		if (!this.entries.isEmpty()) {
			this.store.append(this.bytes.toByteArray());
			this.entries.forEach(this.ledger::written);
			this.entries.clear();
			this.bytes.reset();
			this.live.accept(this.published);
			this.published.clear();
		}
	}

}
