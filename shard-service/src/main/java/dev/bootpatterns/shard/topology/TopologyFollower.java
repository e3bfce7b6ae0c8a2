package dev.bootpatterns.shard.topology;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import dev.bootpatterns.shard.ShardProperties;
import dev.bootpatterns.sharding.SlotSet;
import dev.bootpatterns.sharding.Slots;
import dev.bootpatterns.sharding.Topology;
import dev.bootpatterns.sharding.TopologyDocument;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Keeps the topology in force at hand, as the elected owner wrote it into the database,
 * and while it is being changed the one before or after it.
 * <p>
 * It is read from the database, which a replica needs anyway, and not from the owner: so
 * a replica starts and follows while no owner runs. When the database cannot be read, the
 * last topology stays.
 */
@Component
public class TopologyFollower implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(TopologyFollower.class);

	private final ShardProperties properties;

	private final JdbcClient jdbc;

	private final JsonMapper json;

	private final ApplicationEventPublisher events;

	private volatile @Nullable Known known;

	private volatile @Nullable ScheduledExecutorService poller;

	private volatile boolean failing;

	TopologyFollower(ShardProperties properties, JdbcClient jdbc, JsonMapper json, ApplicationEventPublisher events) {
		this.events = events;
		this.properties = properties;
		this.jdbc = jdbc;
		this.json = json;
	}

	/**
	 * The epoch of the topology in force.
	 * @return the epoch; 0 while none is known
	 */
	public long epoch() {
		Known now = this.known;
		return (now != null) ? now.inForce().epoch() : 0;
	}

	/**
	 * The shards of the topology in force.
	 * @return how many it has; 0 while none is known
	 */
	public int shards() {
		Known now = this.known;
		return (now != null) ? now.inForce().shards() : 0;
	}

	/**
	 * The slots that this replica serves.
	 * @return its slots; none while no topology is known
	 */
	public SlotSet ownSlots() {
		Known now = this.known;
		return (now != null) ? slotsIn(now.inForce()) : SlotSet.EMPTY;
	}

	/**
	 * The slots whose documents this replica is to have: those that it serves, those that
	 * it is about to receive, and those that it gave away and that searches under the
	 * topology before still ask for.
	 * @return its slots; none while no topology is known
	 */
	public SlotSet heldSlots() {
		Known now = this.known;
		return (now != null) ? now.topologies().map(this::slotsIn).reduce(SlotSet.EMPTY, SlotSet::or) : SlotSet.EMPTY;
	}

	/**
	 * The newest topology of which this replica has everything that its shard owns.
	 * @param loaded the slots that it has
	 * @return the topology's epoch; 0 if there is none
	 */
	public long preparedEpoch(SlotSet loaded) {
		Known now = this.known;
		return (now != null) ? now.topologies()
			.filter((topology) -> slotsIn(topology).minus(loaded).size() == 0)
			.mapToLong(Topology::epoch)
			.max()
			.orElse(0) : 0;
	}

	private SlotSet slotsIn(Topology topology) {
		return topology.slotsOf(this.properties.id());
	}

	/**
	 * Refuses a key whose slot belongs to another shard.
	 * @param key a document's id
	 * @return the key's slot
	 * @throws MisdirectedRequestException if this replica does not serve it
	 */
	public int requireOwnSlot(String key) {
		int slot = Slots.of(key);
		if (!ownSlots().contains(slot)) {
			throw new MisdirectedRequestException(
					"Slot %d does not belong to shard %d at epoch %d".formatted(slot, this.properties.id(), epoch()),
					epoch());
		}
		return slot;
	}

	/**
	 * The slots that this replica serves under a topology: the one in force, or, while
	 * routers may not have that one yet, the one before.
	 * @param epoch the topology's epoch
	 * @return its slots
	 * @throws MisdirectedRequestException if it is neither
	 */
	public SlotSet requireSlotsAt(long epoch) {
		Known now = this.known;
		return ((now != null) ? now.served() : Stream.<Topology>empty()).filter((topology) -> topology.epoch() == epoch)
			.findFirst()
			.map(this::slotsIn)
			.orElseThrow(() -> new MisdirectedRequestException(
					"Epoch %d is not served at epoch %d".formatted(epoch, epoch()), epoch()));
	}

	/**
	 * Reads the topology now, if the caller knows of a newer one than this replica: a
	 * router may be ahead by a moment. Not while the database cannot be read: requests
	 * would wait for it one after the other, and searches do not need it.
	 * @param epoch that the caller knows of
	 */
	void catchUpWith(long epoch) {
		if (epoch > epoch() && !this.failing) {
			synchronized (this) {
				if (epoch > epoch() && !this.failing) {
					poll();
				}
			}
		}
	}

	synchronized void poll() {
		try {
			this.jdbc.sql("""
					select topology.document as in_force, change.state, change.source, change.target
					from owner.topology
					left join owner.topology_change as change on change.state in ('PREPARING', 'SWITCHED')""")
				.query((row, number) -> read(row))
				.optional()
				.ifPresent(this::accept);
			this.failing = false;
		}
		catch (DataAccessException | JacksonException | IllegalArgumentException ex) {
			if (!this.failing) {
				logger.warn("Cannot read the topology; staying with epoch {}: {}", epoch(), ex.getMessage());
			}
			this.failing = true;
		}
	}

	private Known read(ResultSet row) throws SQLException {
		Topology inForce = topology(row.getString("in_force"));
		String state = row.getString("state");
		return new Known(inForce, "SWITCHED".equals(state) ? topology(row.getString("source")) : null,
				"PREPARING".equals(state) ? topology(row.getString("target")) : null);
	}

	private Topology topology(String document) {
		return Topology.of(this.json.readValue(document, TopologyDocument.class));
	}

	private void accept(Known read) {
		Known before = this.known;
		if (read.equals(before) || read.inForce().epoch() < epoch()) {
			return;
		}
		this.known = read;
		if (before == null || !before.inForce().equals(read.inForce())) {
			logger.info("Topology of epoch {}: this shard owns the slots {}", epoch(), ownSlots());
		}
		this.events.publishEvent(new TopologyChanged(heldSlots()));
	}

	@Override
	public void start() {
		ScheduledExecutorService scheduler = Executors
			.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("topology").factory());
		var _ = scheduler.scheduleWithFixedDelay(this::poll, 0, this.properties.topologyPeriod().toMillis(),
				TimeUnit.MILLISECONDS);
		this.poller = scheduler;
	}

	@Override
	public void stop() {
		ScheduledExecutorService scheduler = this.poller;
		if (scheduler != null) {
			scheduler.shutdownNow();
			this.poller = null;
		}
	}

	@Override
	public boolean isRunning() {
		return this.poller != null;
	}

	/**
	 * What the database says.
	 *
	 * @param inForce the topology in force
	 * @param before the one before, while its copies are kept
	 * @param next the one that is being prepared
	 */
	private record Known(Topology inForce, @Nullable Topology before, @Nullable Topology next) {

		Stream<Topology> served() {
			return Stream.concat(Stream.of(this.inForce), Stream.ofNullable(this.before));
		}

		Stream<Topology> topologies() {
			return Stream.concat(served(), Stream.ofNullable(this.next));
		}

	}

}
