package dev.bootpatterns.system;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

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

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The README's commands for Docker, end to end: images built, everything healthy, the
 * corpus indexed while a worker, the leader and the broker are killed, search, the
 * sidecars, and nothing left behind.
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
		this.project.compose("down", "--volumes");
	}

	@AfterAll
	void down() {
		this.project.close();
	}

	@Test
	@Order(1)
	void up_waitsUntilEverythingIsHealthy() {
		this.project.compose("up", "--build", "--wait", "--quiet-pull");
		assertThat(containers()).hasSizeGreaterThanOrEqualTo(17)
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
		assertThat(this.project.get(8501, "/logs?limit=5").body().lines()).hasSize(5)
			.allSatisfy((line) -> assertThat(json(line).path("service").asString()).isEqualTo("owner"));
	}

	@Test
	@Order(5)
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
