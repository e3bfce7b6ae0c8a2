package dev.bootpatterns.system.kubernetes;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.Job;

/**
 * The objects that a kustomization stands for.
 *
 * @param name what was built
 * @param objects all of them, in their order
 */
record Built(String name, List<HasMetadata> objects) {

	static final Set<String> MODULES = Set.of("gateway", "shard-service", "owner", "worker", "topz-sidecar",
			"log-adapter");

	<T extends HasMetadata> List<T> all(Class<T> type) {
		return this.objects.stream().filter(type::isInstance).map(type::cast).toList();
	}

	<T extends HasMetadata> Optional<T> named(Class<T> type, String name) {
		return all(type).stream().filter((object) -> object.getMetadata().getName().equals(name)).findFirst();
	}

	/** Of all workloads. */
	List<PodTemplateSpec> templates() {
		return this.objects.stream().<PodTemplateSpec>mapMulti((object, next) -> {
			switch (object) {
				case Deployment deployment -> next.accept(deployment.getSpec().getTemplate());
				case StatefulSet set -> next.accept(set.getSpec().getTemplate());
				case Job job -> next.accept(job.getSpec().getTemplate());
				default -> {
				}
			}
		}).toList();
	}

	/** The sidecars, and those beside them. */
	static List<Container> containers(PodSpec pod) {
		return Stream.concat(pod.getInitContainers().stream(), pod.getContainers().stream()).toList();
	}

	/** Of which module of ours its image is. */
	static Optional<String> module(Container container) {
		return Optional.of(container.getImage().replaceFirst("^boot-patterns/", "").replaceFirst(":.*", ""))
			.filter(MODULES::contains);
	}

	@Override
	public String toString() {
		return this.name;
	}

}
