package dev.bootpatterns.owner.scaling;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

import dev.bootpatterns.broker.EmbeddedBroker;
import dev.bootpatterns.owner.support.FakeWorker;
import dev.bootpatterns.owner.support.RunningOwner;
import dev.bootpatterns.owner.support.TestDatabase;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Plans of jobs in a database, with a broker, and results that say how long they took.
 */
class PlanHttpTests {

	private static final int ITEMS = 12;

	@TempDir
	private static Path directory;

	private static EmbeddedBroker broker;

	private static RunningOwner owner;

	@BeforeAll
	static void start() throws IOException {
		for (String folder : List.of("a", "b")) {
			Files.createDirectories(directory.resolve("corpus").resolve(folder));
			for (int i = 0; i < ITEMS / 2; i++) {
				Files.writeString(directory.resolve("corpus/%s/%d.txt".formatted(folder, i)), "x");
			}
		}
		broker = EmbeddedBroker.onFreePort();
		owner = RunningOwner.start("owner-1", TestDatabase.empty(), broker.port(), directory.resolve("corpus"))
			.awaitLeader("owner-1");
	}

	@AfterAll
	static void stop() {
		owner.close();
		broker.close();
	}

	@Test
	void plan_isOfWhatWasMeasured_andTheGaugesSayWhatIsWanted() {
		String location;
		try (FakeWorker worker = FakeWorker.answering(broker.port(), (item) -> List.of())) {
			location = owner.jobWith("\"source\": \"corpus\", \"orderBy\": \"folder\"");
			worker.awaitTaken(2);
			assertThat(owner.json(location + "/plan?finishBy=PT1H").path("reasons").toString())
				.contains("nothing is measured");
			for (String item : List.of("a/0.txt", "b/0.txt")) {
				worker.result(done(location, item));
			}
			Awaitility.await().until(() -> owner.json(location + "/plan").path("workers").size() == 1);
			worker.awaitTaken(4);
		}
		owner.bean(JdbcClient.class)
			.sql("update owner.worker set concurrency = 3, seen_at = clock_timestamp()")
			.update();
		JsonNode plan = owner.json(location + "/plan?finishBy=PT100S");
		assertThat(plan.path("backlog").asInt()).isEqualTo(ITEMS - 2);
		assertThat(plan.path("serviceTime").toString())
			.isEqualTo("{\"meanMs\":2000.0,\"p95Ms\":2000.0,\"attemptsPerItem\":1.0,\"samples\":2}");
		assertThat(plan.path("workers").toString()).isEqualTo("[{\"id\":\"w\",\"concurrency\":3}]");
		assertThat(plan.path("slotsNeeded").asInt()).as("10 items of 2 s").isEqualTo(1);
		assertThat(plan.path("workersNeeded").asInt()).isEqualTo(1);
		assertThat(plan.path("completionRate").asDouble()).isPositive();
		assertThat(owner.json(location + "/plan?finishBy=PT15S").path("slotsNeeded").asInt()).as("two orders of five")
			.isEqualTo(2);
		assertThat(owner.json(location + "/plan?finishBy=PT9S").path("reasons").toString())
			.contains("the 5 items that wait for one another take 10 s");
		HttpResponse<String> wanted = put(location, "{\"finishBy\": \"PT15S\"}");
		assertThat(wanted.statusCode()).as(wanted.body()).isEqualTo(200);
		assertThat(owner.json(location + "/plan").path("slotsNeeded").asInt()).isEqualTo(2);
		Awaitility.await().until(() -> owner.gauge("owner.slots.wanted") == 2);
		Awaitility.await().until(() -> owner.gauge("owner.oldest.item.age") > 0);
		Scaling scaling = owner.bean(Scaling.class);
		Awaitility.await().until(() -> scaling.concurrencyWanted().equals(OptionalInt.of(2)));
		try (FakeWorker worker = FakeWorker.answering(broker.port(), (item) -> List.of())) {
			for (String item : List.of("a/1.txt", "b/1.txt")) {
				worker.result(done(location, item));
			}
			Awaitility.await()
				.until(() -> worker.taken()
					.stream()
					.anyMatch((item) -> FakeWorker.header(item, "X-Concurrency-Wanted").equals("2")));
		}
		String asSoonAsPossible = owner.job();
		Awaitility.await().until(() -> scaling.concurrencyWanted().isEmpty());
		assertThat(owner.gauge("owner.slots.wanted")).isPositive();
		put(location, "{\"finishBy\": null}");
		Awaitility.await().until(() -> owner.gauge("owner.slots.wanted") == 0);
		try (FakeWorker worker = FakeWorker.working(broker.port())) {
			owner.awaitState(location, "DONE");
			owner.awaitState(asSoonAsPossible, "DONE");
			assertThat(worker.taken().stream().map((item) -> FakeWorker.header(item, "X-Concurrency-Wanted")))
				.contains("null");
		}
		assertThat(owner.json(location + "/plan?finishBy=PT1H").path("reasons").toString())
			.isEqualTo("[\"the job is DONE\"]");
		Awaitility.await().until(() -> owner.gauge("owner.oldest.item.age") == 0);
	}

	private static String done(String location, String item) {
		return "{\"job\":\"%s\",\"item\":\"%s\",\"attempt\":1,\"outcome\":\"DONE\",\"worker\":\"w\",\"tookMs\":2000}"
			.formatted(location.substring("/jobs/".length()), item);
	}

	@ParameterizedTest
	@ValueSource(strings = { "soon", "2020-01-01T00:00:00Z", "PT0S", "-PT1H", "P9999999999999D", "P400D", "PT" })
	void timeThatIsNone_orPast_isRefused_namingIt(String finishBy) {
		String job = owner.job();
		HttpResponse<String> answer = owner.get(job + "/plan?finishBy=" + finishBy);
		assertThat(answer.statusCode()).isEqualTo(400);
		assertThat(JsonMapper.shared().readTree(answer.body()).path("field").asString()).isEqualTo("finishBy");
		assertThat(put(job, "{\"finishBy\": \"%s\"}".formatted(finishBy)).statusCode()).isEqualTo(400);
		owner.bean(JdbcClient.class).sql("update owner.item set state = 'DEAD' where state <> 'DONE'").update();
	}

	@Test
	void jobThatThereIsNot_hasNoPlan() {
		assertThat(owner.get("/jobs/999999/plan").statusCode()).isEqualTo(404);
	}

	@Test
	void time_isNotSetByAnybody() {
		assertThat(owner
			.send(owner.request("/jobs/1/plan")
				.header("Content-Type", "application/json")
				.PUT(BodyPublishers.ofString("{\"finishBy\": null}")))
			.statusCode()).isEqualTo(401);
	}

	private static HttpResponse<String> put(String job, String body) {
		return owner.send(owner.request(job + "/plan")
			.header("Authorization", "Bearer " + RunningOwner.TOKEN)
			.header("Content-Type", "application/json")
			.PUT(BodyPublishers.ofString(body)));
	}

}
