package dev.bootpatterns.worker;

import java.time.Duration;
import java.util.List;
import java.util.UUID;

import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * SIGKILL for RabbitMQ while a worker's report has been published and not been confirmed.
 */
@Timeout(180)
@EnabledIf(value = "dev.bootpatterns.worker.RabbitMqBroker#dockerRuns",
		disabledReason = "there is no Docker here, and the embedded broker keeps nothing")
class KilledBrokerTests {

	private static final List<String> ITEMS = List.of("a", "b", "c", "d", "e", "f");

	private static final int FROZEN_AT = 3;

	@Test
	void brokerKilledBeforeItConfirmsAReport_getsAllReports_andNoAttemptHasItsEffectTwice() throws Exception {
		String job = UUID.randomUUID().toString();
		try (RabbitMqBroker broker = new RabbitMqBroker()) {
			TestHandler handler = new TestHandler((_, call) -> {
				if (call == FROZEN_AT) {
					broker.freeze();
				}
				return Outcome.done();
			});
			try (RunningWorker worker = new RunningWorker(broker.port(), handler, "worker.concurrency=1",
					"worker.max-concurrency=1", "worker.prefetch=2", "worker.confirm-timeout=500ms");
					FakeOwner owner = new FakeOwner(broker.port())) {
				for (String item : ITEMS) {
					owner.send(job, item, "test");
				}
				patiently().until(() -> worker.count("work.reports.unconfirmed") >= 1);
				broker.kill();
				patiently().ignoreExceptions().until(() -> {
					owner.reconnect();
					owner.listenAndSendAgain("test");
					return true;
				});
				patiently().untilAsserted(() -> assertThat(owner.results(job, "DONE")).containsAll(ITEMS));
				assertThat(owner.results(job)).extracting(FakeOwner.Result::outcome)
					.containsOnly("DONE", "INTERRUPTED");
				assertThat(handler.handled()).extracting((item) -> item.id() + "/" + item.attempt())
					.doesNotHaveDuplicates();
				patiently().until(() -> owner.waiting("work.items") == 0);
			}
		}
	}

	private static ConditionFactory patiently() {
		return await().atMost(Duration.ofSeconds(60));
	}

}
