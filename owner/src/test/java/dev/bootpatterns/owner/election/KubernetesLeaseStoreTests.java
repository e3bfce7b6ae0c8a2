package dev.bootpatterns.owner.election;

import java.time.Duration;
import java.util.HashMap;

import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** On fabric8's mock of the API server: runs everywhere, and counts requests. */
class KubernetesLeaseStoreTests extends KubernetesContract {

	private final KubernetesMockServer server;

	KubernetesLeaseStoreTests() {
		KubernetesMockServer mock = new KubernetesMockServer(new Context(), new MockWebServer(), new HashMap<>(),
				new KubernetesCrudDispatcher(), false);
		mock.init();
		super(new KubernetesWorld(mock.createClient(), "suite", mock::destroy));
		this.server = mock;
	}

	@Test
	void look_isOneRequest() {
		String lease = lease();
		process().acquire(lease, "a", Duration.ofSeconds(10));
		LeaseStore b = process();
		int before = this.server.getRequestCount();
		b.find(lease);
		assertThat(this.server.getRequestCount() - before).isEqualTo(1);
	}

}
