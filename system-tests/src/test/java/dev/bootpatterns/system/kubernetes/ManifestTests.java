package dev.bootpatterns.system.kubernetes;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every overlay, and the base with every combination of components: they build, the
 * objects are such as Kubernetes knows, and their parts fit one another and the code.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@EnabledIf(value = "dev.bootpatterns.system.kubernetes.Kustomize#isThere",
		disabledReason = "SKIPPED: there is no kustomize here, nor a kubectl that knows components")
class ManifestTests {

	/** Served by 1.30 to 1.36, none of them deprecated there; custom ones by name. */
	private static final Set<String> APIS = Set.of("v1", "apps/v1", "batch/v1", "policy/v1", "autoscaling/v2",
			"networking.k8s.io/v1", "rbac.authorization.k8s.io/v1", "keda.sh/v1alpha1", "monitoring.coreos.com/v1");

	/** What the code of ours asks the API server for: KubernetesLeaseStore. */
	private static final Map<String, List<String>> VERBS = Map.of("owner: coordination.k8s.io/leases",
			List.of("create", "get", "update"));

	private static final Set<String> MODULES = Set.of("gateway", "shard-service", "owner", "worker", "topz-sidecar",
			"log-adapter");

	private final Map<String, Settings> settings = new HashMap<>();

	private final Properties env = new Properties();

	private final List<Case> cases = new ArrayList<>();

	ManifestTests() throws IOException {
		try (Reader reader = Files.newBufferedReader(Kustomize.FOLDER.resolveSibling(".env"))) {
			this.env.load(reader);
		}
	}

	/** What is deployed, by what it is made of. Built once. */
	List<Case> cases() throws IOException {
		if (this.cases.isEmpty()) {
			build();
		}
		return this.cases;
	}

	private void build() throws IOException {
		for (String folder : List.of("overlays/local", "overlays/production", "base/worker-job")) {
			this.cases.add(new Case(folder, Kustomize.build(Kustomize.FOLDER.resolve(folder))));
		}
		List<String> components = components();
		for (int bits = 0; bits < 1 << components.size(); bits++) {
			int chosen = bits;
			List<String> some = components.stream()
				.filter((component) -> (chosen & (1 << components.indexOf(component))) != 0)
				.toList();
			this.cases.add(new Case("base with " + some, Kustomize.build(kustomization(some))));
		}
	}

	private static List<String> components() throws IOException {
		try (Stream<Path> folders = Files.list(Kustomize.FOLDER.resolve("components"))) {
			List<String> names = new ArrayList<>(
					folders.map((folder) -> folder.getFileName().toString()).sorted().toList());
			assertThat(names).contains("topz", "log-adapter", "plain-sidecars");
			// It undoes what the two do, so it needs both: tested by itself.
			names.remove("plain-sidecars");
			return names;
		}
	}

	private static String kustomization(List<String> components) {
		return """
				apiVersion: kustomize.config.k8s.io/v1beta1
				kind: Kustomization
				namespace: some
				resources: [../../base]
				components: [%s]
				"""
			.formatted(components.stream().map("../../components/%s"::formatted).collect(Collectors.joining(", ")));
	}

	@ParameterizedTest
	@MethodSource("cases")
	void objects_areSuchAsKubernetesKnows(Case built) {
		assertThat(built.objects()).isNotEmpty().allSatisfy((object) -> {
			assertThat(Strictness.unknown(object)).as(name(object) + ": unknown fields").isEmpty();
			assertThat(APIS).as(name(object)).contains(object.getApiVersion());
		});
		assertThat(built.objects().stream().map(ManifestTests::name)).doesNotHaveDuplicates();
	}

	@ParameterizedTest
	@MethodSource("cases")
	void selectors_matchPods(Case built) {
		for (HasMetadata object : built.objects()) {
			List<Map<String, String>> selected = new ArrayList<>();
			switch (object) {
				case Service service -> selected.add(service.getSpec().getSelector());
				case PodDisruptionBudget budget -> selected.add(labels(budget.getSpec().getSelector()));
				case NetworkPolicy policy -> selected.addAll(labelsOf(policy));
				case Deployment deployment -> {
					assertThat(deployment.getSpec().getTemplate().getMetadata().getLabels()).as(name(object))
						.containsAllEntriesOf(labels(deployment.getSpec().getSelector()));
					spread(deployment.getSpec().getTemplate());
				}
				case StatefulSet set -> {
					assertThat(set.getSpec().getTemplate().getMetadata().getLabels()).as(name(object))
						.containsAllEntriesOf(labels(set.getSpec().getSelector()));
					assertThat(built.named(Service.class, set.getSpec().getServiceName())).isPresent();
					spread(set.getSpec().getTemplate());
				}
				default -> {
				}
			}
			for (Map<String, String> labels : selected) {
				assertThat(built.templates()).as(name(object) + " selects " + labels)
					.anyMatch((template) -> template.getMetadata().getLabels().entrySet().containsAll(labels.entrySet())
							|| labels.containsValue("worker-job") || labels.containsKey("none"));
			}
		}
	}

	private static void spread(PodTemplateSpec template) {
		template.getSpec()
			.getTopologySpreadConstraints()
			.forEach((constraint) -> assertThat(template.getMetadata().getLabels())
				.containsAllEntriesOf(labels(constraint.getLabelSelector())));
	}

	private static Map<String, String> labels(LabelSelector selector) {
		return Objects.requireNonNullElse(selector.getMatchLabels(), Map.of());
	}

	private static List<Map<String, String>> labelsOf(NetworkPolicy policy) {
		List<Map<String, String>> all = new ArrayList<>(List.of(labels(policy.getSpec().getPodSelector())));
		policy.getSpec()
			.getIngress()
			.forEach((rule) -> rule.getFrom()
				.stream()
				.filter((peer) -> peer.getPodSelector() != null)
				.forEach((peer) -> all.add(labels(peer.getPodSelector()))));
		policy.getSpec()
			.getEgress()
			.forEach((rule) -> rule.getTo()
				.stream()
				.filter((peer) -> peer.getPodSelector() != null)
				.forEach((peer) -> all.add(labels(peer.getPodSelector()))));
		return all;
	}

	@ParameterizedTest
	@MethodSource("cases")
	void ports_areThoseThatTheServicesListenAt(Case built) throws IOException {
		for (PodTemplateSpec template : built.templates()) {
			for (Container container : containers(template.getSpec())) {
				Set<String> names = container.getPorts()
					.stream()
					.map(ContainerPort::getName)
					.collect(Collectors.toCollection(TreeSet::new));
				for (Probe probe : Stream
					.of(container.getStartupProbe(), container.getLivenessProbe(), container.getReadinessProbe())
					.filter(Objects::nonNull)
					.toList()) {
					if (probe.getHttpGet() != null) {
						assertThat(names).as(container.getName() + "'s probe")
							.contains(probe.getHttpGet().getPort().getStrVal());
						assertThat(probe.getHttpGet().getPath()).isIn("/livez", "/readyz");
					}
				}
				if (module(container) != null && !container.getPorts().isEmpty()) {
					String application = Files
						.readString(Kustomize.FOLDER.resolveSibling(Objects.requireNonNull(module(container)))
							.resolve("src/main/resources/config/application.yaml"));
					assertThat(container.getPorts())
						.allSatisfy((port) -> assertThat(application).contains("port: " + port.getContainerPort()));
				}
			}
		}
		for (Service service : built.all(Service.class)) {
			for (ServicePort port : service.getSpec().getPorts()) {
				IntOrString target = (port.getTargetPort() != null) ? port.getTargetPort()
						: new IntOrString(port.getPort());
				assertThat(built.templates()
					.stream()
					.filter((template) -> template.getMetadata()
						.getLabels()
						.entrySet()
						.containsAll(service.getSpec().getSelector().entrySet()))
					.flatMap((template) -> containers(template.getSpec()).stream())
					.flatMap((container) -> container.getPorts().stream())).as(name(service))
					.anyMatch((container) -> container.getName().equals(target.getStrVal())
							|| container.getContainerPort().equals(target.getIntVal()));
			}
		}
	}

	@ParameterizedTest
	@MethodSource("cases")
	void variables_areSettingsOfTheServices(Case built) {
		for (PodTemplateSpec template : built.templates()) {
			for (Container container : containers(template.getSpec())) {
				String module = module(container);
				if (module != null) {
					Settings known = this.settings.computeIfAbsent(module, Settings::new);
					Stream<String> own = container.getEnv()
						.stream()
						.map((variable) -> variable.getName())
						.filter((name) -> !name.equals("POD_IP"));
					Stream<String> shared = container.getEnvFrom()
						.stream()
						.flatMap((source) -> built.named(ConfigMap.class, source.getConfigMapRef().getName()).stream())
						.flatMap((map) -> map.getData().keySet().stream());
					assertThat(Stream.concat(own, shared)).as(module)
						.allSatisfy((name) -> assertThat(known.know(name)).as(name).isTrue());
				}
			}
		}
	}

	@ParameterizedTest
	@MethodSource("cases")
	void images_areOursOrThoseOfCompose(Case built) {
		assertThat(built.templates()
			.stream()
			.flatMap((template) -> containers(template.getSpec()).stream())
			.map((container) -> container.getImage().replaceFirst("^(boot-patterns/[a-z-]+):latest$", "$1")))
			.isSubsetOf(
					Stream
						.concat(MODULES.stream().map("boot-patterns/%s"::formatted),
								Stream.of(this.env.getProperty("POSTGRES_IMAGE"),
										this.env.getProperty("RABBITMQ_IMAGE")))
						.toList());
	}

	@ParameterizedTest
	@MethodSource("cases")
	void pods_areRestricted(Case built) {
		for (PodTemplateSpec template : built.templates()) {
			PodSpec pod = template.getSpec();
			assertThat(pod.getHostNetwork()).isNull();
			assertThat(pod.getHostPID()).isNull();
			assertThat(pod.getVolumes()).allSatisfy((volume) -> assertThat(volume.getHostPath()).isNull());
			assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
			assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
			for (Container container : containers(pod)) {
				SecurityContext context = container.getSecurityContext();
				assertThat(context.getAllowPrivilegeEscalation()).as(container.getName()).isFalse();
				assertThat(context.getCapabilities().getDrop()).containsExactly("ALL");
				assertThat(context.getCapabilities().getAdd()).isEmpty();
				assertThat(context.getPrivileged()).isNull();
				if (module(container) != null) {
					assertThat(context.getReadOnlyRootFilesystem()).as(container.getName()).isTrue();
				}
				assertThat(container.getResources().getLimits()).containsKey("memory");
				assertThat(container.getResources().getRequests()).containsKeys("memory", "cpu");
			}
		}
	}

	@ParameterizedTest
	@MethodSource("cases")
	void accounts_mayWhatTheCodeDoes_andNoMore(Case built) {
		Map<String, List<String>> granted = new HashMap<>();
		for (RoleBinding binding : built.all(RoleBinding.class)) {
			Role role = built.named(Role.class, binding.getRoleRef().getName()).orElseThrow();
			for (PolicyRule rule : role.getRules()) {
				binding.getSubjects()
					.forEach((subject) -> granted.put(
							"%s: %s/%s".formatted(subject.getName(), rule.getApiGroups().getFirst(),
									String.join(",", rule.getResources())),
							rule.getVerbs().stream().sorted().toList()));
			}
		}
		assertThat(granted).isEqualTo(built.templates().size() > 1 ? VERBS : Map.of());
		for (PodTemplateSpec template : built.templates()) {
			String account = template.getSpec().getServiceAccountName();
			boolean needsToken = granted.keySet().stream().anyMatch((key) -> key.startsWith(account + ":"));
			Boolean token = (account != null)
					? built.named(io.fabric8.kubernetes.api.model.ServiceAccount.class, account)
						.orElseThrow()
						.getAutomountServiceAccountToken()
					: template.getSpec().getAutomountServiceAccountToken();
			assertThat(token).as("a token for " + account).isEqualTo(needsToken);
		}
	}

	@ParameterizedTest
	@MethodSource("cases")
	void volumes_ofConfigMapsAndSecrets_areThere(Case built) {
		boolean local = built.name().equals("overlays/local");
		for (PodTemplateSpec template : built.templates()) {
			Set<String> volumes = template.getSpec()
				.getVolumes()
				.stream()
				.map((volume) -> volume.getName())
				.collect(Collectors.toCollection(TreeSet::new));
			// Of a StatefulSet's claim template.
			volumes.add("data");
			for (Container container : containers(template.getSpec())) {
				assertThat(container.getVolumeMounts()).as(container.getName())
					.allSatisfy((mount) -> assertThat(volumes).contains(mount.getName()));
			}
			if (local) {
				template.getSpec()
					.getVolumes()
					.stream()
					.filter((volume) -> volume.getSecret() != null)
					.forEach((volume) -> assertThat(built.named(Secret.class, volume.getSecret().getSecretName()))
						.as(volume.getName())
						.isPresent());
			}
		}
	}

	@Test
	void sidecars_areNative_andPlainWithTheComponentForOldClusters() {
		List<HasMetadata> plain = Kustomize.build(kustomization(List.of("topz", "log-adapter", "plain-sidecars")));
		Case old = new Case("plain", plain);
		assertThat(old.templates()).flatExtracting((template) -> template.getSpec().getInitContainers()).isEmpty();
		assertThat(old.templates()).flatExtracting((template) -> template.getSpec().getContainers())
			.extracting(Container::getName)
			.contains("topz-sidecar", "log-adapter");
		assertThat(old.templates()).flatExtracting((template) -> template.getSpec().getContainers())
			.allSatisfy((container) -> assertThat(container.getRestartPolicy()).isNull());
		Case now = new Case("native", Kustomize.build(kustomization(List.of("topz", "log-adapter"))));
		assertThat(now.templates()).flatExtracting((template) -> template.getSpec().getInitContainers())
			.extracting(Container::getName, Container::getRestartPolicy)
			.containsExactlyInAnyOrder(org.assertj.core.groups.Tuple.tuple("topz-sidecar", "Always"),
					org.assertj.core.groups.Tuple.tuple("log-adapter", "Always"));
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

	@Test
	void shards_areAsManyAsTheOwnerIsTold() {
		Case local = new Case("local", Kustomize.build(Kustomize.FOLDER.resolve("overlays/local")));
		long shards = local.all(StatefulSet.class)
			.stream()
			.filter((set) -> set.getMetadata().getName().startsWith("shard-"))
			.count();
		assertThat(local.named(Deployment.class, "owner")
			.orElseThrow()
			.getSpec()
			.getTemplate()
			.getSpec()
			.getContainers()
			.getFirst()
			.getEnv()).anySatisfy((variable) -> {
				assertThat(variable.getName()).isEqualTo("OWNER_SHARDS");
				assertThat(variable.getValue()).isEqualTo(Long.toString(shards));
			});
	}

	private static List<Container> containers(PodSpec pod) {
		return Stream.concat(pod.getInitContainers().stream(), pod.getContainers().stream()).toList();
	}

	private static @org.jspecify.annotations.Nullable String module(Container container) {
		String name = container.getImage().replaceFirst("^boot-patterns/", "").replaceFirst(":.*", "");
		return MODULES.contains(name) ? name : null;
	}

	private static String name(HasMetadata object) {
		return object.getKind() + "/" + object.getMetadata().getName();
	}

	/**
	 * What was built of something.
	 */
	record Case(String name, List<HasMetadata> objects) {

		<T extends HasMetadata> List<T> all(Class<T> type) {
			return this.objects.stream().filter(type::isInstance).map(type::cast).toList();
		}

		<T extends HasMetadata> java.util.Optional<T> named(Class<T> type, String name) {
			return all(type).stream().filter((object) -> object.getMetadata().getName().equals(name)).findFirst();
		}

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

		@Override
		public String toString() {
			return this.name;
		}

	}

}
