package dev.bootpatterns.owner.jobs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import dev.bootpatterns.owner.election.LeaderLoop;
import dev.bootpatterns.owner.election.Leadership;
import dev.bootpatterns.owner.election.Role;
import dev.bootpatterns.owner.election.StaleTermException;
import dev.bootpatterns.owner.election.Term;
import dev.bootpatterns.owner.sources.NoSuchItemException;
import dev.bootpatterns.owner.sources.Source;
import dev.bootpatterns.owner.sources.SourceException;
import dev.bootpatterns.owner.sources.Sources;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.stereotype.Component;

/**
 * Enqueues what is due, as far as the window allows: chunk by chunk, and an item counts
 * as enqueued only when the broker has confirmed it. An item that cannot be read fails by
 * itself; whatever ends a chunk early, what was sent by then is awaited and recorded, or
 * it would be sent again with every pass.
 * <p>
 * If this process dies between confirm and commit, the item is enqueued again by the next
 * owner, under the same attempt.
 */
@Component
class Dispatcher extends LeaderLoop {

	private static final Log log = LogFactory.getLog(Dispatcher.class);

	private final ItemStore items;

	private final ItemTransitions transitions;

	private final Sources sources;

	private final StoredContents contents;

	private final WorkPublisher publisher;

	private final Leadership leadership;

	private final JobsProperties properties;

	private final AtomicInteger inFlight = new AtomicInteger();

	Dispatcher(ItemStore items, ItemTransitions transitions, Sources sources, StoredContents contents,
			WorkPublisher publisher, Leadership leadership, JobsProperties properties, MeterRegistry meters) {
		super(Role.JOBS, "owner-dispatcher", leadership, properties.poll());
		this.items = items;
		this.transitions = transitions;
		this.sources = sources;
		this.contents = contents;
		this.publisher = publisher;
		this.leadership = leadership;
		this.properties = properties;
		Gauge.builder("owner.window.items", this.inFlight, AtomicInteger::get)
			.description("Items enqueued or being worked on, when the owner last looked")
			.register(meters);
	}

	@Override
	protected Work begin(Term term) {
		return new Dispatch(term);
	}

	private final class Dispatch implements Work {

		private final Term term;

		private final Map<String, Source.Reader> readers = new HashMap<>();

		Dispatch(Term term) {
			this.term = term;
		}

		@Override
		public boolean pass() throws InterruptedException {
			List<DueItem> due = due();
			if (due.isEmpty()) {
				close();
				return false;
			}
			List<Result> unreadable = new ArrayList<>();
			WorkPublisher.Published published = Dispatcher.this.publisher.publish(this.term, (chunk) -> {
				// Listed sizes may be outdated, or unknown.
				long room = Dispatcher.this.properties.chunkSize().toBytes();
				for (DueItem item : due) {
					if (room > 0) {
						room -= send(chunk, item, unreadable);
					}
				}
			});
			Dispatcher.this.transitions.published(this.term, published.taken(), published.notTaken(),
					Dispatcher.this.properties.backoff());
			Dispatcher.this.transitions.apply(this.term, unreadable);
			if (published.cutShort() != null) {
				throw published.cutShort();
			}
			return true;
		}

		/** What fits in the window and in one chunk; one item fits always. */
		private List<DueItem> due() {
			JobsProperties limits = Dispatcher.this.properties;
			ItemStore.InFlight now = Dispatcher.this.items.inFlight();
			Dispatcher.this.inFlight.set(now.items());
			int count = Math.min(limits.window() - now.items(), limits.chunk());
			long bytes = Math.min(limits.windowSize().toBytes() - now.bytes(), limits.chunkSize().toBytes());
			if (count <= 0 || bytes <= 0) {
				return List.of();
			}
			List<DueItem> fitting = new ArrayList<>();
			for (DueItem item : Dispatcher.this.items.due(count)) {
				bytes -= item.size();
				if (bytes < 0 && !fitting.isEmpty()) {
					break;
				}
				fitting.add(item);
			}
			return fitting;
		}

		/** How many bytes were sent. */
		private int send(WorkPublisher.Chunk chunk, DueItem item, List<Result> unreadable) {
			byte[] content;
			try {
				content = item.stored() ? Dispatcher.this.contents.read(item, this::read)
						: read(item.source(), item.key().item());
			}
			catch (NoSuchItemException ex) {
				unreadable.add(result(item, Result.Outcome.REJECTED, "the source has this item no more"));
				return 0;
			}
			catch (SourceException ex) {
				unreadable.add(result(item, Result.Outcome.FAILED, ex.getMessage()));
				return 0;
			}
			// A source is somebody else's code: these errors are the item's doing, too.
			catch (IOException | RuntimeException | LinkageError | StackOverflowError ex) {
				log.warn("Item %s could not be read".formatted(item.key()), ex);
				unreadable.add(result(item, Result.Outcome.FAILED, "the item could not be read; the log says why"));
				return 0;
			}
			if (!Dispatcher.this.leadership.isCurrent(this.term)) {
				throw new StaleTermException(this.term);
			}
			chunk.send(item, content);
			return content.length;
		}

		private byte[] read(String source, String item) throws IOException {
			return reader(source).read(item);
		}

		private Source.Reader reader(String name) throws IOException {
			Source.Reader reader = this.readers.get(name);
			if (reader == null) {
				reader = Dispatcher.this.sources.find(name)
					.orElseThrow(() -> new SourceException("there is no source '%s' here".formatted(name)))
					.open();
				this.readers.put(name, reader);
			}
			return reader;
		}

		private static Result result(DueItem item, Result.Outcome outcome,
				@org.jspecify.annotations.Nullable String reason) {
			return new Result(item.key(), item.attempt(), outcome, reason, null, null, null, null);
		}

		/** Also whenever nothing is due: the corpus may be replaced meanwhile. */
		@Override
		public void close() {
			for (Source.Reader reader : this.readers.values()) {
				try {
					reader.close();
				}
				catch (IOException | RuntimeException ex) {
					log.warn("A source could not be closed", ex);
				}
			}
			this.readers.clear();
		}

	}

}
