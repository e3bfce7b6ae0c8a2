package dev.bootpatterns.owner;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
import tools.jackson.databind.JsonNode;

import org.springframework.amqp.core.AmqpAdmin;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageDeliveryMode;
import org.springframework.amqp.rabbit.core.RabbitTemplate;

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

	abstract TestBroker startBroker();

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
			assertThat(List.of("X-Job", "X-Item", "X-Attempt", "X-Handler", "X-Parameters"))
				.map((header) -> FakeWorker.header(item, header))
				.containsExactly(job, "ä ö.txt", "1", "ingest", "{}");
			assertThat(item.getMessageProperties().<Long>getHeader("X-Owner-Term"))
				.isEqualTo(this.owner.json("/leader").path("term").asLong());
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
	void unreadableResult_isParked_andUnknownOne_counted_andOthersGoOn() throws IOException {
		write(1);
		double unknown = this.owner.metric("owner.results.dropped", "reason", "unknown");
		this.owner.bean(AmqpAdmin.class).purgeQueue("work.unreadable");
		try (FakeWorker worker = FakeWorker.working(this.broker.port())) {
			worker.result("no JSON");
			worker.result("{\"job\":\"1\",\"item\":\"none\",\"attempt\":1,\"outcome\":\"DONE\"}");
			assertCounts(this.owner.awaitState(this.owner.job(), "DONE"), 1, 1, 0);
			Message parked = Objects
				.requireNonNull(this.owner.bean(RabbitTemplate.class).receive("work.unreadable", 5000));
			assertThat(FakeWorker.header(parked, "X-Reason")).contains("not the JSON");
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
