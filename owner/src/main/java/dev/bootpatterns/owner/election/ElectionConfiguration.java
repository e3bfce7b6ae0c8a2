package dev.bootpatterns.owner.election;

import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Election over PostgreSQL, through a pool of its own: a busy pool must not cost the
 * lease, and here every wait is shorter than the lease.
 */
@Configuration(proxyBeanMethods = false)
class ElectionConfiguration {

	/** The one lease of this release. */
	static final String OWNER = "owner";

	@Bean(defaultCandidate = false)
	HikariDataSource leaseDataSource(JdbcConnectionDetails database) {
		HikariConfig pool = new HikariConfig();
		pool.setPoolName("lease");
		pool.setJdbcUrl(database.getJdbcUrl());
		pool.setUsername(database.getUsername());
		pool.setPassword(database.getPassword());
		pool.setMaximumPoolSize(2);
		pool.setMinimumIdle(1);
		pool.setConnectionTimeout(1500);
		pool.setValidationTimeout(1000);
		// A lease that is there a little later is better than a service that is not.
		pool.setInitializationFailTimeout(-1);
		pool.addDataSourceProperty("connectTimeout", "1");
		pool.addDataSourceProperty("socketTimeout", "2");
		pool.addDataSourceProperty("tcpKeepAlive", "true");
		pool.addDataSourceProperty("options", "-c statement_timeout=1500 -c idle_in_transaction_session_timeout=2000");
		return new HikariDataSource(pool);
	}

	@Bean
	LeaseStore leaseStore(@Qualifier("leaseDataSource") DataSource database) {
		return new PostgresLeaseStore(JdbcClient.create(database),
				new TransactionTemplate(new JdbcTransactionManager(database)));
	}

	@Bean
	LeaseLock leaseLock(LeaseStore store, OwnerProperties owner, ElectionProperties times) {
		return new LeaseLock(store, OWNER, identity(owner), times, System::nanoTime, Pause.REAL);
	}

	@Bean
	Leadership leadership(LeaseLock lock, MeterRegistry meters) {
		return new Leadership(lock, meters);
	}

	@Bean
	Elector elector(LeaseLock lock, OwnerProperties owner, ElectionProperties times, List<LeaderTask> tasks) {
		return new Elector(OWNER, owner.id(), lock, times, tasks);
	}

	/** A replica that comes back under its name is another holder. */
	private static String identity(OwnerProperties owner) {
		return owner.id() + "/" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong(), 8);
	}

}
