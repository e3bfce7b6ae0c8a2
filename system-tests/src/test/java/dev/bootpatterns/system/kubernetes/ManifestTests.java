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
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
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

	private final Map<String, Settings> settings = new HashMap<>();

	private final Properties env = new Properties();

	private final List<Built> cases = new ArrayList<>();

	ManifestTests() throws IOException {
		try (Reader reader = Files.newBufferedReader(Kustomize.FOLDER.resolveSibling(".env"))) {
			this.env.load(reader);
		}
	}

	/** What is deployed, by what it is made of. Built once. */
	List<Built> cases() throws IOException {
		if (this.cases.isEmpty()) {
			build();
		}
		return this.cases;
	}

	private void build() throws IOException {
		for (String folder : List.of("overlays/local", "overlays/production", "base/worker-job")) {
			this.cases.add(new Built(folder, Kustomize.build(Kustomize.FOLDER.resolve(folder))));
		}
		List<String> components = components();
		for (int bits = 0; bits < 1 << components.size(); bits++) {
			int chosen = bits;
			List<String> some = components.stream()
				.filter((component) -> (chosen & (1 << components.indexOf(component))) != 0)
				.toList();
			this.cases.add(new Built("base with " + some, Kustomize.build(Kustomize.baseWith(some))));
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

	@ParameterizedTest
	@MethodSource("cases")
	void objects_areSuchAsKubernetesKnows(Built built) {
		assertThat(built.objects()).isNotEmpty().allSatisfy((object) -> {
			assertThat(Strictness.unknown(object)).as(name(object) + ": unknown fields").isEmpty();
			assertThat(APIS).as(name(object)).contains(object.getApiVersion());
		});
		assertThat(built.objects().stream().map(ManifestTests::name)).doesNotHaveDuplicates();
	}

	@ParameterizedTest
	@MethodSource("cases")
	void selectors_matchPods(Built built) {
		for (HasMetadata object : built.objects()) {
			List<Map<String, String>> selected = new ArrayList<>();
			switch (object) {
				case Service service -> selected.add(service.getSpec().getSelector());
				case PodDisruptionBudget budget -> selected.addAll(selections(budget.getSpec().getSelector()));
				case HorizontalPodAutoscaler scaler ->
					assertThat(built.named(Deployment.class, scaler.getSpec().getScaleTargetRef().getName()))
						.isPresent();
				case GenericKubernetesResource custom when custom.getKind().equals("ScaledObject") ->
					assertThat(built.named(Deployment.class, custom.get("spec", "scaleTargetRef", "name"))).isPresent();
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
			// A Job is not there until somebody applies one.
			selected.removeIf((labels) -> labels.containsValue("worker-job"));
			for (Map<String, String> labels : selected) {
				assertThat(built.templates()).as(name(object) + " selects " + labels)
					.anyMatch(
							(template) -> template.getMetadata().getLabels().entrySet().containsAll(labels.entrySet()));
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
		Stream<NetworkPolicyPeer> peers = Stream.concat(
				policy.getSpec().getIngress().stream().flatMap((rule) -> rule.getFrom().stream()),
				policy.getSpec().getEgress().stream().flatMap((rule) -> rule.getTo().stream()));
		return Stream.concat(Stream.of(policy.getSpec().getPodSelector()), peers.map(NetworkPolicyPeer::getPodSelector))
			.filter(Objects::nonNull)
			.flatMap((selector) -> selections(selector).stream())
			.collect(Collectors.toCollection(ArrayList::new));
	}

	/** What is selected: for "one of these values" each of them. */
	private static List<Map<String, String>> selections(LabelSelector selector) {
		List<Map<String, String>> selections = new ArrayList<>(List.of(labels(selector)));
		selector.getMatchExpressions().forEach((expression) -> {
			assertThat(expression.getOperator()).isEqualTo("In");
			expression.getValues().forEach((value) -> selections.add(Map.of(expression.getKey(), value)));
		});
		return selections;
	}

	@ParameterizedTest
	@MethodSource("cases")
	void ports_areThoseThatTheServicesListenAt(Built built) throws IOException {
		for (PodTemplateSpec template : built.templates()) {
			for (Container container : Built.containers(template.getSpec())) {
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
				String module = Built.module(container).orElse(null);
				if (module != null && !container.getPorts().isEmpty()) {
					String application = Files.readString(Kustomize.FOLDER.resolveSibling(module)
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
					.flatMap((template) -> Built.containers(template.getSpec()).stream())
					.flatMap((container) -> container.getPorts().stream())).as(name(service))
					.anyMatch((container) -> container.getName().equals(target.getStrVal())
							|| container.getContainerPort().equals(target.getIntVal()));
			}
		}
	}

	@ParameterizedTest
	@MethodSource("cases")
	void variables_areSettingsOfTheServices(Built built) {
		for (PodTemplateSpec template : built.templates()) {
			for (Container container : Built.containers(template.getSpec())) {
				String module = Built.module(container).orElse(null);
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
	void images_areOursOrThoseOfCompose(Built built) {
		assertThat(built.templates()
			.stream()
			.flatMap((template) -> Built.containers(template.getSpec()).stream())
			.map((container) -> container.getImage().replaceFirst("^(boot-patterns/[a-z-]+):latest$", "$1")))
			.isSubsetOf(
					Stream
						.concat(Built.MODULES.stream().map("boot-patterns/%s"::formatted),
								Stream.of(this.env.getProperty("POSTGRES_IMAGE"),
										this.env.getProperty("RABBITMQ_IMAGE")))
						.toList());
	}

	@ParameterizedTest
	@MethodSource("cases")
	void pods_areRestricted(Built built) {
		for (PodTemplateSpec template : built.templates()) {
			PodSpec pod = template.getSpec();
			assertThat(pod.getHostNetwork()).isNull();
			assertThat(pod.getHostPID()).isNull();
			assertThat(pod.getVolumes()).allSatisfy((volume) -> assertThat(volume.getHostPath()).isNull());
			assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
			assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
			for (Container container : Built.containers(pod)) {
				SecurityContext context = container.getSecurityContext();
				assertThat(context.getAllowPrivilegeEscalation()).as(container.getName()).isFalse();
				assertThat(context.getCapabilities().getDrop()).containsExactly("ALL");
				assertThat(context.getCapabilities().getAdd()).isEmpty();
				assertThat(context.getPrivileged()).isNull();
				if (Built.module(container).isPresent()) {
					assertThat(context.getReadOnlyRootFilesystem()).as(container.getName()).isTrue();
				}
				assertThat(container.getResources().getLimits()).containsKey("memory");
				assertThat(container.getResources().getRequests()).containsKeys("memory", "cpu");
			}
		}
	}

	@ParameterizedTest
	@MethodSource("cases")
	void accounts_mayWhatTheCodeDoes_andNoMore(Built built) {
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
					? built.named(ServiceAccount.class, account).orElseThrow().getAutomountServiceAccountToken()
					: template.getSpec().getAutomountServiceAccountToken();
			assertThat(token).as("a token for " + account).isEqualTo(needsToken);
		}
	}

	@ParameterizedTest
	@MethodSource("cases")
	void volumes_ofConfigMapsAndSecrets_areThere(Built built) {
		boolean local = built.name().equals("overlays/local");
		for (PodTemplateSpec template : built.templates()) {
			Set<String> volumes = template.getSpec()
				.getVolumes()
				.stream()
				.map((volume) -> volume.getName())
				.collect(Collectors.toCollection(TreeSet::new));
			// Of a StatefulSet's claim template.
			volumes.add("data");
			for (Container container : Built.containers(template.getSpec())) {
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
	void shards_areAsManyAsTheOwnerIsTold() {
		Built local = new Built("local", Kustomize.build(Kustomize.FOLDER.resolve("overlays/local")));
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

	private static String name(HasMetadata object) {
		return object.getKind() + "/" + object.getMetadata().getName();
	}

}
