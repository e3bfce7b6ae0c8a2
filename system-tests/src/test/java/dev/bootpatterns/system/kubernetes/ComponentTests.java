package dev.bootpatterns.system.kubernetes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

/**
 * What is put together with a few lines, as the documentation says it: sidecars beside
 * applications that are not ours, and a Job beside an overlay.
 */
@EnabledIf(value = "dev.bootpatterns.system.kubernetes.Kustomize#isThere",
		disabledReason = "SKIPPED: there is no kustomize here, nor a kubectl that knows components")
class ComponentTests {

	@Test
	void sidecars_areNative_andPlainWithTheComponentForOldClusters() {
		List<HasMetadata> plain = Kustomize.build(Kustomize.baseWith(List.of("topz", "log-adapter", "plain-sidecars")));
		Built old = new Built("plain", plain);
		assertThat(old.templates()).flatExtracting((template) -> template.getSpec().getInitContainers()).isEmpty();
		assertThat(old.templates()).flatExtracting((template) -> template.getSpec().getContainers())
			.extracting(Container::getName)
			.contains("topz-sidecar", "log-adapter");
		assertThat(old.templates()).flatExtracting((template) -> template.getSpec().getContainers())
			.allSatisfy((container) -> assertThat(container.getRestartPolicy()).isNull());
		Built now = new Built("native", Kustomize.build(Kustomize.baseWith(List.of("topz", "log-adapter"))));
		assertThat(now.templates()).flatExtracting((template) -> template.getSpec().getInitContainers())
			.extracting(Container::getName, Container::getRestartPolicy)
			.containsExactlyInAnyOrder(tuple("topz-sidecar", "Always"), tuple("log-adapter", "Always"));
	}

	/** The lines of k8s/README.md. */
	@Test
	void readme_addsTopzToADeploymentThatIsNotOurs() throws IOException {
		String readme = Files.readString(Kustomize.FOLDER.resolve("README.md"));
		String lines = readme.substring(readme.indexOf("resources: [my-app.yaml]"));
		Path app = Files.createDirectories(Path.of("target")).resolve("my-app.yaml");
		Files.writeString(app, """
				apiVersion: apps/v1
				kind: Deployment
				metadata: { name: my-app, labels: { bootpatterns.dev/topz: "true" } }
				spec:
				  selector: { matchLabels: { app: my-app } }
				  template:
				    metadata: { labels: { app: my-app } }
				    spec:
				      initContainers: [{ name: own, image: busybox }]
				      containers: [{ name: my-app, image: nginx }]
				""");
		List<HasMetadata> built = Kustomize.build(lines.substring(0, lines.indexOf("```"))
			.replaceAll("\\[\\S*/components/topz", "[../../components/topz"), app);
		Deployment deployment = (Deployment) built.getFirst();
		PodSpec pod = deployment.getSpec().getTemplate().getSpec();
		assertThat(pod.getShareProcessNamespace()).isTrue();
		assertThat(pod.getContainers()).extracting(Container::getName).containsExactly("my-app");
		assertThat(pod.getInitContainers()).extracting(Container::getName)
			.containsExactlyInAnyOrder("own", "topz-sidecar");
		assertThat(pod.getInitContainers()).extracting(Container::getImage).contains("registry.example/topz-sidecar");
	}

	@Test
	void logAdapter_takesTheVolumeThatTheApplicationHas() throws IOException {
		Path app = Files.createDirectories(Path.of("target")).resolve("my-logs.yaml");
		Files.writeString(app, """
				apiVersion: apps/v1
				kind: StatefulSet
				metadata: { name: my-logs, labels: { bootpatterns.dev/log-adapter: "true" } }
				spec:
				  selector: { matchLabels: { app: my-logs } }
				  template:
				    metadata: { labels: { app: my-logs } }
				    spec:
				      containers: [{ name: my-logs, image: nginx, volumeMounts: [{ name: logs, mountPath: /logs }] }]
				      volumes: [{ name: logs, persistentVolumeClaim: { claimName: logs } }]
				""");
		StatefulSet built = (StatefulSet) Kustomize.build("""
				resources: [my-logs.yaml]
				components: [../../components/log-adapter]
				""", app).getFirst();
		PodSpec pod = built.getSpec().getTemplate().getSpec();
		assertThat(pod.getInitContainers()).extracting(Container::getName).containsExactly("log-adapter");
		assertThat(pod.getVolumes()).filteredOn((volume) -> volume.getName().equals("logs"))
			.singleElement()
			.satisfies((volume) -> {
				assertThat(volume.getPersistentVolumeClaim().getClaimName()).isEqualTo("logs");
				assertThat(volume.getEmptyDir()).isNull();
			});
	}

	/** The lines of docs/patterns/work-queue.md. */
	@Test
	void job_besideAnOverlay_hasItsSettings() throws IOException {
		String page = Files.readString(Kustomize.FOLDER.resolveSibling("docs/patterns/work-queue.md"));
		String lines = page.substring(page.indexOf("resources: [../k8s/overlays/local, ../k8s/base/worker-job]"));
		Built built = new Built("job",
				Kustomize.build(lines.substring(0, lines.indexOf("```")).replace("../k8s/", "../../")));
		Job job = built.named(Job.class, "sums").orElseThrow();
		PodSpec pod = job.getSpec().getTemplate().getSpec();
		Container worker = pod.getContainers().getFirst();
		assertThat(job.getMetadata().getNamespace()).isEqualTo("boot-patterns");
		assertThat(worker.getEnv()).filteredOn((variable) -> variable.getName().equals("WORKER_JOB"))
			.singleElement()
			.satisfies((variable) -> assertThat(variable.getValue()).isEqualTo("17"));
		assertThat(built.named(ConfigMap.class, worker.getEnvFrom().getFirst().getConfigMapRef().getName()))
			.isPresent();
		assertThat(pod.getVolumes()).filteredOn((volume) -> volume.getSecret() != null)
			.singleElement()
			.satisfies(
					(volume) -> assertThat(built.named(Secret.class, volume.getSecret().getSecretName())).isPresent());
	}

}
