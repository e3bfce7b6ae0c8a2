package dev.bootpatterns.owner.election;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * On the API server of the cluster that the environment names ({@code KUBECONFIG}), in a
 * namespace of its own that goes away afterwards. Only when asked for: the cluster may be
 * anybody's.
 */
@EnabledIfSystemProperty(named = "kubernetes.tests", matches = "true",
		disabledReason = "needs a cluster: -Dkubernetes.tests=true")
class KubernetesClusterTests extends KubernetesContract {

	KubernetesClusterTests() {
		super(cluster());
	}

	private static KubernetesWorld cluster() {
		KubernetesClient client = new KubernetesClientBuilder().build();
		String namespace = client.namespaces()
			.resource(new NamespaceBuilder().withNewMetadata()
				.withGenerateName("boot-patterns-leases-")
				.endMetadata()
				.build())
			.create()
			.getMetadata()
			.getName();
		return new KubernetesWorld(client, namespace, () -> client.namespaces().withName(namespace).delete());
	}

}
