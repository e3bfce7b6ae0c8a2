package dev.bootpatterns.owner.election;

import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.Assert;

/**
 * Election over PostgreSQL or Kubernetes. The database has a pool of its own for it: a
 * busy pool must not cost a lease, and here every wait is shorter than the lease.
 */
@Configuration(proxyBeanMethods = false)
class ElectionConfiguration {

	private static final String STORE = "owner.election.store";

	/** For a renewal and a look at the same time, questions by HTTP, and the news. */
	private static final int CONNECTIONS = 4;

	@Bean(defaultCandidate = false)
	HikariDataSource leaseDataSource(JdbcConnectionDetails database) {
		HikariConfig pool = new HikariConfig();
		pool.setPoolName("lease");
		pool.setJdbcUrl(database.getJdbcUrl());
		pool.setUsername(database.getUsername());
		pool.setPassword(database.getPassword());
		pool.setMaximumPoolSize(CONNECTIONS);
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
	@ConditionalOnProperty(name = STORE, havingValue = "postgres", matchIfMissing = true)
	LeaseStore leaseStore(@Qualifier("leaseDataSource") DataSource database) {
		return new PostgresLeaseStore(JdbcClient.create(database), transactions(database));
	}

	@Bean
	LeaseHistory leaseHistory(JdbcClient jdbc) {
		return new LeaseHistory(jdbc);
	}

	@Bean
	Leadership leadership(LeaseStore store, OwnerProperties owner, ElectionProperties times, MeterRegistry meters) {
		Leadership leadership = new Leadership(meters);
		String identity = identity(owner);
		for (String role : owner.roles()) {
			leadership.add(new LeaseLock(store, role, identity, times, () -> leadership.rolesBeside(role),
					System::nanoTime, Pause.real()));
		}
		return leadership;
	}

	@Bean
	Electors electors(Leadership leadership, OwnerProperties owner, ElectionProperties times, List<LeaderTask> tasks,
			@Qualifier("leaseDataSource") DataSource database) {
		TreeSet<String> roles = tasks.stream().map(LeaderTask::role).collect(Collectors.toCollection(TreeSet::new));
		for (String role : owner.roles()) {
			Assert.state(roles.contains(role),
					() -> "owner.roles: there is no role '%s', only %s".formatted(role, String.join(", ", roles)));
		}
		List<Elector> electors = leadership.locks()
			.stream()
			.map((lock) -> new Elector(owner.id(), lock, times,
					tasks.stream().filter((task) -> task.role().equals(lock.name())).toList()))
			.toList();
		return new Electors(electors, times, (released) -> new ReleaseNews(database, times, released));
	}

	/** A replica that comes back under its name is another holder. */
	private static String identity(OwnerProperties owner) {
		return owner.id() + "/" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong(), 8);
	}

	private static TransactionTemplate transactions(DataSource database) {
		return new TransactionTemplate(new JdbcTransactionManager(database));
	}

	/**
	 * Leases in Kubernetes. Nothing of its client is touched otherwise.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnProperty(name = STORE, havingValue = "kubernetes")
	static class KubernetesElection {

		/** Every wait is shorter than the lease here, too. */
		@Bean
		KubernetesClient kubernetesClient() {
			Config config = new ConfigBuilder(Config.autoConfigure(null)).withConnectionTimeout(1000)
				.withRequestTimeout(2000)
				.withRequestRetryBackoffLimit(0)
				.build();
			return new KubernetesClientBuilder().withConfig(config).build();
		}

		@Bean
		LeaseStore leaseStore(KubernetesClient client, ElectionProperties election,
				@Qualifier("leaseDataSource") DataSource database) {
			ElectionProperties.Kubernetes place = election.kubernetes();
			Assert.state(place != null, "owner.election.kubernetes.namespace is missing");
			return new KubernetesLeaseStore(client, place,
					new PostgresFence(JdbcClient.create(database), transactions(database)), System::nanoTime,
					InstantSource.system());
		}

	}

}
