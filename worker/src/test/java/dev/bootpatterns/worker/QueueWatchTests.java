package dev.bootpatterns.worker;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Whether there is anything to do. */
@Timeout(60)
class QueueWatchTests {

	private static final Duration SOON = Duration.ofSeconds(30);

	@Test
	void worker_isIdle_withNothingInProgress_orBegunSinceTheLastLook_andABrokerThatSaysSo() throws Exception {
		CountDownLatch finish = new CountDownLatch(1);
		TestHandler handler = new TestHandler((_, _) -> {
			finish.await();
			return Outcome.done();
		});
		try (TestBroker broker = new EmbeddedTestBroker();
				Link link = new Link(broker.port());
				RunningWorker worker = new RunningWorker(link.port(), handler);
				FakeOwner owner = new FakeOwner(broker.port())) {
			owner.listen();
			Idleness watch = worker.bean(Idleness.class);
			assertThat(watch.idle()).isTrue();
			owner.send("7", "a", "test");
			await().atMost(SOON).until(() -> handler.handled().size() == 1);
			assertThat(watch.idle()).as("in progress").isFalse();
			assertThat(watch.idle()).as("still in progress").isFalse();
			owner.send("7", "b", "test");
			finish.countDown();
			await().atMost(SOON).until(() -> owner.results("7", "DONE").size() == 2);
			await().atMost(SOON).until(() -> worker.gauge("work.active") == 0);
			assertThat(watch.idle()).as("one was begun meanwhile").isFalse();
			assertThat(watch.idle()).isTrue();
			link.sever();
			assertThat(watch.idle()).as("the broker is away").isFalse();
		}
	}

}
