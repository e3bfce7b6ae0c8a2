package dev.bootpatterns.shard.heat;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import dev.bootpatterns.shard.ShardProperties;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Writes down once a period what was measured, for the owner, who cools hot shards by it.
 * A replica that is asked for nothing writes nothing.
 */
@Component
class HeatReport implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(HeatReport.class);

	/** Rates below it are as good as none. */
	private static final double NOTHING = 0.01;

	private final ShardProperties properties;

	private final Heat heat;

	private final JdbcClient jdbc;

	private final JsonMapper json;

	private volatile @Nullable ScheduledExecutorService reporter;

	private long last;

	private boolean cold = true;

	HeatReport(ShardProperties properties, Heat heat, JdbcClient jdbc, JsonMapper json) {
		this.properties = properties;
		this.heat = heat;
		this.jdbc = jdbc;
		this.json = json;
	}

	private void report() {
		long now = System.nanoTime();
		Heat.Measured measured = this.heat.measure(Duration.ofNanos(now - this.last));
		this.last = now;
		boolean wasCold = this.cold;
		this.cold = measured.rates().total() < NOTHING;
		if (this.cold && wasCold) {
			return;
		}
		try {
			this.jdbc.sql("""
					insert into documents.heat (shard, replica, rates, seconds, hot_keys)
					values (:shard, :replica, :rates::real[], :seconds, :keys::jsonb)
					on conflict (shard, replica) do update set rates = excluded.rates, seconds = excluded.seconds,
					    hot_keys = excluded.hot_keys, seen_at = clock_timestamp()""")
				.param("shard", this.properties.id())
				.param("replica", this.properties.replica())
				.param("rates", rates(measured))
				.param("seconds", measured.rates().window())
				.param("keys", this.json.writeValueAsString(measured.hotKeys()))
				.update();
		}
		catch (DataAccessException ex) {
			logger.debug("Heat is not reported this time", ex);
		}
	}

	private static String rates(Heat.Measured measured) {
		return Arrays.toString(toFloats(measured.rates().perSecond())).replace('[', '{').replace(']', '}');
	}

	private static float[] toFloats(double[] values) {
		float[] floats = new float[values.length];
		for (int i = 0; i < values.length; i++) {
			floats[i] = (float) values[i];
		}
		return floats;
	}

	@Override
	public void start() {
		this.last = System.nanoTime();
		ScheduledExecutorService scheduler = Executors
			.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("heat").factory());
		long period = this.properties.heatPeriod().toMillis();
		var _ = scheduler.scheduleWithFixedDelay(this::report, period, period, TimeUnit.MILLISECONDS);
		this.reporter = scheduler;
	}

	@Override
	public void stop() {
		ScheduledExecutorService scheduler = this.reporter;
		if (scheduler != null) {
			scheduler.shutdownNow();
			this.reporter = null;
		}
	}

	@Override
	public boolean isRunning() {
		return this.reporter != null;
	}

}
