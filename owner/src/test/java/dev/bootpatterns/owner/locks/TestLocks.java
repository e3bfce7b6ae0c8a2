package dev.bootpatterns.owner.locks;

import java.time.Duration;

import javax.sql.DataSource;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;

/** Stores as replicas have them, and a database's clock that can be turned. */
final class TestLocks {

	static final int LIMIT = 1000;

	private TestLocks() {
	}

	static LockStore on(DataSource database) {
		return new LockStore(JdbcClient.create(database), new JdbcTransactionManager(database),
				new LockProperties(Duration.ofSeconds(1), Duration.ofSeconds(1), 1, LIMIT, Duration.ofHours(1)),
				new SimpleMeterRegistry());
	}

	static LockRequest request(String holder) {
		return new LockRequest(holder, Duration.ofMinutes(1));
	}

	/** As if the time of the present grant had passed. */
	static void timePasses(DataSource database, String name) {
		JdbcClient.create(database)
			.sql("update owner.named_lock set expires_at = clock_timestamp() - interval '1 ms' where name = ? and holder is not null")
			.param(name)
			.update();
	}

}
