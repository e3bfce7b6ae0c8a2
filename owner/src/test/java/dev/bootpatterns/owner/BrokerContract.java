package dev.bootpatterns.owner;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

import dev.bootpatterns.owner.support.FakeWorker;
import dev.bootpatterns.owner.support.RunningOwner;
import dev.bootpatterns.owner.support.TestDatabase;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.amqp.core.AmqpAdmin;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageDeliveryMode;
import org.springframework.amqp.core.QueueBuilder;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the owner relies on and promises, with a real broker, a real database and workers
 * that do as they are told.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class BrokerContract {

	@TempDir(cleanup = CleanupMode.ALWAYS)
	static Path directory;

	private final TestDatabase database = TestDatabase.empty();

	private TestBroker broker;

	private RunningOwner owner;

	private Path corpus;

	abstract TestBroker startBroker() throws IOException;

	@BeforeAll
	void start() throws IOException {
		this.broker = startBroker();
		this.corpus = Files.createDirectories(directory.resolve(getClass().getSimpleName()));
		this.owner = RunningOwner
			.start("owner-1", this.database, this.broker.port(), this.corpus, "owner.jobs.window=8")
			.awaitLeader("owner-1");
	}

	@AfterAll
	void stop() {
		this.owner.close();
		this.broker.close();
	}

	@BeforeEach
	void emptyCorpus() throws IOException {
		try (var files = Files.list(this.corpus)) {
			for (Path file : files.toList()) {
				Files.delete(file);
			}
		}
	}

	@Test
	void job_reachesDone_withEveryItemDone() throws IOException {
		write(20);
		try (FakeWorker worker = FakeWorker.working(this.broker.port())) {
			JsonNode job = this.owner.awaitState(this.owner.job(), "DONE");
			assertCounts(job, 20, 20, 0);
			assertThat(job.path("finishedAt").asString()).isNotEmpty();
			assertThat(job.path("itemsPerSecond").asDouble()).isPositive();
			assertThat(worker.taken()).hasSize(20);
		}
	}

	@Test
	void itemMessage_saysAllThatAWorkerNeeds() throws IOException {
		Files.writeString(this.corpus.resolve("ä ö.txt"), "the content");
		try (FakeWorker worker = FakeWorker.working(this.broker.port())) {
			String location = this.owner.job();
			this.owner.awaitState(location, "DONE");
			Message item = worker.taken().getFirst();
			String job = location.substring("/jobs/".length());
			assertThat(item.getBody()).asString().isEqualTo("the content");
			assertThat(item.getMessageProperties().getMessageId()).isEqualTo(job + "/1/ä ö.txt");
			assertThat(item.getMessageProperties().getType()).isEqualTo("work.item");
			assertThat(item.getMessageProperties().getReceivedDeliveryMode()).isEqualTo(MessageDeliveryMode.PERSISTENT);
			assertThat(List.of("X-Job", "X-Item", "X-Attempt", "X-Handler", "X-Parameters", "X-Results"))
				.map((header) -> FakeWorker.header(item, header))
				.containsExactly(job, "ä ö.txt", "1", "ingest", "{}", "array");
			assertThat(item.getMessageProperties().<Long>getHeader("X-Owner-Term"))
				.isEqualTo(this.owner.json("/leader").path("term").asLong());
			assertThat(FakeWorker.header(item, "X-Owner-Database")).as("which the term is of")
				.isEqualTo(this.owner.bean(JdbcClient.class)
					.sql("select id from owner.identity")
					.query(String.class)
					.single());
			assertThat(FakeWorker.header(item, "traceparent")).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-0[13]");
		}
	}

	@Test
	void failedItem_isTriedAgain_andRejectedItem_isDead_untilItIsPutBack() throws IOException {
		write(5);
		Files.writeString(this.corpus.resolve("flaky"), "x");
		Files.writeString(this.corpus.resolve("wrong"), "x");
		Map<String, Boolean> repaired = new ConcurrentHashMap<>();
		try (FakeWorker worker = FakeWorker.answering(this.broker.port(), (item) -> {
			boolean first = FakeWorker.header(item, "X-Attempt").equals("1");
			return switch (FakeWorker.header(item, "X-Item")) {
				case "flaky" -> List.of("STARTED", first ? "FAILED" : "DONE");
				case "wrong" -> List.of(repaired.isEmpty() ? "REJECTED" : "DONE");
				default -> List.of("DONE");
			};
		})) {
			String location = this.owner.job();
			assertCounts(this.owner.awaitState(location, "DONE"), 7, 6, 1);
			JsonNode dead = this.owner.json(location + "/items?state=DEAD").path("items");
			assertThat(dead).hasSize(1);
			assertThat(dead.path(0).path("id").asString()).isEqualTo("wrong");
			assertThat(dead.path(0).path("reason").asString()).isEqualTo("because REJECTED");
			assertThat(dead.path(0).path("worker").asString()).isEqualTo("fake");
			repaired.put("wrong", true);
			assertThat(this.owner.post(location + "/items/wrong/retry", "").statusCode()).isEqualTo(202);
			Awaitility.await().until(() -> this.owner.json(location).path("done").asInt() == 7);
			assertCounts(this.owner.awaitState(location, "DONE"), 7, 7, 0);
			assertThat(worker.taken()).hasSize(9);
		}
	}

	@Test
	void itemsOfAnOrderedJob_areHandledOneAfterTheOther_withinEachKey() throws IOException {
		write(12);
		Map<String, Boolean> failedOnce = new ConcurrentHashMap<>();
		try (FakeWorker worker = FakeWorker.answering(this.broker.port(),
				(item) -> List.of("STARTED",
						FakeWorker.header(item, "X-Item").equals("item-003.txt") && failedOnce.put("", true) == null
								? "FAILED" : "DONE"))) {
			String location = this.owner.jobWith("\"source\": \"corpus\", \"orderBy\": \"all\", \"priority\": 9");
			assertCounts(this.owner.awaitState(location, "DONE"), 12, 12, 0);
			assertThat(worker.taken()).extracting((item) -> FakeWorker.header(item, "X-Item"))
				.as("one is tried twice before the next")
				.hasSize(13)
				.isSorted();
			assertThat(worker.taken())
				.allMatch((item) -> Integer.valueOf(9).equals(item.getMessageProperties().getPriority()));
		}
	}

	@Test
	void itemThatAlwaysFails_isDead_afterTheLastAttempt() throws IOException {
		write(1);
		try (FakeWorker worker = FakeWorker.answering(this.broker.port(), (item) -> List.of("FAILED"))) {
			assertCounts(this.owner.awaitState(this.owner.job(), "DONE"), 1, 0, 1);
			assertThat(worker.taken()).hasSize(5);
		}
	}

	@Test
	void returnedItem_isNotTaken_andGoesToTheQueueThatIsDeclaredAgain() throws IOException {
		write(3);
		this.owner.bean(AmqpAdmin.class).deleteQueue("work.items");
		double before = refused();
		String location = this.owner.job();
		Awaitility.await().until(() -> refused() > before && this.owner.json(location).path("queued").asInt() == 3);
		try (FakeWorker worker = FakeWorker.working(this.broker.port())) {
			assertCounts(this.owner.awaitState(location, "DONE"), 3, 3, 0);
			assertThat(worker.taken()).hasSize(3);
		}
	}

	@Test
	void itemsOfAWorkerThatDied_areDeliveredAgain() throws IOException {
		write(4);
		String location;
		try (FakeWorker dying = FakeWorker.hanging(this.broker.port())) {
			location = this.owner.job();
			dying.awaitTaken(4);
		}
		try (FakeWorker worker = FakeWorker.working(this.broker.port())) {
			assertCounts(this.owner.awaitState(location, "DONE"), 4, 4, 0);
			assertThat(worker.taken()).anyMatch((item) -> item.getMessageProperties().isRedelivered());
		}
	}

	@Test
	void resultsThatComeTwice_areApplied_once() throws IOException {
		write(20);
		double before = this.owner.metric("owner.items", "to", "DONE");
		try (FakeWorker worker = FakeWorker.answering(this.broker.port(),
				(item) -> List.of("STARTED", "DONE", "DONE", "FAILED", "STARTED"))) {
			String location = this.owner.job();
			assertCounts(this.owner.awaitState(location, "DONE"), 20, 20, 0);
			assertThat(worker.taken()).hasSize(20);
			assertThat(this.owner.metric("owner.items", "to", "DONE") - before).isEqualTo(20);
		}
	}

	@Test
	void itemsOfAWorkerThatDiedBetweenReportAndAck_countOnce() throws IOException {
		write(4);
		double done = this.owner.metric("owner.items", "to", "DONE");
		double late = this.owner.metric("owner.results.dropped", "reason", "late");
		String location;
		try (FakeWorker dying = FakeWorker.answeringOnly(this.broker.port())) {
			location = this.owner.job();
			assertCounts(this.owner.awaitState(location, "DONE"), 4, 4, 0);
			assertThat(dying.taken()).hasSize(4);
		}
		try (FakeWorker worker = FakeWorker.working(this.broker.port())) {
			worker.awaitTaken(4);
			Awaitility.await().until(() -> this.owner.metric("owner.results.dropped", "reason", "late") == late + 4);
			assertThat(worker.taken()).allMatch((item) -> item.getMessageProperties().isRedelivered());
		}
		assertCounts(this.owner.json(location), 4, 4, 0);
		assertThat(this.owner.metric("owner.items", "to", "DONE") - done).isEqualTo(4);
	}

	@Test
	void outputOfAnItem_isKeptAsItCame_howeverOftenItIsReported() throws IOException {
		Files.createDirectories(this.corpus.resolve("dir"));
		Files.writeString(this.corpus.resolve("dir/large"), "x");
		Files.writeString(this.corpus.resolve("none"), "x");
		Files.writeString(this.corpus.resolve("small"), "x");
		byte[] large = new byte[1024 * 1024];
		new Random(1).nextBytes(large);
		try (FakeWorker worker = FakeWorker.answering(this.broker.port(), (item) -> List.of())) {
			String location = this.owner.job();
			worker.awaitTaken(3);
			assertThat(this.owner.get(location + "/items/dir/large/output").statusCode()).as("not done").isEqualTo(404);
			String job = location.substring("/jobs/".length());
			worker.result(done(job, "small", new byte[] { 0, -1 }));
			Awaitility.await().until(() -> this.owner.json(location).path("done").asInt() == 1);
			worker.result(done(job, "small", new byte[] { 1 }));
			worker.result("{\"job\":\"%s\",\"item\":\"none\",\"attempt\":1,\"outcome\":\"DONE\"}".formatted(job));
			worker.largeResult(done(job, "dir/large", large));
			assertCounts(this.owner.awaitState(location, "DONE"), 3, 3, 0);
			assertThat(this.owner.download(location + "/items/small/output").body()).containsExactly(0, -1);
			HttpResponse<byte[]> output = this.owner.download(location + "/items/dir/large/output");
			assertThat(output.body()).isEqualTo(large);
			assertThat(List.of("Content-Type", "Content-Disposition", "X-Content-Type-Options"))
				.map((header) -> output.headers().firstValue(header).orElse(""))
				.containsExactly("application/octet-stream", "attachment", "nosniff");
			assertThat(this.owner.get(location + "/items/none/output").statusCode()).isEqualTo(404);
			assertThat(this.owner.json(location + "/items").path("items"))
				.extracting((item) -> item.path("id").asString() + " " + item.path("outputBytes"))
				.containsExactly("dir/large 1048576", "none null", "small 2");
		}
		finally {
			Files.delete(this.corpus.resolve("dir/large"));
		}
	}

	private static String done(String job, String item, byte[] output) {
		return "{\"job\":\"%s\",\"item\":\"%s\",\"attempt\":1,\"outcome\":\"DONE\",\"output\":\"%s\"}".formatted(job,
				item, Base64.getEncoder().encodeToString(output));
	}

	@ParameterizedTest
	@CsvSource({ "1048577, output of 1048577 bytes is longer than 1048576", "0, output is not Base64" })
	void outputThatIsTooLongOrNoBase64_isParked_andOthersGoOn(int length, String reason) throws IOException {
		write(1);
		this.owner.bean(AmqpAdmin.class).purgeQueue("work.unreadable");
		try (FakeWorker worker = FakeWorker.working(this.broker.port())) {
			String good = done("1", "a", new byte[length]);
			worker.largeResult((length > 0) ? good : good.replace("\"output\":\"", "\"output\":\"a*"));
			assertCounts(this.owner.awaitState(this.owner.job(), "DONE"), 1, 1, 0);
			assertParked(reason);
		}
	}

	@Test
	void itemWithAnIdLongerThanAMessageIdMayBe_travelsToo() throws IOException {
		String item = "x".repeat(255);
		Files.writeString(this.corpus.resolve(item), "x");
		try (FakeWorker worker = FakeWorker.working(this.broker.port())) {
			assertCounts(this.owner.awaitState(this.owner.job(), "DONE"), 1, 1, 0);
			assertThat(FakeWorker.header(worker.taken().getFirst(), "X-Item")).isEqualTo(item);
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "a\\u0000b | 1 | U+0000", "long | 1 | longer than 512", "a | 0 | attempt",
			"a | 2147483647 | attempt" })
	void resultThatTheDatabaseCouldNotTake_isParked_andOthersGoOn(String item, int attempt, String reason)
			throws IOException {
		write(1);
		this.owner.bean(AmqpAdmin.class).purgeQueue("work.unreadable");
		try (FakeWorker worker = FakeWorker.working(this.broker.port())) {
			worker.result("{\"job\":\"1\",\"item\":\"%s\",\"attempt\":%d,\"outcome\":\"DONE\"}"
				.formatted(item.replace("long", "é".repeat(257)), attempt));
			assertCounts(this.owner.awaitState(this.owner.job(), "DONE"), 1, 1, 0);
			assertParked(reason);
		}
	}

	@Test
	void resultThatTheDatabaseRefusesAllTheSame_isParked_andOthersGoOn() throws IOException {
		write(5);
		JdbcClient database = this.owner.bean(JdbcClient.class);
		this.owner.bean(AmqpAdmin.class).purgeQueue("work.unreadable");
		database.sql("alter table owner.item add constraint test check (worker <> 'refused')").update();
		try (FakeWorker worker = FakeWorker.answering(this.broker.port(), (item) -> List.of())) {
			String location = this.owner.job();
			worker.awaitTaken(5);
			for (Message item : worker.taken()) {
				String id = FakeWorker.header(item, "X-Item");
				String result = "{\"job\":\"%s\",\"item\":\"%s\",\"attempt\":1,\"outcome\":\"DONE\",\"worker\":\"%s\"}";
				String job = location.substring("/jobs/".length());
				if (id.endsWith("2.txt")) {
					worker.result(result.formatted(job, id, "refused"));
				}
				worker.result(result.formatted(job, id, "w"));
			}
			assertCounts(this.owner.awaitState(location, "DONE"), 5, 5, 0);
			assertParked("the database refuses it");
		}
		finally {
			database.sql("alter table owner.item drop constraint test").update();
		}
	}

	@Test
	void resultsInOneMessage_countEach_andWhatIsNoneIsParked() throws IOException {
		write(3);
		this.owner.bean(AmqpAdmin.class).purgeQueue("work.unreadable");
		try (FakeWorker worker = FakeWorker.answering(this.broker.port(), (item) -> List.of())) {
			String location = this.owner.job();
			worker.awaitTaken(3);
			worker.result(worker.taken()
				.stream()
				.map((item) -> done(location.substring("/jobs/".length()), FakeWorker.header(item, "X-Item"),
						new byte[1]))
				.collect(Collectors.joining(",", "[{\"job\":\"1\"},", ",null]")));
			assertCounts(this.owner.awaitState(location, "DONE"), 3, 3, 0);
			assertParked("attempt or outcome is missing");
			assertThat(Objects.requireNonNull(this.owner.bean(AmqpAdmin.class).getQueueInfo("work.unreadable"))
				.getMessageCount()).as("the message again, for its null").isZero();
		}
	}

	private void assertParked(String reason) {
		Message parked = Objects.requireNonNull(this.owner.bean(RabbitTemplate.class).receive("work.unreadable", 5000));
		assertThat(FakeWorker.header(parked, "X-Reason")).contains(reason);
	}

	/** As the worker declares them; a broker that compares refuses anything else. */
	@ParameterizedTest
	@ValueSource(strings = { "work.unreadable", "work.items.dead" })
	void whatIsPutAside_isBounded_andTheOldestGoesFirst(String queue) {
		assertThat(this.owner.bean(RabbitTemplate.class)
			.<Boolean>execute((channel) -> channel
				.queueDeclare(queue, true, false, false,
						Map.of("x-queue-type", "quorum", "x-max-length-bytes", 67_108_864, "x-overflow", "drop-head"))
				.getQueue()
				.equals(queue)))
			.isTrue();
	}

	@Test
	void queueFromBeforeTheBound_staysInUse_andTheOthersAreDeclared() throws IOException {
		write(1);
		AmqpAdmin admin = this.owner.bean(AmqpAdmin.class);
		for (String queue : List.of("work.unreadable", "work.items.dead")) {
			admin.deleteQueue(queue);
		}
		admin.declareQueue(QueueBuilder.durable("work.unreadable").quorum().build());
		try (FakeWorker worker = FakeWorker.working(this.broker.port())) {
			admin.initialize();
			assertThat(admin.getQueueInfo("work.items.dead")).isNotNull();
			worker.result("no JSON");
			assertParked("not the JSON");
			assertCounts(this.owner.awaitState(this.owner.job(), "DONE"), 1, 1, 0);
		}
		finally {
			admin.deleteQueue("work.unreadable");
			admin.initialize();
		}
	}

	@Test
	void unreadableResult_isParked_andUnknownOne_counted_andOthersGoOn() throws IOException {
		write(1);
		double unknown = this.owner.metric("owner.results.dropped", "reason", "unknown");
		this.owner.bean(AmqpAdmin.class).purgeQueue("work.unreadable");
		try (FakeWorker worker = FakeWorker.working(this.broker.port())) {
			worker.result("no JSON");
			worker.result("{\"job\":\"1\",\"item\":\"none\",\"attempt\":1,\"outcome\":\"DONE\"}");
			assertCounts(this.owner.awaitState(this.owner.job(), "DONE"), 1, 1, 0);
			assertParked("not the JSON");
			Awaitility.await()
				.until(() -> this.owner.metric("owner.results.dropped", "reason", "unknown") == unknown + 1);
		}
	}

	@Test
	void brokerThatRestarts_costsTime_butNoItem() throws Exception {
		write(60);
		try (FakeWorker worker = FakeWorker.working(this.broker.port())) {
			String location = this.owner.job();
			worker.awaitTaken(5);
			this.broker.restart();
			JsonNode job = this.owner.awaitState(location, "DONE");
			assertCounts(job, 60, 60, 0);
		}
	}

	@Test
	void queuedItems_waitForWorkers_andUseNoAttemptUp() throws IOException {
		write(3);
		String location = this.owner.job();
		Awaitility.await().until(() -> this.owner.json(location).path("queued").asInt() == 3);
		Awaitility.await()
			.during(Duration.ofSeconds(3))
			.atMost(Duration.ofSeconds(5))
			.until(() -> this.owner.json(location).path("queued").asInt() == 3);
		try (FakeWorker worker = FakeWorker.working(this.broker.port())) {
			this.owner.awaitState(location, "DONE");
			assertThat(worker.taken()
				.stream()
				.map((item) -> FakeWorker.header(item, "X-Attempt"))
				.collect(Collectors.toSet())).containsExactly("1");
		}
	}

	/** One broker returns an unroutable item and confirms it, the other refuses it. */
	private double refused() {
		return this.owner.metric("owner.published", "outcome", "returned")
				+ this.owner.metric("owner.published", "outcome", "nacked");
	}

	private void write(int files) throws IOException {
		for (int i = 0; i < files; i++) {
			Files.writeString(this.corpus.resolve("item-%03d.txt".formatted(i)), "content " + i);
		}
	}

	private static void assertCounts(JsonNode job, int total, int done, int dead) {
		assertThat(List.of("total", "done", "dead", "failed", "running", "queued"))
			.map((field) -> job.path(field).asInt())
			.as(job.toString())
			.containsExactly(total, done, dead, 0, 0, 0);
	}

}
