package dev.bootpatterns.system;

import java.net.URLEncoder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The README's commands for Docker, end to end: images built, everything healthy, the
 * corpus indexed while a worker, the leader and the broker are killed, search, the
 * sidecars, what Prometheus sees of all that, and nothing left behind.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(1800)
@EnabledIfSystemProperty(named = "compose.tests", matches = "true",
		disabledReason = "SKIPPED: builds and starts images; mvn verify -Dcompose.tests=true runs it")
class ComposeTests {

	private ComposeProject project;

	@BeforeAll
	void prepare(@TempDir Path directory) {
		this.project = new ComposeProject(directory);
		this.project.close();
	}

	@AfterAll
	void down() {
		this.project.close();
	}

	@Test
	@Order(0)
	void memoryLimits_areThere_andAreNotMoreThan4GiBTogether() {
		assertThat(memoryLimits()).isLessThanOrEqualTo(4L << 30);
		assertThat(memoryLimits("--profile", "observability")).isLessThanOrEqualTo(5L << 30);
	}

	/** Of all containers, but the one that makes the secrets and ends. */
	private long memoryLimits(String... options) {
		JsonNode services = json(this.project
			.compose(Stream.concat(Stream.of(options), Stream.of("config", "--format", "json")).toArray(String[]::new)))
			.path("services");
		long sum = 0;
		for (Map.Entry<String, JsonNode> service : services.properties()) {
			long limit = service.getValue().path("mem_limit").asLong(0);
			assertThat(limit).as(service.getKey()).isPositive();
			sum += service.getKey().equals("secrets") ? 0 : limit * service.getValue().path("scale").asInt(1);
		}
		return sum;
	}

	@Test
	@Order(1)
	void up_waitsUntilEverythingIsHealthy() {
		this.project.compose("up", "--build", "--wait", "--quiet-pull");
		// Of its profile, what needs no image beyond those that are tested: the queries
		// are asked of it itself.
		this.project.compose("--profile", "observability", "up", "--wait", "prometheus");
		assertThat(containers()).hasSizeGreaterThanOrEqualTo(18)
			.allSatisfy((container) -> assertThat(container.path("State").asString()).isEqualTo("running"));
		assertThat(containers().stream().map((container) -> container.path("Health").asString()))
			.doesNotContain("unhealthy", "starting");
	}

	@Test
	@Order(2)
	void job_isDone_thoughAWorkerTheLeaderAndTheBrokerAreKilled() {
		String token = this.project.compose("exec", "-T", "owner-1", "cat", "/run/secrets/owner/admin/token");
		assertThat(this.project.post("/jobs", "wrong", "{}").statusCode()).isEqualTo(401);
		var accepted = this.project.post("/jobs", token.strip(), "{\"source\": \"corpus\", \"handler\": \"ingest\"}");
		assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
		String job = "/jobs/" + json(accepted.body()).path("id").asString();
		await().atMost(Duration.ofMinutes(4)).until(() -> json(8080, job).path("done").asInt() > 200);
		long term = json(8080, "/leader").path("term").asLong();
		String leader = json(8080, "/leader").path("leader").asString().replaceFirst("/.*", "");
		this.project.compose("kill", leader);
		this.project.run("docker", "kill", "boot-patterns-test-worker-1");
		this.project.compose("kill", "rabbitmq");
		this.project.compose("up", "--detach", "--no-build", "rabbitmq", leader, "worker");
		await().atMost(Duration.ofMinutes(8)).ignoreExceptions().untilAsserted(() -> {
			JsonNode now = json(8080, job);
			assertThat(now.path("state").asString()).as(now.toString()).isEqualTo("DONE");
		});
		JsonNode ended = json(8080, job);
		assertThat(ended.path("done").asInt()).isEqualTo(ended.path("total").asInt()).isGreaterThan(1000);
		assertThat(ended.path("dead").asInt()).isZero();
		JsonNode proof = json(8080, job + "/certificate").path("proof");
		assertThat(proof.path("done").asInt()).as(proof.toString()).isEqualTo(ended.path("total").asInt());
		assertThat(json(8080, "/leader").path("term").asLong()).isGreaterThan(term);
	}

	@Test
	@Order(3)
	void search_answersFromAllShards_alsoWhenAReplicaIsKilled() {
		await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
			JsonNode answer = json(8080, "/search?q=ApplicationContext");
			assertThat(answer.path("coverage").path("answered").asInt()).isEqualTo(3);
			assertThat(answer.path("hits").path(0).path("id").asString()).contains("ApplicationContext");
		});
		this.project.compose("kill", "shard-1-a");
		for (int i = 0; i < 20; i++) {
			assertThat(json(8080, "/search?q=ApplicationContext").path("coverage").path("answered").asInt())
				.isEqualTo(3);
		}
	}

	@Test
	@Order(4)
	void sidecars_seeTheServicesThatTheyStandBeside() {
		// The gateway's process beside topz's own, and what holds their namespace.
		String topz = this.project.get(8401, "/topz").body();
		assertThat(topz.lines().filter((line) -> line.contains("java"))).as(topz).hasSize(2);
		assertThat(topz).contains("sleep");
		// Its log, its access log, and that of its management server.
		List<String> entries = this.project.get(8501, "/logs?limit=1000").body().lines().toList();
		assertThat(entries).allSatisfy((line) -> assertThat(json(line).path("service").asString()).isEqualTo("owner"));
		assertThat(entries.stream().map((line) -> json(line).at("/http/path").asString(""))).contains("",
				"/topology/replicas", "/actuator/prometheus");
	}

	@Test
	@Order(5)
	void everyPanelOfEveryDashboard_hasData() {
		// One read by key; searches and a job were before.
		assertThat(this.project.get(8080, "/documents/nothing").statusCode()).isEqualTo(404);
		assertThat(Dashboards.queries()).isNotEmpty()
			.allSatisfy((query) -> await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> assertHasData(query)));
	}

	private void assertHasData(Dashboards.Query query) {
		JsonNode results = json(9090, "/api/v1/query?query=" + URLEncoder.encode(query.expression(), UTF_8))
			.path("data")
			.path("result");
		assertThat(results.valueStream().map((result) -> result.path("value").path(1).asString())).as(query.toString())
			.anySatisfy((value) -> assertThat(value).isNotEqualTo("NaN"));
	}

	@Test
	@Order(6)
	void instances_areAllScraped() {
		JsonNode targets = json(9090, "/api/v1/targets?state=active").path("data").path("activeTargets");
		Map<String, String> health = new TreeMap<>();
		targets.forEach((target) -> health.put(
				target.path("scrapePool").asString() + " " + target.path("labels").path("instance").asString(),
				target.path("health").asString()));
		assertThat(health.keySet()).filteredOn((target) -> target.endsWith(":9301")).hasSize(2);
		assertThat(health).containsEntry("boot-patterns shard-1-a:9101", "down");
		health.remove("boot-patterns shard-1-a:9101");
		assertThat(health).containsKeys("boot-patterns gateway:9080", "boot-patterns gateway:9401",
				"boot-patterns owner-1:9201", "boot-patterns owner-1:9501", "rabbitmq rabbitmq:15692");
		assertThat(health.values()).as(health.toString()).containsOnly("up");
	}

	@Test
	@Order(7)
	void images_areSmall_andSayWhatTheyAreMadeOf() {
		for (String module : List.of("gateway", "shard-service", "owner", "worker", "topz-sidecar", "log-adapter")) {
			String image = "boot-patterns/" + module + ":test";
			String size = this.project.run("docker", "image", "inspect", "--format", "{{.Size}}", image);
			assertThat(Long.parseLong(size.strip())).as(image).isLessThanOrEqualTo(350_000_000);
			String place = this.project.run("docker", "image", "inspect", "--format",
					"{{index .Config.Labels \"dev.bootpatterns.sbom\"}}", image);
			JsonNode sbom = json(this.project.run("docker", "run", "--rm", "--network=none", "--entrypoint=cat", image,
					place.strip()));
			assertThat(sbom.path("bomFormat").asString()).isEqualTo("CycloneDX");
			assertThat(sbom.path("metadata").path("component").path("name").asString()).isEqualTo(module);
			assertThat(sbom.path("components").findValuesAsString("purl")).as(image)
				.anyMatch((library) -> library.startsWith("pkg:maven/org.springframework.boot/spring-boot@"));
		}
	}

	@Test
	@Order(8)
	void down_leavesNothing() {
		this.project.close();
		assertThat(containers()).isEmpty();
		assertThat(this.project.run("docker", "volume", "ls", "--quiet", "--filter",
				"label=com.docker.compose.project=boot-patterns-test"))
			.isBlank();
	}

	private List<JsonNode> containers() {
		return this.project.compose("ps", "--format", "json").lines().map(ComposeTests::json).toList();
	}

	private JsonNode json(int port, String path) {
		var answer = this.project.get(port, path);
		assertThat(answer.statusCode()).as(path + ": " + answer.body()).isEqualTo(200);
		return json(answer.body());
	}

	private static JsonNode json(String text) {
		return JsonMapper.shared().readTree(text);
	}

}
