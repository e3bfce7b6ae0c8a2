package dev.bootpatterns.local.job;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Consumer;

import dev.bootpatterns.local.console.Console;
import dev.bootpatterns.local.console.ProgressBar;
import dev.bootpatterns.local.client.GatewayClient;
import tools.jackson.databind.JsonNode;

/**
 * Shows a job's progress until it is over.
 */
public final class JobFollower {

	/** Without a terminal each report is a line of its own. */
	private static final int POLLS_PER_LINE = 10;

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
		return Following.isOver(job);
	}

	/**
	 * Follows a job.
	 * @param id its id
	 * @param label what the progress bar says
	 * @param idle is told, again and again, for how long no item has ended; may throw
	 * @return the job at its end
	 */
	public JsonNode follow(String id, String label, Consumer<Duration> idle) {
		Progress progress = new Progress(label);
		return new Following(this.gateway, this.clock).follow("job " + id, "/jobs/" + id, progress::answered,
				Following::isOver, () -> idle.accept(Duration.between(progress.since, this.clock.instant())));
	}

	private final class Progress {

		private final String label;

		private Instant since = JobFollower.this.clock.instant();

		private long last = -1;

		private int answers;

		Progress(String label) {
			this.label = label;
		}

		void answered(JsonNode job) {
			long finished = job.path("done").asLong() + job.path("dead").asLong();
			if (JobFollower.this.console.terminal() || this.answers % POLLS_PER_LINE == 0) {
				JobFollower.this.console.progress(ProgressBar.render(this.label, finished, job.path("total").asLong(),
						job.path("itemsPerSecond").asDouble(), Duration.ofSeconds(job.path("etaSeconds").asLong())));
			}
			this.answers++;
			if (finished != this.last) {
				this.since = JobFollower.this.clock.instant();
				this.last = finished;
			}
		}

	}

}
