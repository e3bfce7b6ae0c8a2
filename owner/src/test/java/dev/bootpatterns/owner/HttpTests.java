package dev.bootpatterns.owner;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/** The HTTP contract of one replica. */
class HttpTests {

	private static final String JOB = "{\"source\": \"corpus\", \"handler\": \"ingest\"}";

	@TempDir
	private static Path directory;

	private static EmbeddedBroker broker;

	private static RunningOwner owner;

	@BeforeAll
	static void start() throws IOException {
		Files.createDirectories(directory.resolve("corpus/dir"));
		Files.writeString(directory.resolve("corpus/dir/a.txt"), "a");
		broker = EmbeddedBroker.onFreePort();
		owner = RunningOwner
			.start("owner-1", TestDatabase.empty(), broker.port(), directory.resolve("corpus"),
					"owner.jobs.subscribers=1")
			.awaitLeader("owner-1");
	}

	@AfterAll
	static void stop() {
		owner.close();
		broker.close();
	}

	@Test
	void leader_isNamed_withItsTerm() {
		JsonNode leader = owner.json("/leader");
		assertThat(leader.path("leader").asString()).matches("owner-1/[0-9a-f]{8}");
		assertThat(leader.path("term").asLong()).isPositive();
		assertThat(leader.path("expiresInMs").asLong()).isBetween(1L, 3000L);
		assertThat(leader.path("acquiredAt").asString()).endsWith("Z");
	}

	@Test
	void topology_isThatOfTheFirstOwner_andAnswers304ToWhoeverHasIt() {
		Awaitility.await().until(() -> owner.get("/topology").statusCode() == 200);
		HttpResponse<String> answer = owner.get("/topology");
		assertThat(answer.body()).isEqualTo("{\"epoch\":1,\"term\":1,\"shards\":[{\"shard\":0,\"slots\":\"0-341\"},"
				+ "{\"shard\":1,\"slots\":\"342-682\"},{\"shard\":2,\"slots\":\"683-1023\"}]}");
		assertThat(answer.headers().firstValue("ETag")).contains("\"1\"");
		assertThat(owner.send(owner.request("/topology").header("If-None-Match", "\"1\"")).statusCode()).isEqualTo(304);
		assertThat(owner.send(owner.request("/topology").header("If-None-Match", "\"0\"")).statusCode()).isEqualTo(200);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "Bearer", "Bearer wrong", "Basic " + RunningOwner.TOKEN,
			"Bearer " + RunningOwner.TOKEN + "x" })
	void changingOperation_withoutTheToken_isRefused(String authorization) {
		HttpRequest.Builder request = owner.request("/jobs").POST(BodyPublishers.ofString(JOB));
		if (!authorization.isEmpty()) {
			request.header("Authorization", authorization);
		}
		HttpResponse<String> answer = owner.send(request);
		assertProblem(answer, 401);
		assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Bearer");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "{\"handler\":\"h\"} | source", "{\"source\":\"corpus\"} | handler",
			"{\"source\":5,\"handler\":\"h\"} | source", "{\"source\":\"corpus\",\"handler\":\"Not A Name\"} | handler",
			"{\"source\":\"corpus\",\"handler\":\"h\",\"parameters\":[]} | parameters",
			"{\"source\":\"corpus\",\"handler\":\"h\",\"parameters\":{\"a\":\"\\u0000\"}} | parameters",
			"{\"source\":\"corpus\",\"handler\":\"h\",\"sorce\":1} | sorce", "[] | body",
			"{\"source\":\"corpus\",\"handler\":\"h\",\"priority\":10} | priority",
			"{\"source\":\"corpus\",\"handler\":\"h\",\"priority\":\"high\"} | priority",
			"{\"source\":\"corpus\",\"handler\":\"h\",\"orderBy\":\"size\"} | orderBy",
			"{\"source\":\"corpus\",\"handler\":\"h\",\"orderBy\":1} | orderBy" })
	void jobThatIsWrong_isRefused_namingTheField(String body, String field) {
		HttpResponse<String> answer = owner.post("/jobs", body);
		assertProblem(answer, 400);
		assertThat(JsonMapper.shared().readTree(answer.body()).path("field").asString()).isEqualTo(field);
	}

	@Test
	void pipeline_isBegunWithYaml_andItsStagesAreJobs() {
		HttpResponse<String> answer = owner.send(manifest("application/yaml", "?source=corpus", """
				name: test
				stages:
				  - {name: first, handler: checksum, to: [held]}
				  - {name: held, type: join, to: last}
				  - {name: last, handler: checksum}
				"""));
		assertThat(answer.statusCode()).isEqualTo(202);
		JsonNode pipeline = owner.json(answer.headers().firstValue("Location").orElseThrow());
		assertThat(pipeline.path("state").asString()).isEqualTo("RUNNING");
		assertThat(pipeline.path("source").asString()).isEqualTo("corpus");
		assertThat(pipeline.path("stages").valueStream().map((stage) -> stage.path("job").path("stage").asString()))
			.containsExactly("first", "held", "last");
		assertThat(owner.json("/pipelines").path(0).path("id")).isEqualTo(pipeline.path("id"));
		String held = pipeline.path("stages").path(1).path("job").path("id").asString();
		assertThat(pipeline.path("stages").path(1).path("waitsFor").path("dead").asInt(-1)).isZero();
		assertThat(owner.post("/jobs/%s/proceed".formatted(held), "").statusCode()).isEqualTo(202);
		String first = pipeline.path("stages").path(0).path("job").path("id").asString();
		assertProblem(owner.post("/jobs/%s/proceed".formatted(first), ""), 409);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', value = {
			"application/yaml | ?source=other | {name: x, stages: [{name: a, handler: b}]} | 400 | source",
			"application/yaml | `` | {name: x, stages: [{name: a, handler: b}]} | 400 | source",
			"application/json | ?source=corpus | {\"name\": \"x\", \"stages\": [{\"name\": \"a\"}]} | 400 | stages[0].handler",
			"application/yaml | ?source=corpus | {name: x, stages: [ | 400 | line 1",
			"application/x-www-form-urlencoded | ?source=corpus | name=x | 415 | ``" })
	void manifestThatIsWrong_isRefused_namingThePlace(String type, String query, String body, int status,
			String field) {
		HttpResponse<String> answer = owner.send(manifest(type, query, body));
		assertProblem(answer, status);
		assertThat(JsonMapper.shared().readTree(answer.body()).path("field").asString("")).isEqualTo(field);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/pipelines/0", "/pipelines/x", "/pipelines/99999999999999999999" })
	void unknownPipeline_isNotFound(String path) {
		assertProblem(owner.get(path), 404);
	}

	private static HttpRequest.Builder manifest(String type, String query, String body) {
		return owner.request("/pipelines" + query)
			.header("Authorization", "Bearer " + RunningOwner.TOKEN)
			.header("Content-Type", type)
			.POST(BodyPublishers.ofString(body));
	}

	@Test
	void unknownSource_isRefused_listingTheKnownOnes() {
		HttpResponse<String> answer = owner.post("/jobs", "{\"source\":\"other\",\"handler\":\"h\"}");
		assertProblem(answer, 400);
		assertThat(answer.body()).contains("[corpus]").doesNotContain("other");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "{", "{\"source\": nonsense}" })
	void bodyThatIsNoJson_isRefused_withoutTheParsersWords(String body) {
		HttpResponse<String> answer = owner.post("/jobs", body);
		assertProblem(answer, 400);
		assertThat(answer.body()).contains("not JSON").doesNotContain("nonsense").doesNotContain("Exception");
	}

	@Test
	void bodyOverTheLimit_isRefused_whetherItSaysItsLengthOrNot() {
		String large = "{\"source\":\"" + "x".repeat(70_000) + "\"}";
		assertProblem(owner.post("/jobs", large), 413);
		HttpRequest.Builder chunked = owner.request("/jobs")
			.header("Authorization", "Bearer " + RunningOwner.TOKEN)
			.header("Content-Type", "application/json")
			.POST(BodyPublishers.ofInputStream(
					() -> new ByteArrayInputStream(large.getBytes(java.nio.charset.StandardCharsets.UTF_8))));
		assertProblem(owner.send(chunked), 413);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/nowhere", "/jobs/999999", "/jobs/x", "/jobs/99999999999999999999", "/jobs/999999/items",
			"/jobs/999999/events", "/jobs/999999/certificate" })
	void whatThereIsNot_isAProblem(String path) {
		assertProblem(owner.get(path), 404);
	}

	@Test
	void methodThatThereIsNot_isAProblem() {
		assertProblem(owner.post("/leader", "{}"), 405);
		assertProblem(owner.send(owner.request("/jobs")
			.header("Authorization", "Bearer " + RunningOwner.TOKEN)
			.POST(BodyPublishers.ofString("x"))), 415);
	}

	@ParameterizedTest
	@CsvSource({ "limit=0, limit", "limit=1001, limit", "state=GONE, state" })
	void itemsQueryThatIsWrong_isRefused_namingTheParameter(String query, String field) {
		HttpResponse<String> answer = owner.get(owner.job() + "/items?" + query);
		assertProblem(answer, 400);
		assertThat(JsonMapper.shared().readTree(answer.body()).path("field").asString()).isEqualTo(field);
	}

	@Test
	void itemWithSlashes_isPutBack_onlyIfItIsDead() {
		String job = owner.job();
		try (FakeWorker _ = FakeWorker.answering(broker.port(), (item) -> List.of("REJECTED"))) {
			owner.awaitState(job, "DONE");
		}
		assertThat(owner.json(job + "/items?state=dead").path("items").path(0).path("id").asString())
			.isEqualTo("dir/a.txt");
		assertProblem(owner.post(job + "/items/dir/b.txt/retry", ""), 404);
		assertProblem(owner.post(job + "/items/dir/a.txt", ""), 404);
		assertProblem(owner.post(job + "/items/retry", ""), 404);
		assertThat(owner.post(job + "/items/dir/a.txt/retry", "").statusCode()).isEqualTo(202);
		assertProblem(owner.post(job + "/items/dir/a.txt/retry", ""), 409);
		try (FakeWorker _ = FakeWorker.working(broker.port())) {
			assertThat(owner.awaitState(job, "DONE").path("done").asInt()).isEqualTo(1);
		}
	}

	@Test
	void certificate_isThatOfAJobThatIsDone() {
		String job = owner.job();
		assertProblem(owner.get(job + "/certificate"), 409);
		try (FakeWorker _ = FakeWorker.working(broker.port())) {
			owner.awaitState(job, "DONE");
		}
		JsonNode certificate = owner.json(job + "/certificate");
		assertThat(certificate.path("job").asString()).isEqualTo(job.substring("/jobs/".length()));
		assertThat(certificate.path("source").asString()).isEqualTo("corpus");
		assertThat(certificate.path("finishedAt").asString()).endsWith("Z");
		// printf 'DONE dir/a.txt\n' | sha256sum
		assertThat(certificate.path("proof").toString()).isEqualTo(
				"{\"total\":1,\"done\":1,\"dead\":0,\"algorithm\":\"SHA-256\",\"items\":\"d68f0e5aa451f5ca93ec14b98f01119803dd75e872f2852e0590bb9b30e020da\","
						+ "\"outcomes\":\"85640ddedcc3146dccf47b38b4ac3d1ef8a96527b089b72400987ebbbc8aadf5\"}");
	}

	@Test
	void outputThatThereIsNot_isAProblem_thatSaysWhy() {
		String job = owner.job();
		Awaitility.await().until(() -> owner.json(job).path("total").asInt() == 1);
		for (String path : List.of("/dir/a.txt/output", "/dir/b.txt/output", "/output", "/dir/a.txt")) {
			assertProblem(owner.get(job + "/items" + path), 404);
		}
		assertThat(owner.get(job + "/items/dir/a.txt/output").body()).contains("only what is DONE");
		assertThat(owner.get(job + "/items/dir/b.txt/output").body()).contains("no such item");
		assertThat(owner.get(job + "/items/dir/a.txt").body()).contains("/items/{item}/output");
	}

	@Test
	void items_arePaged_byTheirIds() {
		String job = owner.job();
		Awaitility.await().until(() -> owner.json(job).path("total").asInt() == 1);
		JsonNode page = owner.json(job + "/items?limit=1");
		assertThat(page.path("next").asString()).isEqualTo("dir/a.txt");
		assertThat(owner.json(job + "/items?limit=1&after=dir/a.txt").path("items")).isEmpty();
	}

	@Test
	void events_areTheJob_untilItIsOver() {
		try (FakeWorker _ = FakeWorker.working(broker.port())) {
			HttpResponse<String> events = owner.get(owner.job() + "/events");
			assertThat(events.headers().firstValue("Content-Type")).get().asString().startsWith("text/event-stream");
			assertThat(events.body()).contains("event:job").contains("\"state\":\"DONE\"");
			assertThat(events.body().indexOf("\"state\":\"DONE\""))
				.isEqualTo(events.body().lastIndexOf("\"state\":\"DONE\""));
		}
	}

	@Test
	void subscribersOverTheBound_areRefused_andAPlaceIsFreeAgainWhenOneHasEnded() {
		String job = owner.job();
		var first = owner.sendAsync(owner.request(job + "/events"));
		Awaitility.await().until(() -> owner.gauge("owner.job.subscribers") == 1);
		assertProblem(owner.get(job + "/events"), 503);
		try (FakeWorker _ = FakeWorker.working(broker.port())) {
			assertThat(first.join().body()).contains("\"state\":\"DONE\"");
		}
		Awaitility.await().until(() -> owner.gauge("owner.job.subscribers") == 0);
	}

	@Test
	void newestJobs_comeFirst() {
		String job = owner.job();
		assertThat(owner.json("/jobs").path(0).path("id").asString()).isEqualTo(job.substring("/jobs/".length()));
	}

	@Test
	void corpusThatIsMissing_failsTheJob_namingThePath() throws IOException {
		Path corpus = directory.resolve("corpus");
		Path away = directory.resolve("away");
		Files.move(corpus, away);
		try {
			JsonNode job = owner.awaitState(owner.job(), "FAILED");
			assertThat(job.path("reason").asString()).contains(corpus.toString()).contains("does not exist");
		}
		finally {
			Files.move(away, corpus);
		}
	}

	@Test
	void metrics_areThere_whileTheOwnerActs() {
		assertThat(owner.gauge("owner.leader")).isEqualTo(1);
		assertThat(owner.gauge("owner.term")).isPositive();
		String metrics = owner.management("/actuator/prometheus").body();
		assertThat(metrics).contains("owner_items_total{application=\"owner\",to=\"DEAD\"}",
				"owner_published_total{application=\"owner\",outcome=\"confirmed\"}", "owner_window_items",
				"owner_results_dropped_total{application=\"owner\",reason=\"late\"}", "owner_fenced_refused_total");
		assertThat(owner.get("/actuator/prometheus").statusCode()).isEqualTo(404);
		assertThat(owner.get("/readyz").statusCode()).isEqualTo(200);
	}

	private static void assertProblem(HttpResponse<String> answer, int status) {
		assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
		assertThat(answer.headers().firstValue("Content-Type")).get().asString().startsWith("application/problem+json");
		assertThat(JsonMapper.shared().readTree(answer.body()).path("status").asInt()).isEqualTo(status);
	}

}
