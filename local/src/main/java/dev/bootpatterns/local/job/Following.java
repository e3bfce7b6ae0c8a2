package dev.bootpatterns.local.job;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.client.GatewayClient;
import dev.bootpatterns.local.process.Ticks;
import tools.jackson.databind.JsonNode;

/**
 * Asks for something that has a state until it is over. A leader may change meanwhile: no
 * answer now is not the end.
 */
final class Following {

	private static final Duration POLL = Duration.ofMillis(500);

	/** A leader changes in less. */
	private static final Duration SILENCE = Duration.ofMinutes(2);

	private static final Set<String> ENDED = Set.of("DONE", "FAILED");

	private final GatewayClient gateway;

	private final InstantSource clock;

	Following(GatewayClient gateway, InstantSource clock) {
		this.gateway = gateway;
		this.clock = clock;
	}

	static boolean isOver(JsonNode followed) {
		return ENDED.contains(followed.path("state").asString());
	}

	/**
	 * Follows something.
	 * @param what it is, for people
	 * @param path where it is
	 * @param each is given every answer, the last one too
	 * @param over whether nothing will change any more by itself
	 * @param pause is called between two tries; may throw
	 * @return the answer at its end
	 */
	JsonNode follow(String what, String path, Consumer<JsonNode> each, Predicate<JsonNode> over, Runnable pause) {
		Instant answered = this.clock.instant();
		try (Ticks ticks = new Ticks(POLL)) {
			while (ticks.next()) {
				Optional<JsonNode> answer = poll(path);
				if (answer.isPresent()) {
					answered = this.clock.instant();
					each.accept(answer.get());
					if (over.test(answer.get())) {
						return answer.get();
					}
				}
				pause.run();
				if (Duration.between(answered, this.clock.instant()).compareTo(SILENCE) > 0) {
					throw new SuiteFailure(
							"no answer about %s for %d s: see './suite status'".formatted(what, SILENCE.toSeconds()));
				}
			}
		}
		throw new SuiteFailure("interrupted while following %s, which goes on".formatted(what));
	}

	private Optional<JsonNode> poll(String path) {
		try {
			return Optional.of(this.gateway.json(path));
		}
		catch (IOException ex) {
			return Optional.empty();
		}
	}

}
