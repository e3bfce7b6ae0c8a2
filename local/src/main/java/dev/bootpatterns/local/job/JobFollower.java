package dev.bootpatterns.local.job;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.console.Console;
import dev.bootpatterns.local.console.ProgressBar;
import dev.bootpatterns.local.process.Ticks;
import dev.bootpatterns.local.client.GatewayClient;
import tools.jackson.databind.JsonNode;

/**
 * Shows a job's progress until it is over. A leader may change meanwhile: no answer now
 * is not the end.
 */
public final class JobFollower {

	private static final Duration POLL = Duration.ofMillis(500);

	/** Without a terminal each report is a line of its own. */
	private static final int POLLS_PER_LINE = 10;

	/** A leader changes in less. */
	private static final Duration SILENCE = Duration.ofMinutes(2);

	private static final Set<String> ENDED = Set.of("DONE", "FAILED");

	private final GatewayClient gateway;

	private final Console console;

	private final InstantSource clock;

	public JobFollower(GatewayClient gateway, Console console, InstantSource clock) {
		this.gateway = gateway;
		this.console = console;
		this.clock = clock;
	}

	/**
	 * Whether a job is over.
	 * @param job as the gateway shows it
	 * @return whether nothing will change any more
	 */
	public static boolean isOver(JsonNode job) {
		return ENDED.contains(job.path("state").asString());
	}

	/**
	 * Follows a job.
	 * @param id its id
	 * @param label what the progress bar says
	 * @param idle is told, again and again, for how long no item has ended; may throw
	 * @return the job at its end
	 */
	public JsonNode follow(String id, String label, Consumer<Duration> idle) {
		Instant progressed = this.clock.instant();
		Instant answered = progressed;
		long last = -1;
		int polls = 0;
		try (Ticks ticks = new Ticks(POLL)) {
			while (ticks.next()) {
				Optional<JsonNode> answer = poll(id);
				if (answer.isPresent()) {
					answered = this.clock.instant();
					JsonNode job = answer.get();
					long finished = job.path("done").asLong() + job.path("dead").asLong();
					if (this.console.terminal() || polls % POLLS_PER_LINE == 0) {
						show(label, job, finished);
					}
					polls++;
					if (isOver(job)) {
						return job;
					}
					progressed = (finished != last) ? this.clock.instant() : progressed;
					last = finished;
				}
				idle.accept(Duration.between(progressed, this.clock.instant()));
				if (Duration.between(answered, this.clock.instant()).compareTo(SILENCE) > 0) {
					throw new SuiteFailure(
							"no answer about job %s for %d s: see './suite status'".formatted(id, SILENCE.toSeconds()));
				}
			}
		}
		throw new SuiteFailure("interrupted while following job %s, which goes on".formatted(id));
	}

	private void show(String label, JsonNode job, long finished) {
		this.console.progress(ProgressBar.render(label, finished, job.path("total").asLong(),
				job.path("itemsPerSecond").asDouble(), Duration.ofSeconds(job.path("etaSeconds").asLong())));
	}

	private Optional<JsonNode> poll(String id) {
		try {
			return Optional.of(this.gateway.json("/jobs/" + id));
		}
		catch (IOException ex) {
			return Optional.empty();
		}
	}

}
