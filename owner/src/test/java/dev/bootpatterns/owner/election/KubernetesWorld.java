package dev.bootpatterns.owner.election;

import java.time.InstantSource;
import java.util.function.LongSupplier;

import com.zaxxer.hikari.HikariDataSource;
import dev.bootpatterns.owner.support.TestDatabase;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Leases at an API server, with the fence in a real PostgreSQL. */
final class KubernetesWorld implements LeaseWorld {

	private final KubernetesClient client;

	private final String namespace;

	private final Runnable end;

	private final HikariDataSource pool = TestDatabase.migrated().pool();

	private final PostgresFence fence = new PostgresFence(JdbcClient.create(this.pool),
			new TransactionTemplate(new JdbcTransactionManager(this.pool)));

	private final FencedOperations fenced = new FencedOperations(JdbcClient.create(this.pool),
			new JdbcTransactionManager(this.pool), Times.of(10_000, 1000, 2000, 2000), new SimpleMeterRegistry());

	/**
	 * A world at an API server.
	 * @param client of it; closed with the world
	 * @param namespace where the objects are
	 * @param end what is left to do before the client is closed
	 */
	KubernetesWorld(KubernetesClient client, String namespace, Runnable end) {
		this.client = client;
		this.namespace = namespace;
		this.end = end;
	}

	String namespace() {
		return this.namespace;
	}

	NonNamespaceOperation<Lease, LeaseList, Resource<Lease>> leases() {
		return this.client.leases().inNamespace(this.namespace);
	}

	PostgresFence fence() {
		return this.fence;
	}

	@Override
	public LeaseStore process(LongSupplier nanoTime, InstantSource wallClock, Runnable hiccup) {
		return new KubernetesLeaseStore(this.client, new ElectionProperties.Kubernetes(this.namespace, "test"),
				new Hiccuping(hiccup), nanoTime, wallClock);
	}

	@Override
	public void time(long nanos) {
	}

	@Override
	public boolean effect(Term term) {
		try {
			return this.fenced.inTransaction(term, () -> true);
		}
		catch (StaleTermException ex) {
			return false;
		}
	}

	@Override
	public void close() {
		this.end.run();
		this.client.close();
		this.pool.close();
	}

	/** Between the requests to the API server the database may be slow, or away. */
	private final class Hiccuping implements Fence {

		private final Runnable hiccup;

		Hiccuping(Runnable hiccup) {
			this.hiccup = hiccup;
		}

		@Override
		public long highest(String name) {
			this.hiccup.run();
			return KubernetesWorld.this.fence.highest(name);
		}

		@Override
		public boolean raise(String name, String holder, long term) {
			this.hiccup.run();
			return KubernetesWorld.this.fence.raise(name, holder, term);
		}

		@Override
		public boolean isInForce(String name, long term) {
			this.hiccup.run();
			return KubernetesWorld.this.fence.isInForce(name, term);
		}

		@Override
		public void end(String name, long term) {
			this.hiccup.run();
			KubernetesWorld.this.fence.end(name, term);
		}

	}

}
