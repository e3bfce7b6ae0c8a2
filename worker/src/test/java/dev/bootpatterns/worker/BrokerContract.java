package dev.bootpatterns.worker;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import com.rabbitmq.client.GetResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

/**
 * What a worker guarantees on any broker.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
abstract class BrokerContract {

	private static final Duration SOON = Duration.ofSeconds(30);

	/** Of the service's own configuration. */
	private static final int MAX_CONTENT = 2 * 1024 * 1024;

	private TestBroker broker;

	private FakeOwner owner;

	abstract TestBroker startBroker() throws Exception;

	@BeforeAll
	void start() throws Exception {
		this.broker = startBroker();
		this.owner = new FakeOwner(this.broker.port());
		// The first worker declares everything.
		new RunningWorker(this.broker.port(), new TestHandler((_, _) -> Outcome.done())).close();
		this.owner.listen();
	}

	@AfterAll
	void stop() {
		this.owner.close();
		this.broker.close();
	}

	@BeforeEach
	void empty() throws Exception {
		this.owner.channel().queuePurge("work.items");
		this.owner.channel().queuePurge("work.unreadable");
	}

	@Test
	void item_handled_isReportedAndAcked() throws Exception {
		String job = job();
		TestHandler handler = new TestHandler((_, _) -> Outcome.done());
		try (RunningWorker _ = new RunningWorker(this.broker.port(), handler)) {
			Map<String, Object> headers = FakeOwner.headers(job, "a/b c.txt", "test");
			// Longer than what the client hands over as a string.
			headers.put("X-Parameters", "{\"none\": null, \"long\": \"%s\"}".formatted("x".repeat(5000)));
			this.owner.send(headers, "äöü");
			await().atMost(SOON).until(() -> this.owner.results(job).size() == 1);
		}
		FakeOwner.Result result = this.owner.results(job).getFirst();
		assertThat(result.body().toString()).startsWith(
				"{\"job\":\"%s\",\"item\":\"a/b c.txt\",\"attempt\":1,\"outcome\":\"DONE\",\"reason\":null,\"worker\":\"worker-test\",\"tookMs\":"
					.formatted(job));
		assertThat(result.header("X-Owner-Term")).isEqualTo("7");
		assertThat(result.header("X-Worker-Concurrency")).isEqualTo("4");
		assertThat(result.properties().getType()).isEqualTo("work.result");
		assertThat(result.properties().getDeliveryMode()).isEqualTo(2);
		assertThat(result.body().has("emissions")).isFalse();
		assertThat(this.owner.started(job)).hasSize(1);
		WorkItem item = handler.handled().getFirst();
		assertThat(item.parameters()).containsOnlyKeys("long");
		assertThat(item.content().remaining()).isEqualTo(6);
		assertThat(this.owner.waiting("work.items")).isZero();
	}

	@Test
	void itemThatTakesLong_isAnnouncedAgainAndAgain_untilItHasEnded() throws Exception {
		String job = job();
		CountDownLatch finish = new CountDownLatch(1);
		TestHandler handler = new TestHandler((_, _) -> {
			finish.await();
			return Outcome.done();
		});
		try (RunningWorker _ = new RunningWorker(this.broker.port(), handler, "worker.heartbeat=50ms")) {
			this.owner.send(job, "a", "test");
			await().atMost(SOON).until(() -> this.owner.started(job).size() >= 4);
			finish.countDown();
			await().atMost(SOON).until(() -> this.owner.results(job).size() == 1);
		}
		assertThat(handler.handled()).hasSize(1);
	}

	@Test
	void handler_throws_isReportedAsFailedOnce() throws Exception {
		String job = job();
		TestHandler handler = new TestHandler((_, call) -> {
			if (call == 1) {
				throw new IllegalStateException("secret");
			}
			throw new StackOverflowError();
		});
		try (RunningWorker _ = new RunningWorker(this.broker.port(), handler, "worker.concurrency=1")) {
			this.owner.send(job, "first", "test");
			this.owner.send(job, "second", "test");
			await().atMost(SOON).until(() -> this.owner.results(job).size() == 2);
		}
		assertThat(this.owner.results(job)).extracting(FakeOwner.Result::outcome, FakeOwner.Result::reason)
			.containsExactly(tuple("FAILED", "handler 'test' threw IllegalStateException: see the worker's log"),
					tuple("FAILED", "handler 'test' threw StackOverflowError: see the worker's log"));
		assertThat(handler.handled()).hasSize(2);
		assertThat(this.owner.waiting("work.items")).isZero();
	}

	@Test
	void itemOfAnOwnerWhoseTermIsOver_isRefused_andNotHandled() throws Exception {
		String job = job();
		TestHandler handler = new TestHandler((_, _) -> Outcome.done());
		try (RunningWorker _ = new RunningWorker(this.broker.port(), handler, "worker.concurrency=1")) {
			this.owner.send(job, "now", "test");
			Map<String, Object> headers = FakeOwner.headers(job, "late", "test");
			headers.put("X-Owner-Term", 6L);
			this.owner.send(headers, "content");
			this.owner.send(job, "next", "test");
			await().atMost(SOON).until(() -> this.owner.results(job).size() == 3);
		}
		assertThat(this.owner.results(job)).extracting(FakeOwner.Result::item, FakeOwner.Result::outcome)
			.containsExactly(tuple("now", "DONE"), tuple("late", "STALE"), tuple("next", "DONE"));
		assertThat(this.owner.results(job).get(1).reason()).isEqualTo("the owner's term 6 is over");
		assertThat(handler.handled()).hasSize(2);
		assertThat(this.owner.waiting("work.items")).isZero();
	}

	@Test
	void itemOfAnOwnerWhoseDatabaseWasMadeAnew_isHandled_andItsOlderTermsAreRefusedAgain() throws Exception {
		String job = job();
		TestHandler handler = new TestHandler((_, _) -> Outcome.done());
		try (RunningWorker _ = new RunningWorker(this.broker.port(), handler, "worker.concurrency=1")) {
			send(job, "before", "one", 7);
			send(job, "anew", "other", 1);
			send(job, "next", "other", 2);
			send(job, "late", "other", 1);
			send(job, "late of before", "one", 6);
			await().atMost(SOON).until(() -> this.owner.results(job).size() == 5);
		}
		assertThat(this.owner.results(job)).extracting(FakeOwner.Result::item, FakeOwner.Result::outcome)
			.containsExactly(tuple("before", "DONE"), tuple("anew", "DONE"), tuple("next", "DONE"),
					tuple("late", "STALE"), tuple("late of before", "STALE"));
	}

	private void send(String job, String item, String database, long term) throws Exception {
		Map<String, Object> headers = FakeOwner.headers(job, item, "test");
		headers.put("X-Owner-Term", term);
		headers.put("X-Owner-Database", database);
		this.owner.send(headers, "content");
	}

	@ParameterizedTest
	@CsvSource({ "array, true", "other, false" })
	void owner_getsSeveralResultsInOneMessage_onlyIfItTakesThem(String says, boolean together) throws Exception {
		String job = job();
		List<String> items = IntStream.range(0, 300).mapToObj((number) -> "item-" + number).toList();
		for (String item : items) {
			Map<String, Object> headers = FakeOwner.headers(job, item, "test");
			headers.put("X-Results", says);
			this.owner.send(headers, "x");
		}
		try (RunningWorker _ = new RunningWorker(this.broker.port(), new TestHandler((_, _) -> Outcome.done()))) {
			await().atMost(SOON).until(() -> this.owner.results(job).size() >= items.size());
		}
		assertThat(this.owner.results(job, "DONE")).containsExactlyInAnyOrderElementsOf(items);
		assertThat(this.owner.results(job)
			.stream()
			.anyMatch((result) -> "work.results".equals(result.properties().getType()))).isEqualTo(together);
	}

	@Test
	void unknownHandler_isRejectedNamingTheKnownOnes() throws Exception {
		String job = job();
		try (RunningWorker _ = new RunningWorker(this.broker.port(), new TestHandler((_, _) -> Outcome.done()))) {
			this.owner.send(job, "a", "nosuch");
			await().atMost(SOON).until(() -> this.owner.results(job).size() == 1);
		}
		FakeOwner.Result result = this.owner.results(job).getFirst();
		assertThat(result.outcome()).isEqualTo("REJECTED");
		assertThat(result.reason()).isEqualTo(
				"no handler 'nosuch' here, only checksum, copier, filter, ingest, join, merger, sharder, splitter, sum, tally, test, thumbnail, wordcount");
	}

	@Test
	void content_justAboveTheLimit_isRejected() throws Exception {
		String job = job();
		try (RunningWorker _ = new RunningWorker(this.broker.port(), new TestHandler((_, _) -> Outcome.done()))) {
			this.owner.send(FakeOwner.headers(job, "exact", "test"), "x".repeat(MAX_CONTENT));
			this.owner.send(FakeOwner.headers(job, "above", "test"), "x".repeat(MAX_CONTENT + 1));
			await().atMost(SOON).until(() -> this.owner.results(job).size() == 2);
		}
		assertThat(this.owner.results(job)).extracting(FakeOwner.Result::item, FakeOwner.Result::outcome)
			.containsExactlyInAnyOrder(tuple("exact", "DONE"), tuple("above", "REJECTED"));
		assertThat(this.owner.waiting("work.items")).isZero();
	}

	@Test
	void output_travelsWithTheReport_andALargeOneByAQueueOfItsOwn() throws Exception {
		String job = job();
		byte[] large = new byte[1024 * 1024];
		new Random(1).nextBytes(large);
		TestHandler handler = new TestHandler((item, _) -> switch (item.id()) {
			case "small" -> Outcome.done(new byte[] { 0, -1 });
			case "large" -> Outcome.done(large);
			default -> Outcome.done(new byte[large.length + 1]);
		});
		try (RunningWorker _ = new RunningWorker(this.broker.port(), handler, "worker.concurrency=1")) {
			this.owner.send(job, "small", "test");
			this.owner.send(job, "large", "test");
			this.owner.send(job, "above", "test");
			await().atMost(SOON).until(() -> this.owner.results(job).size() == 3);
		}
		FakeOwner.Result small = this.owner.result(job, "small");
		assertThat(small.body().path("output").binaryValue()).containsExactly(0, -1);
		assertThat(small.key()).isEqualTo("results");
		FakeOwner.Result whole = this.owner.result(job, "large");
		assertThat(whole.body().path("output").binaryValue()).isEqualTo(large);
		assertThat(whole.key()).isEqualTo("results.large");
		FakeOwner.Result above = this.owner.result(job, "above");
		assertThat(above.outcome()).isEqualTo("REJECTED");
		assertThat(above.reason()).isEqualTo("output of 1048577 bytes, more than the limit of 1048576");
		assertThat(above.body().has("output")).isFalse();
	}

	@Test
	void emissions_travelWithTheReport_andLargeOnesByTheQueueOfLargeOutputs() throws Exception {
		String job = job();
		byte[] large = new byte[1024 * 1024 - 5];
		TestHandler handler = new TestHandler((item, _) -> switch (item.id()) {
			case "some" -> Outcome.passedOn(List.of(new Emission("next", "ä/1", new byte[] { 0, -1 }),
					Emission.unchangedTo("other"), Emission.unchanged()));
			case "none" -> Outcome.passedOn(List.of());
			default -> Outcome.passedOn(List.of(new Emission("stage", null, large)));
		});
		try (RunningWorker _ = new RunningWorker(this.broker.port(), handler, "worker.concurrency=1")) {
			this.owner.send(job, "some", "test");
			this.owner.send(job, "none", "test");
			this.owner.send(job, "large", "test");
			Map<String, Object> headers = FakeOwner.headers(job, "folder/words", "wordcount");
			headers.put("X-Parameters", "{\"partitions\": 1}");
			this.owner.send(headers, "a b a");
			await().atMost(SOON).until(() -> this.owner.results(job).size() == 4);
		}
		assertThat(this.owner.result(job, "some").body().path("emissions"))
			.hasToString("[{\"to\":\"next\",\"id\":\"ä/1\",\"content\":\"AP8=\"},{\"to\":\"other\"},{}]");
		assertThat(this.owner.result(job, "some").body().has("output")).isFalse();
		assertThat(this.owner.result(job, "some").key()).isEqualTo("results");
		assertThat(this.owner.result(job, "none").body().path("emissions")).hasToString("[]");
		FakeOwner.Result whole = this.owner.result(job, "large");
		assertThat(whole.body().path("emissions").path(0).path("content").binaryValue()).isEqualTo(large);
		assertThat(whole.key()).isEqualTo("results.large");
		assertThat(this.owner.result(job, "folder/words").body().path("emissions"))
			.hasToString("[{\"id\":\"0/folder/words\",\"content\":\"eyJhIjoyLCJiIjoxfQ==\"}]");
	}

	@Test
	void emissionsThatAreTooMuch_areRejected() throws Exception {
		String job = job();
		List<Emission> many = Collections.nCopies(1001, Emission.unchanged());
		TestHandler handler = new TestHandler((item, _) -> switch (item.id()) {
			case "many" -> Outcome.passedOn(many);
			case "most" -> Outcome.passedOn(many.subList(0, 1000));
			default -> Outcome.passedOn(List.of(new Emission("stage", null, new byte[1024 * 1024])));
		});
		try (RunningWorker _ = new RunningWorker(this.broker.port(), handler)) {
			this.owner.send(job, "many", "test");
			this.owner.send(job, "most", "test");
			this.owner.send(job, "large", "test");
			await().atMost(SOON).until(() -> this.owner.results(job).size() == 3);
		}
		assertThat(this.owner.results(job))
			.extracting(FakeOwner.Result::item, FakeOwner.Result::outcome, FakeOwner.Result::reason)
			.containsExactlyInAnyOrder(tuple("most", "DONE", ""),
					tuple("many", "REJECTED", "1001 emissions, more than the limit of 1000"),
					tuple("large", "REJECTED", "emissions of 1048581 bytes, more than the limit of 1048576"));
		assertThat(this.owner.result(job, "many").body().has("emissions")).isFalse();
	}

	@Test
	void program_handlesItems_andBuiltInHandlersDo() throws Exception {
		String job = job();
		try (RunningWorker _ = new RunningWorker(this.broker.port(), new TestHandler((_, _) -> Outcome.done()),
				"worker.exec.command=sh,-c,tr a-z A-Z <$WORK_ITEM_FILE >$WORK_OUTPUT_FILE")) {
			this.owner.send(job, "program", "exec");
			this.owner.send(job, "words", "wordcount");
			Map<String, Object> headers = FakeOwner.headers(job, "typo", "checksum");
			headers.put("X-Parameters", "{\"algorithm\": \"sha\"}");
			this.owner.send(headers, "x");
			await().atMost(SOON).until(() -> this.owner.results(job).size() == 3);
		}
		assertThat(this.owner.result(job, "program").body().path("output").binaryValue()).asString()
			.isEqualTo("CONTENT OF PROGRAM");
		assertThat(this.owner.result(job, "words").body().path("output").binaryValue()).asString()
			.isEqualTo("{\"content\":1,\"of\":1,\"words\":1}");
		assertThat(this.owner.result(job, "typo").outcome()).isEqualTo("REJECTED");
		assertThat(this.owner.result(job, "typo").reason()).startsWith("parameter 'algorithm' must be one of");
	}

	/** As the owner declares them; a broker that compares refuses anything else. */
	@ParameterizedTest
	@ValueSource(strings = { "work.unreadable", "work.items.dead" })
	void whatIsPutAside_isBounded_andTheOldestGoesFirst(String queue) throws Exception {
		assertThat(this.owner.channel()
			.queueDeclare(queue, true, false, false,
					Map.of("x-queue-type", "quorum", "x-max-length-bytes", 67_108_864, "x-overflow", "drop-head"))
			.getQueue()).isEqualTo(queue);
	}

	@Test
	void message_thatIsNoItem_isParkedWithItsReason() throws Exception {
		String job = job();
		try (RunningWorker worker = new RunningWorker(this.broker.port(), new TestHandler((_, _) -> Outcome.done()))) {
			Map<String, Object> headers = FakeOwner.headers(job, "a", "test");
			headers.put("X-Attempt", "first");
			this.owner.send(headers, "the body");
			await().atMost(SOON).until(() -> this.owner.waiting("work.unreadable") == 1);
			await().atMost(SOON).until(() -> worker.count("work.parked") == 1);
		}
		GetResponse parked = this.owner.channel().basicGet("work.unreadable", true);
		assertThat(parked.getBody()).asString().isEqualTo("the body");
		assertThat(parked.getProps().getHeaders().get("X-Reason")).hasToString("X-Attempt is not a whole number");
		assertThat(parked.getProps().getHeaders().get("X-Item")).hasToString("a");
		assertThat(this.owner.waiting("work.items")).isZero();
	}

	@Test
	void connection_cutBetweenEffectAndAck_handlesTheItemOnce_andSaysThatItCameAgain() throws Exception {
		String job = job();
		try (Link link = new Link(this.broker.port())) {
			TestHandler handler = new TestHandler((_, call) -> {
				if (call == 1) {
					link.cut();
				}
				return Outcome.done();
			});
			try (RunningWorker worker = new RunningWorker(link.port(), handler)) {
				this.owner.send(job, "a", "test");
				// A report whose confirm was cut off, too, is there twice.
				await().atMost(SOON)
					.untilAsserted(() -> assertThat(this.owner.results(job)).extracting(FakeOwner.Result::outcome)
						.contains("DONE", "INTERRUPTED"));
				assertThat(worker.count("work.redelivered")).isEqualTo(1);
			}
			assertThat(handler.handled()).hasSize(1);
			assertThat(this.owner.results(job)).extracting(FakeOwner.Result::outcome)
				.containsOnly("DONE", "INTERRUPTED");
			assertThat(this.owner.waiting("work.items")).isZero();
		}
	}

	@Test
	void report_notConfirmed_isPublishedAgainWithoutHandlingAgain() throws Exception {
		String job = job();
		TestHandler handler = new TestHandler((_, _) -> Outcome.done());
		try (RunningWorker worker = new RunningWorker(this.broker.port(), handler)) {
			this.owner.channel().queueUnbind("work.results", "work", "results");
			this.owner.send(job, "a", "test");
			await().atMost(SOON).until(() -> worker.count("work.reports.unconfirmed") >= 2);
			this.owner.channel().queueBind("work.results", "work", "results");
			await().atMost(SOON).until(() -> this.owner.results(job).size() == 1);
		}
		assertThat(handler.handled()).hasSize(1);
		assertThat(this.owner.waiting("work.items")).isZero();
	}

	@Test
	void report_neverConfirmed_givesTheItemBack() throws Exception {
		String job = job();
		try (RunningWorker worker = new RunningWorker(this.broker.port(), new TestHandler((_, _) -> Outcome.done()),
				"worker.report-deadline=100ms")) {
			this.owner.channel().queueUnbind("work.results", "work", "results");
			this.owner.send(job, "a", "test");
			await().atMost(SOON).until(() -> worker.count("work.returned") >= 1);
		}
		finally {
			this.owner.channel().queueBind("work.results", "work", "results");
		}
		assertThat(this.owner.results(job)).isEmpty();
		assertThat(this.owner.waiting("work.items")).isEqualTo(1);
	}

	@Test
	void shutdown_finishesTheItemInProgress_andHandsTheOthersBack() throws Exception {
		String job = job();
		CountDownLatch begun = new CountDownLatch(1);
		CountDownLatch finish = new CountDownLatch(1);
		TestHandler handler = new TestHandler((_, _) -> {
			begun.countDown();
			finish.await();
			return Outcome.done();
		});
		RunningWorker worker = new RunningWorker(this.broker.port(), handler, "worker.concurrency=1",
				"worker.prefetch=3");
		for (String item : new String[] { "a", "b", "c" }) {
			this.owner.send(job, item, "test");
		}
		assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
		CompletableFuture<Void> stopped = worker.stop();
		finish.countDown();
		stopped.get(20, TimeUnit.SECONDS);
		assertThat(handler.handled()).extracting(WorkItem::id).containsExactly("a");
		await().atMost(SOON).until(() -> this.owner.results(job).size() == 1);
		assertThat(this.owner.results(job).getFirst().outcome()).isEqualTo("DONE");
		assertThat(this.owner.waiting("work.items")).isEqualTo(2);
	}

	@Test
	void shutdown_returnsAnItemThatOnlyWaits_atOnce() throws Exception {
		String job = job();
		CountDownLatch begun = new CountDownLatch(1);
		CompletableFuture<Pause> pause = new CompletableFuture<>();
		TestHandler handler = new TestHandler((_, _) -> {
			begun.countDown();
			pause.get().await(Duration.ofHours(1));
			return Outcome.done();
		});
		RunningWorker worker = new RunningWorker(this.broker.port(), handler);
		pause.complete(worker.bean(Pause.class));
		this.owner.send(job, "a", "test");
		assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
		worker.stop().get(10, TimeUnit.SECONDS);
		await().atMost(SOON).until(() -> this.owner.results(job).size() == 1);
		assertThat(this.owner.results(job).getFirst().outcome()).isEqualTo("RETURNED");
		assertThat(this.owner.waiting("work.items")).isZero();
	}

	@Test
	void broker_restarted_workerResumes() throws Exception {
		String job = job();
		CountDownLatch begun = new CountDownLatch(1);
		CountDownLatch finish = new CountDownLatch(1);
		TestHandler handler = new TestHandler((_, _) -> {
			begun.countDown();
			finish.await();
			return Outcome.done();
		});
		try (RunningWorker _ = new RunningWorker(this.broker.port(), handler)) {
			this.owner.send(job, "during", "test");
			assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
			this.broker.restart();
			finish.countDown();
			this.owner.reconnect();
			// Where nothing outlives the restart, the worker declares the queues anew.
			await().atMost(SOON).ignoreExceptions().until(() -> {
				this.owner.reconnect();
				this.owner.listen();
				return true;
			});
			this.owner.send(job, "after", "test");
			await().atMost(SOON)
				.until(() -> this.owner.results(job).stream().anyMatch((result) -> "after".equals(result.item())));
			await().atMost(SOON)
				.until(() -> this.owner.results(job)
					.stream()
					.anyMatch((result) -> "during".equals(result.item()) && "DONE".equals(result.outcome())));
		}
		assertThat(this.owner.waiting("work.items")).isZero();
		assertThat(handler.handled()).extracting(WorkItem::id).containsExactlyInAnyOrder("during", "after");
	}

	private static String job() {
		return UUID.randomUUID().toString();
	}

}
