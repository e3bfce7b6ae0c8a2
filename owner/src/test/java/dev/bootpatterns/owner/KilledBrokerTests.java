package dev.bootpatterns.owner;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

import dev.bootpatterns.owner.support.FakeWorker;
import dev.bootpatterns.owner.support.RunningOwner;
import dev.bootpatterns.owner.support.TestDatabase;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * SIGKILL for RabbitMQ: while a chunk has been published and not been confirmed, and
 * while items and results flow.
 */
@Timeout(180)
@EnabledIf(value = "dev.bootpatterns.owner.RabbitMqBroker#dockerRuns",
		disabledReason = "there is no Docker here, and the embedded broker keeps nothing")
class KilledBrokerTests {

	private static final int ITEMS = 400;

	@Test
	void brokerKilledBeforeItConfirms_andAmidTheFlow_losesNoItem(@TempDir Path corpus) throws Exception {
		try (RabbitMqBroker broker = new RabbitMqBroker();
				RunningOwner owner = RunningOwner.start("owner-1", TestDatabase.empty(), broker.port(), corpus,
						"owner.jobs.window=40");
				FakeWorker worker = FakeWorker.working(broker.port())) {
			owner.awaitLeader("owner-1");
			Files.writeString(corpus.resolve("item-000.txt"), "the first opens the channel");
			owner.awaitState(owner.job(), "DONE");
			for (int i = 1; i < ITEMS; i++) {
				Files.writeString(corpus.resolve("item-%03d.txt".formatted(i)), "content " + i);
			}
			broker.freeze();
			String location = owner.job();
			Awaitility.await().until(() -> owner.metric("owner.published", "outcome", "unconfirmed") >= 1);
			broker.kill();
			worker.awaitTaken(ITEMS / 2);
			assertThat(owner.metric("owner.items", "to", "RETRY")).as("attempts for what nobody had").isZero();
			broker.kill();
			JsonNode job = owner.awaitState(location, "DONE");
			assertThat(job.path("done").asInt()).as(job.toString()).isEqualTo(ITEMS);
			assertThat(owner.metric("owner.items", "to", "DONE")).isEqualTo(1 + ITEMS);
			JsonNode certificate = owner.json(location + "/certificate");
			assertThat(certificate.at("/proof/done").asInt()).as(certificate.toString()).isEqualTo(ITEMS);
			Map<String, Long> deliveries = worker.taken()
				.stream()
				.map((item) -> FakeWorker.header(item, "X-Item"))
				.collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
			assertThat(deliveries).hasSize(ITEMS);
		}
	}

}
