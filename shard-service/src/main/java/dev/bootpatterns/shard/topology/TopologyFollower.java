package dev.bootpatterns.shard.topology;

import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

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
 * Keeps the topology in force at hand, as the elected owner wrote it into the database.
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

	private volatile @Nullable Topology topology;

	private volatile @Nullable ScheduledExecutorService poller;

	private boolean failing;

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
		Topology current = this.topology;
		return (current != null) ? current.epoch() : 0;
	}

	/**
	 * The slots that this replica serves.
	 * @return its slots; none while no topology is known
	 */
	public SlotSet ownSlots() {
		Topology current = this.topology;
		return (current != null) ? current.slotsOf(this.properties.id()) : SlotSet.EMPTY;
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
			throw new MisdirectedRequestException(slot, this.properties.id(), epoch());
		}
		return slot;
	}

	void poll() {
		try {
			Optional<String> document = this.jdbc.sql("select document from owner.topology")
				.query(String.class)
				.optional();
			document.ifPresent(this::accept);
			this.failing = false;
		}
		catch (DataAccessException | JacksonException | IllegalArgumentException ex) {
			if (!this.failing) {
				logger.warn("Cannot read the topology; staying with epoch {}: {}", epoch(), ex.getMessage());
			}
			this.failing = true;
		}
	}

	private void accept(String document) {
		Topology current = this.topology;
		Topology read = Topology.of(this.json.readValue(document, TopologyDocument.class));
		if (current == null || read.epoch() > current.epoch()) {
			this.topology = read;
			logger.info("Topology of epoch {}: this shard owns the slots {}", read.epoch(), ownSlots());
			this.events.publishEvent(new TopologyChanged(read.epoch(), ownSlots()));
		}
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

}
