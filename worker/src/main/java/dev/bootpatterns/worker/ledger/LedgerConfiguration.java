package dev.bootpatterns.worker.ledger;

import com.zaxxer.hikari.HikariDataSource;
import dev.bootpatterns.worker.OutputProperties;
import org.flywaydb.core.Flyway;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The ledger, if there is a database.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("worker.database.url")
class LedgerConfiguration {

	static final String SCHEMA = "work_ledger";

	/**
	 * One connection for each item that may be in progress, and at least the two that the
	 * migration holds at a time.
	 */
	@Bean
	HikariDataSource workDatabase(DatabaseProperties properties,
			@Value("${worker.max-concurrency}") int maxConcurrency) {
		HikariDataSource pool = new HikariDataSource();
		pool.setPoolName("worker");
		pool.setJdbcUrl(properties.url());
		pool.setUsername(properties.username());
		pool.setPassword(properties.password());
		pool.setMaximumPoolSize(Math.max(2, maxConcurrency));
		pool.setMinimumIdle(0);
		pool.setConnectionTimeout(properties.deadline().toMillis());
		return pool;
	}

	/**
	 * The table is made before the first item; nothing is written where it is there, so
	 * the worker's own user need not be allowed to make one.
	 */
	@Bean
	Ledger ledger(HikariDataSource workDatabase, DatabaseProperties properties, OutputProperties outputs) {
		Flyway.configure()
			.dataSource(workDatabase)
			.schemas(SCHEMA)
			.defaultSchema(SCHEMA)
			.locations("classpath:db/ledger")
			.load()
			.migrate();
		return new Ledger(JdbcClient.create(workDatabase),
				new TransactionTemplate(new JdbcTransactionManager(workDatabase)), properties.deadline(), outputs);
	}

}
