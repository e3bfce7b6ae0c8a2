package dev.bootpatterns.shard.topology;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import dev.bootpatterns.shard.ShardProperties;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Announces this replica in the database, once a period: where it is and how far. The
 * owner waits for its replicas by that, and routers learn of them from the owner. A
 * replica that stops takes itself out; one that died is silent. One that has no address
 * to advertise is announced to nobody. On the way it learns where the others are.
 */
@Component
class Announcements implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(Announcements.class);

	private final ShardProperties properties;

	private final TopologyFollower topology;

	private final LoadedSlots index;

	private final Siblings siblings;

	private final JdbcClient jdbc;

	private volatile @Nullable ScheduledExecutorService announcer;

	private boolean failing;

	Announcements(ShardProperties properties, TopologyFollower topology, LoadedSlots index, Siblings siblings,
			JdbcClient jdbc) {
		this.properties = properties;
		this.topology = topology;
		this.index = index;
		this.siblings = siblings;
		this.jdbc = jdbc;
	}

	private void announce() {
		try {
			this.jdbc
				.sql("""
						insert into documents.replica (shard, replica, uri, zone, epoch, prepared_epoch)
						values (:shard, :replica, :uri, :zone, :epoch, :prepared)
						on conflict (shard, replica) do update set uri = excluded.uri, zone = excluded.zone,
						    epoch = excluded.epoch, prepared_epoch = excluded.prepared_epoch, seen_at = clock_timestamp()""")
				.param("shard", this.properties.id())
				.param("replica", this.properties.replica())
				.param("uri", this.properties.advertisedUri())
				.param("zone", this.properties.zone())
				.param("epoch", this.topology.epoch())
				.param("prepared", this.topology.preparedEpoch(this.index.loaded()))
				.update();
			lookAround();
			this.failing = false;
		}
		catch (DataAccessException ex) {
			if (!this.failing) {
				logger.warn("This replica cannot be announced; routers keep what they know: {}", ex.getMessage());
			}
			this.failing = true;
		}
	}

	private void lookAround() {
		Map<String, String> uris = new HashMap<>();
		this.jdbc.sql("select replica, uri from documents.replica where shard = ? and replica <> ?")
			.params(this.properties.id(), this.properties.replica())
			.query((row) -> {
				uris.put(row.getString("replica"), row.getString("uri"));
			});
		this.siblings.are(uris);
	}

	private void withdraw() {
		try {
			this.jdbc.sql("delete from documents.replica where shard = :shard and replica = :replica and uri = :uri")
				.param("shard", this.properties.id())
				.param("replica", this.properties.replica())
				.param("uri", this.properties.advertisedUri())
				.update();
		}
		catch (DataAccessException ex) {
			logger.debug("Not withdrawn; others see that it is silent", ex);
		}
	}

	/** After the web server, which then answers; before it when stopping. */
	@Override
	public int getPhase() {
		return Integer.MAX_VALUE;
	}

	@Override
	public void start() {
		if (this.properties.advertisedUri() == null) {
			logger.info("No shard.advertised-uri: no router learns of this replica");
			return;
		}
		ScheduledExecutorService scheduler = Executors
			.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("announcements").factory());
		var _ = scheduler.scheduleWithFixedDelay(this::announce, 0, this.properties.announcePeriod().toMillis(),
				TimeUnit.MILLISECONDS);
		this.announcer = scheduler;
	}

	@Override
	public void stop() {
		ScheduledExecutorService scheduler = this.announcer;
		if (scheduler != null) {
			scheduler.close();
			this.announcer = null;
			withdraw();
		}
	}

	@Override
	public boolean isRunning() {
		return this.announcer != null;
	}

}
