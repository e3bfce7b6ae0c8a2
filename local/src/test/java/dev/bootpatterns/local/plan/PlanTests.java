package dev.bootpatterns.local.plan;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.state.SuiteHome;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class PlanTests {

	private static final Backing BACKING = new Backing("jdbc:postgresql://db", "postgres", "secret", "127.0.0.1",
			"15673", "suite", "hidden");

	private static final SuiteHome HOME = new SuiteHome(Path.of("/somewhere"), Path.of("/somewhere/.suite"), 0);

	private static final Options DEFAULTS = new Options(3, 2, 2, "/corpus.zip", "java.base/");

	@Test
	void plan_ofTheShippedFile_hasThePortsOfTheArchitecture() {
		Plan plan = plan(SuiteFile.load(Map.of()), DEFAULTS, 0);
		assertThat(plan.processes()).extracting(PlannedProcess::name, PlannedProcess::port)
			.map((tuple) -> tuple.toList().toString())
			.containsExactly("[owner-1, 8201]", "[owner-2, 8202]", "[shard-0-a, 8101]", "[shard-0-b, 8102]",
					"[shard-1-a, 8103]", "[shard-1-b, 8104]", "[shard-2-a, 8105]", "[shard-2-b, 8106]",
					"[gateway, 8080]", "[worker-1, 8301]", "[worker-2, 8302]", "[topz, 8401]", "[log-adapter, 8501]");
	}

	/** The shards announce themselves, and the owners tell the gateway. */
	@Test
	void plan_ofTheShippedFile_tellsTheGatewayOfTheOwners_andEachShardItsAddress() {
		Plan plan = plan(SuiteFile.load(Map.of()), DEFAULTS, 100);
		String instances = "SPRING_CLOUD_DISCOVERY_CLIENT_SIMPLE_INSTANCES_";
		assertThat(process(plan, "gateway").environment())
			.containsEntry(instances + "OWNERS_1_URI", "http://127.0.0.1:8302")
			.doesNotContainKeys(instances + "OWNERS_2_URI", instances + "SHARDS_0_URI");
		assertThat(process(plan, "shard-1-b").environment()).containsEntry("SHARD_ADVERTISED_URI",
				"http://127.0.0.1:8204");
	}

	@Test
	void plan_ofTheShippedFile_activatesTheProfile_whereFaultsCanBeInjected() {
		assertThat(plan(SuiteFile.load(Map.of()), new Options(1, 1, 1, null, ""), 0).processes())
			.filteredOn((process) -> process.environment().containsKey("SPRING_PROFILES_ACTIVE"))
			.extracting(PlannedProcess::name)
			.containsExactly("shard-0-a", "gateway");
	}

	@Test
	void plan_withoutCorpus_doesNotSetIt() {
		Plan plan = plan(SuiteFile.load(Map.of()), new Options(1, 1, 1, null, ""), 0);
		assertThat(process(plan, "owner-1").environment()).doesNotContainKeys("OWNER_CORPUS", "OWNER_CORPUS_PREFIXES")
			.containsEntry("OWNER_SHARDS", "1");
	}

	@Test
	void process_thatRuns_keepsItsPort_andANewOneGetsAFreeOne() {
		SuiteFile file = SuiteFile.load(Map.of());
		Map<String, Integer> running = plan(file, DEFAULTS, 0).processes()
			.stream()
			.collect(Collectors.toMap(PlannedProcess::name, PlannedProcess::port));
		running.put("shard-3-b", 8107);
		Plan more = Plan.of(file, DEFAULTS.sized(3, 3, 3), HOME, BACKING, 42, running);
		assertThat(more.processes().stream().filter((process) -> !running.containsKey(process.name())))
			.extracting(PlannedProcess::name, PlannedProcess::port)
			.map((tuple) -> tuple.toList().toString())
			.containsExactly("[shard-0-c, 8108]", "[shard-1-c, 8109]", "[shard-2-c, 8110]", "[worker-3, 8303]");
		assertThat(more.processes().stream().filter((process) -> running.containsKey(process.name())))
			.allSatisfy((process) -> assertThat(running).containsEntry(process.name(), process.port()));
	}

	@Test
	void shard_announcesItsAddress_butNotWhileItsCacheIsRecorded() {
		PlannedProcess shard = process(plan(SuiteFile.load(Map.of()), DEFAULTS, 0), "shard-1-b");
		assertThat(shard.environment()).containsEntry("SHARD_ADVERTISED_URI", "http://127.0.0.1:8104");
		assertThat(Objects.requireNonNull(shard.training()).environment()).containsEntry("SHARD_ADVERTISED_URI", "");
	}

	@Test
	void process_ofEveryService_carriesTheMarkerOfItsSuite() {
		assertThat(plan(SuiteFile.load(Map.of()), DEFAULTS, 0).processes())
			.allSatisfy((process) -> assertThat(process.java()).contains("-Dsuite.home=/somewhere/.suite"));
	}

	@Test
	void placeholder_withoutAValue_isNamedWithItsPlace() {
		assertThatExceptionOfType(SuiteFailure.class)
			.isThrownBy(() -> plan(file("  a: {module: m, name: a, port: 1, heap: 1m, environment: {X: '${nope}'}}"),
					DEFAULTS, 0))
			.withMessageContaining("environment of a, X")
			.withMessageContaining("${nope}");
	}

	@Test
	void port_wantedByTwo_isRefused() {
		assertThatExceptionOfType(SuiteFailure.class).isThrownBy(() -> plan(file("""
				  a: {module: m, name: 'a-${x}', for: {x: 2}, port: 10, heap: 1m}
				  b: {module: m, name: b, port: 11, heap: 1m}
				"""), DEFAULTS, 0)).withMessage("suite.yaml: port 11 is wanted by a-1 and by b");
	}

	@Test
	void key_thatIsUnknown_isRefused() {
		assertThatExceptionOfType(SuiteFailure.class)
			.isThrownBy(() -> file("  a: {module: m, name: a, port: 1, heap: 1m, replicas: 3}"))
			.withMessageContaining("replicas");
	}

	@Test
	void shards_beyondTheBounds_areRefused() {
		assertThatExceptionOfType(SuiteFailure.class).isThrownBy(() -> new Options(0, 1, 1, null, ""))
			.withMessage("--shards 0: give 1 to 16");
	}

	private static SuiteFile file(String services) {
		String yaml = "starting-at-once: 2\nservices:\n" + services + "\n";
		return SuiteFile.read(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)));
	}

	private static Plan plan(SuiteFile file, Options options, int offset) {
		return Plan.of(file, options, new SuiteHome(Path.of("/somewhere"), Path.of("/somewhere/.suite"), offset),
				BACKING, 42);
	}

	private static PlannedProcess process(Plan plan, String name) {
		List<PlannedProcess> found = plan.processes()
			.stream()
			.filter((process) -> process.name().equals(name))
			.toList();
		assertThat(found).hasSize(1);
		return found.getFirst();
	}

}
