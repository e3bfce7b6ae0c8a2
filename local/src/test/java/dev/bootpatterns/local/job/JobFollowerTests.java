package dev.bootpatterns.local.job;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.client.FakeGateway;
import dev.bootpatterns.local.console.Console;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Timeout(30)
class JobFollowerTests {

	private final Console console = new Console(
			new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8), false);

	private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);

	@Test
	void gatewayThatDoesNotAnswerAnyMore_isNotWaitedForForEver() throws IOException {
		try (FakeGateway gateway = new FakeGateway()) {
			JobFollower follower = new JobFollower(gateway.client(), this.console,
					() -> this.now.updateAndGet((time) -> time.plusSeconds(50)));
			assertThatExceptionOfType(SuiteFailure.class).isThrownBy(() -> follower.follow("7", "job", (_) -> {
			})).withMessageContaining("no answer about job 7 for 120 s");
		}
	}

	@Test
	void jobThatMakesNoProgress_isFollowed_asLongAsItIsAnsweredFor() throws IOException {
		try (FakeGateway gateway = new FakeGateway()) {
			gateway.with("/jobs/7", "{\"state\": \"RUNNING\", \"total\": 1}");
			JobFollower follower = new JobFollower(gateway.client(), this.console,
					() -> this.now.updateAndGet((time) -> time.plusSeconds(20)));
			assertThat(follower.follow("7", "job", (idle) -> {
				if (idle.compareTo(Duration.ofMinutes(5)) > 0) {
					gateway.with("/jobs/7", "{\"state\": \"DONE\", \"total\": 1, \"done\": 1}");
				}
			}).path("done").asInt()).isEqualTo(1);
		}
	}

}
