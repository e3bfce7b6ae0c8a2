package dev.bootpatterns.owner.scaling;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The workers whose reports came lately, in the database, so that any replica knows them.
 * <p>
 * What is written is an observation and no effect: it needs no fence, and a report of a
 * worker that an owner before noted says the same.
 */
@Component
public class Workers {

	private static final Log log = LogFactory.getLog(Workers.class);

	private static final int MOST = 10_000;

	private final JdbcClient jdbc;

	Workers(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Notes who has reported. That may be lost: a worker that goes on reports again.
	 * @param concurrency how many items each handles at a time, by its name
	 */
	public void seen(Map<String, Integer> concurrency) {
		if (concurrency.isEmpty()) {
			return;
		}
		Map<String, Integer> sorted = new TreeMap<>(concurrency);
		sorted.replaceAll((worker, items) -> Math.clamp(items, 1, MOST));
		try {
			this.jdbc.sql("""
					insert into owner.worker as w (id, concurrency)
					select * from unnest(:ids::text[], :concurrency::int[])
					    on conflict (id) do update set concurrency = excluded.concurrency, seen_at = excluded.seen_at
					 where w.concurrency <> excluded.concurrency or w.seen_at < excluded.seen_at - interval '5 s'""")
				.param("ids", sorted.keySet().toArray(String[]::new))
				.param("concurrency", sorted.values().toArray(Integer[]::new))
				.update();
			this.jdbc.sql("delete from owner.worker where seen_at < clock_timestamp() - interval '1 h'").update();
		}
		catch (DataAccessException ex) {
			log.debug("Who works could not be noted", ex);
		}
	}

	/**
	 * Those whose reports came within the last minute; at work, one reports every 15 s.
	 */
	List<Worker> lately() {
		return this.jdbc.sql(
				"select id, concurrency from owner.worker where seen_at > clock_timestamp() - interval '1 min' order by id")
			.query((row, number) -> new Worker(row.getString("id"), row.getInt("concurrency")))
			.list();
	}

	/**
	 * A worker.
	 *
	 * @param id its name
	 * @param concurrency how many items it handles at a time
	 */
	record Worker(String id, int concurrency) {
	}

}
