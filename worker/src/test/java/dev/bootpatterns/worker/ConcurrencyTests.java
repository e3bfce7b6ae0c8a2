package dev.bootpatterns.worker;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;

import io.micrometer.core.instrument.MockClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.amqp.rabbit.listener.RabbitListenerEndpointRegistry;
import org.springframework.amqp.rabbit.listener.SimpleMessageListenerContainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A worker's concurrency follows what the owner wants or what there is to do, within its
 * bounds.
 */
@Timeout(120)
class ConcurrencyTests {

	private static final Duration SOON = Duration.ofSeconds(30);

	private static final int MAX = 3;

	@Test
	void worker_growsWhileThereIsMoreToDo_andShrinksWithoutInterruptingAnItem() throws Exception {
		CountDownLatch others = new CountDownLatch(1);
		CountDownLatch last = new CountDownLatch(1);
		TestHandler handler = new TestHandler((item, _) -> {
			switch (item.id()) {
				case "quick" -> {
				}
				case "last" -> last.await();
				default -> others.await();
			}
			return Outcome.done();
		});
		try (TestBroker broker = new EmbeddedTestBroker();
				RunningWorker worker = new RunningWorker(broker.port(), handler, "worker.concurrency=1",
						"worker.max-concurrency=" + MAX, "worker.prefetch=1");
				FakeOwner owner = new FakeOwner(broker.port())) {
			owner.listen();
			SimpleMessageListenerContainer container = (SimpleMessageListenerContainer) Objects
				.requireNonNull(worker.bean(RabbitListenerEndpointRegistry.class).getListenerContainer("items"));
			container.setStartConsumerMinInterval(1);
			container.setStopConsumerMinInterval(1);
			container.setConsecutiveIdleTrigger(1);
			for (int i = 0; i < 20; i++) {
				owner.send("7", "quick", "test");
			}
			for (String item : List.of("last", "b", "c", "d", "e", "f")) {
				owner.send("7", item, "test");
			}
			await().atMost(SOON).until(() -> worker.gauge("work.active") == MAX);
			assertThat(container.getActiveConsumerCount()).as("not more").isEqualTo(MAX);
			others.countDown();
			await().atMost(SOON).until(() -> container.getActiveConsumerCount() == 1);
			assertThat(worker.gauge("work.active")).as("the one that is at an item").isEqualTo(1);
			assertThat(owner.results("7")).extracting(FakeOwner.Result::item).doesNotContain("last");
			last.countDown();
			await().atMost(SOON).until(() -> owner.results("7", "DONE").contains("last"));
			assertThat(owner.results("7")).extracting(FakeOwner.Result::outcome).containsOnly("DONE");
			assertThat(handler.handled()).as("each once").hasSize(26);
		}
	}

	@Test
	void worker_followsWhatTheOwnerWants_withoutInterruptingAnItem() throws Exception {
		MockClock clock = new MockClock();
		CountDownLatch others = new CountDownLatch(1);
		CountDownLatch last = new CountDownLatch(1);
		TestHandler handler = new TestHandler((item, _) -> {
			switch (item.id()) {
				case "last" -> last.await();
				case "b", "c" -> others.await();
				default -> {
				}
			}
			return Outcome.done();
		});
		try (TestBroker broker = new EmbeddedTestBroker();
				RunningWorker worker = new RunningWorker(broker.port(), handler, clock, "worker.concurrency=1",
						"worker.max-concurrency=5", "worker.prefetch=1");
				FakeOwner owner = new FakeOwner(broker.port())) {
			owner.listen();
			SimpleMessageListenerContainer container = (SimpleMessageListenerContainer) Objects
				.requireNonNull(worker.bean(RabbitListenerEndpointRegistry.class).getListenerContainer("items"));
			for (String item : List.of("last", "b", "c")) {
				send(owner, item, MAX);
			}
			await().atMost(SOON).until(() -> worker.gauge("work.active") == MAX);
			assertThat(container.getActiveConsumerCount()).as("at once, and not more").isEqualTo(MAX);
			others.countDown();
			send(owner, "d", 1);
			await().atMost(SOON).until(() -> owner.results("7", "DONE").contains("d"));
			assertThat(container.getActiveConsumerCount()).as("less, but not for long").isEqualTo(MAX);
			clock.add(Duration.ofSeconds(10));
			send(owner, "e", 1);
			// The one that stays, and perhaps one that ends with its item.
			await().atMost(SOON).until(() -> container.getActiveConsumerCount() < MAX);
			assertThat(worker.gauge("work.active")).isEqualTo(1);
			assertThat(owner.results("7", "DONE")).doesNotContain("last");
			last.countDown();
			await().atMost(SOON).until(() -> owner.results("7", "DONE").contains("last"));
			await().atMost(SOON).until(() -> container.getActiveConsumerCount() == 1);
			send(owner, "f", 100);
			await().atMost(SOON).until(() -> container.getActiveConsumerCount() == 5);
			await().atMost(SOON).until(() -> owner.results("7", "DONE").contains("f"));
			assertThat(owner.results("7", "DONE")).containsExactlyInAnyOrder("last", "b", "c", "d", "e", "f");
			assertThat(owner.results("7")).extracting(FakeOwner.Result::outcome).containsOnly("DONE");
			assertThat(handler.handled()).as("each once").hasSize(6);
		}
	}

	private static void send(FakeOwner owner, String item, int concurrency) throws Exception {
		Map<String, Object> headers = FakeOwner.headers("7", item, "test");
		headers.put("X-Concurrency-Wanted", concurrency);
		owner.send(headers, "x");
	}

}
