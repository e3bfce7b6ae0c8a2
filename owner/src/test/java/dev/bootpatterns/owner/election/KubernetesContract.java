package dev.bootpatterns.owner.election;

import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

import com.zaxxer.hikari.HikariDataSource;
import dev.bootpatterns.owner.support.TestDatabase;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** What leases in Kubernetes promise beyond the contract of all stores. */
abstract class KubernetesContract extends LeaseStoreContract {

	private static final Duration LEASE = Duration.ofSeconds(10);

	private final KubernetesWorld kubernetes;

	KubernetesContract(KubernetesWorld kubernetes) {
		this.kubernetes = kubernetes;
	}

	@Override
	final LeaseWorld world() {
		return this.kubernetes;
	}

	@Override
	final int seeds() {
		return 5;
	}

	@Test
	void server_refusesAnOutdatedVersion_orThisTestProvesNothing() {
		var leases = this.kubernetes.leases();
		var lease = new LeaseBuilder().withNewMetadata()
			.withName("versions")
			.withNamespace(this.kubernetes.namespace())
			.endMetadata()
			.withNewSpec()
			.withHolderIdentity("a")
			.endSpec()
			.build();
		var created = leases.resource(lease).create();
		leases.resource(new LeaseBuilder(created).editSpec().withHolderIdentity("b").endSpec().build()).update();
		assertThatExceptionOfType(KubernetesClientException.class)
			.isThrownBy(() -> leases
				.resource(new LeaseBuilder(created).editSpec().withHolderIdentity("c").endSpec().build())
				.update())
			.satisfies((ex) -> assertThat(ex.getCode()).isEqualTo(409));
	}

	@Test
	void processThatHasJustStarted_countsFromWhenItSawTheLeaseFirst() {
		String lease = lease();
		process().acquire(lease, "a", LEASE);
		pass(LEASE.multipliedBy(2));
		LeaseStore b = process();
		assertThat(b.acquire(lease, "b", LEASE)).as("may have been renewed a moment ago").isEmpty();
		pass(LEASE);
		assertThat(b.acquire(lease, "b", LEASE)).hasValue(2);
	}

	@Test
	void deletedObject_doesNotMakeTermsBeginAnew() {
		String lease = lease();
		LeaseStore a = process();
		a.acquire(lease, "a", LEASE);
		a.release(lease, "a", 1);
		a.acquire(lease, "a", LEASE);
		this.kubernetes.leases().withName("test-" + lease).delete();
		assertThat(a.renew(lease, "a", 2, LEASE)).isFalse();
		assertThat(process().acquire(lease, "b", LEASE)).hasValue(3);
		assertThat(this.kubernetes.effect(new Term(lease, 2))).isFalse();
		assertThat(this.kubernetes.effect(new Term(lease, 3))).isTrue();
	}

	@Test
	void grantWhoseFenceCannotBeRaised_isNoGrant_andTheLeaseIsFreeAgain() {
		String lease = lease();
		LeaseStore cutOff = this.kubernetes.process(() -> 0, InstantSource.system(), () -> {
			throw new IllegalStateException("the database is away");
		});
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> cutOff.acquire(lease, "a", LEASE));
		assertThat(process().acquire(lease, "b", LEASE)).isPresent();
	}

	@Test
	void grantWhoseTermTheDatabaseHasGivenMeanwhile_isNoGrant_andTheLeaseIsFreeAgain() {
		String lease = lease();
		AtomicInteger questions = new AtomicInteger();
		LeaseStore overtaken = this.kubernetes.process(() -> 0, InstantSource.system(), () -> {
			if (questions.incrementAndGet() == 2) {
				this.kubernetes.fence().raise(lease, "other", 1);
			}
		});
		assertThat(overtaken.acquire(lease, "a", LEASE)).isEmpty();
		assertThat(process().acquire(lease, "b", LEASE)).hasValue(2);
	}

	@Test
	void leaseWhoseTermTheDatabaseRefuses_isNotRenewed() {
		String lease = lease();
		LeaseStore a = process();
		a.acquire(lease, "a", LEASE);
		this.kubernetes.fence().raise(lease, "other", 2);
		assertThat(a.renew(lease, "a", 1, LEASE)).isFalse();
	}

	@Test
	void partOfASecond_isRoundedUp() {
		String lease = lease();
		process().acquire(lease, "a", Duration.ofMillis(1500));
		LeaseStore b = process();
		assertThat(b.find(lease)).isPresent();
		pass(Duration.ofMillis(1600));
		assertThat(b.acquire(lease, "b", LEASE)).isEmpty();
		pass(Duration.ofMillis(400));
		assertThat(b.acquire(lease, "b", LEASE)).hasValue(2);
	}

	@Test
	void foreignChangeOfTheObject_costsNeitherTheLease_norItself() {
		String lease = lease();
		LeaseStore a = process();
		a.acquire(lease, "a", LEASE);
		var object = this.kubernetes.leases().withName("test-" + lease);
		object.edit(
				(found) -> new LeaseBuilder(found).editMetadata().addToAnnotations("who", "me").endMetadata().build());
		assertThat(a.renew(lease, "a", 1, LEASE)).isTrue();
		assertThat(object.get().getMetadata().getAnnotations()).containsEntry("who", "me");
		assertThat(object.get().getSpec().getLeaseTransitions()).isEqualTo(1);
	}

}
