package dev.bootpatterns.shard.search;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;

import dev.bootpatterns.shard.ShardProperties;
import dev.bootpatterns.shard.documents.Document;
import dev.bootpatterns.shard.documents.DocumentStore;
import dev.bootpatterns.shard.topology.LoadedSlots;
import dev.bootpatterns.shard.topology.TopologyChanged;
import dev.bootpatterns.shard.topology.TopologyFollower;
import dev.bootpatterns.sharding.SlotSet;
import dev.bootpatterns.sharding.Slots;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Keeps the index equal to the documents of this replica's slots.
 * <p>
 * There is one way in which the index is brought up to date, whatever the occasion: for a
 * set of slots, ask the database for all changes after the version that the index has of
 * each, apply them, and remember the versions seen. An event says for which slots to look
 * now; a new topology does so for all of its slots, of which those that are new here are
 * loaded from their beginning; and in every catch-up period all slots are looked at, so
 * that a lost event or a broker that is down costs at most that time. Events therefore
 * carry no content, and may come twice, late or not at all.
 * <p>
 * Between two passes the follower lets changes gather for the refresh interval: under
 * load, many share one query and one refresh of the index. Search lags behind an
 * acknowledged write by that interval.
 */
@Component("caughtUp")
class IndexFollower implements LoadedSlots, SmartLifecycle, HealthIndicator {

	private static final Logger logger = LoggerFactory.getLogger(IndexFollower.class);

	private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

	private final ShardProperties properties;

	private final TopologyFollower topology;

	private final DocumentStore documents;

	private final SlotIndex index;

	private final DirtySlots dirty = new DirtySlots();

	/**
	 * By slot, the version up to which the index has it. Only the follower's thread
	 * touches it.
	 */
	private final long[] versions = IndexCommit.nothing();

	/** Which database it is; known once what was kept has been looked at. */
	private @Nullable String database;

	private boolean uncommitted;

	private final Counter applied;

	private final Counter repaired;

	private volatile SlotSet loaded = SlotSet.EMPTY;

	private volatile @Nullable Thread thread;

	IndexFollower(ShardProperties properties, TopologyFollower topology, DocumentStore documents, SlotIndex index,
			MeterRegistry meters) {
		this.properties = properties;
		this.topology = topology;
		this.documents = documents;
		this.index = index;
		this.applied = Counter.builder("shard.index.changes")
			.description("Changes of documents that were applied to the index")
			.register(meters);
		this.repaired = Counter.builder("shard.index.repaired")
			.description("Changes among them that the periodic catch-up found, not an event")
			.register(meters);
		Gauge.builder("shard.index.documents", index, SlotIndex::size)
			.description("Documents that a search can find")
			.register(meters);
		Gauge.builder("shard.caught.up", this, (follower) -> follower.caughtUp() ? 1 : 0)
			.tag("shard", String.valueOf(properties.id()))
			.description("1 while every slot that this replica serves is in its index, else 0")
			.register(meters);
		Gauge.builder("shard.topology.shards", topology, TopologyFollower::shards)
			.description("Shards of the topology in force, 0 while none is known")
			.register(meters);
	}

	/**
	 * Says that slots changed.
	 * @param slots the slots
	 */
	void changed(SlotSet slots) {
		this.dirty.mark(slots);
	}

	@EventListener
	void changed(TopologyChanged event) {
		this.dirty.mark(event.heldSlots());
	}

	@Override
	public SlotSet loaded() {
		return this.loaded;
	}

	/** Ready for traffic once every slot that this replica serves is in the index. */
	@Override
	public Health health() {
		return (caughtUp() ? Health.up() : Health.outOfService()).withDetail("epoch", this.topology.epoch())
			.withDetail("slots", this.loaded.size())
			.withDetail("slotsMissing", missing())
			.build();
	}

	private boolean caughtUp() {
		return this.topology.epoch() > 0 && missing() == 0;
	}

	private int missing() {
		return this.topology.ownSlots().minus(this.loaded).size();
	}

	private void follow() throws InterruptedException {
		long catchUpAt = System.nanoTime();
		boolean failed = false;
		while (!this.dirty.isClosed()) {
			SlotSet marked = this.dirty.take(Duration.ofNanos(Math.max(0, catchUpAt - System.nanoTime())));
			boolean catchUp = catchUpAt - System.nanoTime() <= 0 || !this.index.isOpen();
			Duration rest = this.properties.refreshInterval();
			try {
				if (!this.index.isOpen()) {
					logger.warn("The index broke and is built anew");
					beginAnew();
				}
				SlotSet held = this.topology.heldSlots();
				if (this.database != null) {
					pass(held, catchUp ? held : marked.and(held), marked);
				}
				else if (this.topology.epoch() > 0) {
					this.database = resume();
					pass(held, held, held);
				}
				if (catchUp) {
					commit();
				}
				catchUpAt = catchUp ? System.nanoTime() + this.properties.catchUpPeriod().toNanos() : catchUpAt;
				failed = false;
			}
			catch (RuntimeException ex) {
				logger.warn("The index could not be brought up to date; all slots are looked at again", ex);
				catchUpAt = System.nanoTime();
				rest = AFTER_FAILURE;
				failed = true;
			}
			this.dirty.gather(rest);
		}
		// After a failure the index may have documents of slots that the commit would not
		// name.
		if (!failed) {
			commit();
		}
	}

	/**
	 * Goes on from what the index was kept with, unless it is of another database, or of
	 * a later state than the database is in, because that was restored from a backup.
	 * @return which database it is
	 */
	private String resume() {
		IndexCommit kept = this.index.committed();
		String present = this.documents.database();
		if (!kept.database().equals(present)) {
			if (kept.slots().size() > 0) {
				logger.warn("The index is of another database and is built anew");
				beginAnew();
			}
			return present;
		}
		long[] latest = this.documents.versions();
		kept.slots().stream().forEach((slot) -> {
			if (kept.versions()[slot] <= latest[slot]) {
				this.versions[slot] = kept.versions()[slot];
			}
			else {
				unload(slot);
			}
		});
		refresh();
		return present;
	}

	/** What is not kept is only loaded again. */
	private void commit() {
		if (this.database == null || !this.uncommitted || !this.index.isOpen()) {
			return;
		}
		try {
			this.index.commit(new IndexCommit(this.database, this.versions));
			this.uncommitted = false;
		}
		catch (IOException ex) {
			logger.warn("The index could not be committed", ex);
		}
	}

	/**
	 * The index is derived data: one that broke is thrown away and loaded again. The
	 * replica is not ready meanwhile.
	 */
	private void beginAnew() {
		this.loaded = SlotSet.EMPTY;
		Arrays.fill(this.versions, IndexCommit.NOTHING);
		try {
			this.index.reopen();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void pass(SlotSet held, SlotSet due, SlotSet marked) {
		// Also those that a pass before removed, or began to load, and then failed.
		SlotSet present = this.index.slots();
		SlotSet lost = present.minus(held);
		this.index.mayHave(present.or(held));
		lost.stream().forEach(this::unload);
		long[] seen = this.versions.clone();
		var counts = new Object() {
			int applied;

			int repaired;

		};
		if (due.size() > 0) {
			this.documents.changes(due, this.versions, (document) -> {
				int slot = document.slot();
				apply(document);
				seen[slot] = document.version();
				counts.applied++;
				counts.repaired += (this.versions[slot] != IndexCommit.NOTHING && !marked.contains(slot)) ? 1 : 0;
			});
		}
		if (counts.applied > 0 || lost.size() > 0) {
			refresh();
			this.uncommitted = true;
		}
		due.stream().forEach((slot) -> this.versions[slot] = Math.max(seen[slot], 0));
		this.applied.increment(counts.applied);
		this.repaired.increment(counts.repaired);
		this.index.mayHave(held);
		SlotSet complete = SlotSet.of(held.stream().filter((slot) -> this.versions[slot] != IndexCommit.NOTHING));
		if (!complete.equals(this.loaded)) {
			this.loaded = complete;
			this.uncommitted = true;
			logger.info("Caught up: {} documents of {} slots", this.index.size(), complete.size());
		}
	}

	private void apply(Document document) {
		try {
			this.index.apply(document);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void unload(int slot) {
		try {
			this.index.removeSlot(slot);
			this.versions[slot] = IndexCommit.NOTHING;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void refresh() {
		try {
			this.index.refresh();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void start() {
		this.thread = Thread.ofPlatform().name("index").start(() -> {
			try {
				follow();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		});
	}

	/** Not by interruption, which would close the index's files under the writer. */
	@Override
	public void stop() {
		Thread running = this.thread;
		this.dirty.close();
		if (running != null) {
			try {
				running.join(Duration.ofSeconds(10));
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}
		this.thread = null;
	}

	@Override
	public boolean isRunning() {
		return this.thread != null;
	}

}
