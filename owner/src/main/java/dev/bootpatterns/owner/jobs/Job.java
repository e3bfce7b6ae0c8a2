package dev.bootpatterns.owner.jobs;

import java.time.Instant;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A job and how far it is, as the API shows it.
 *
 * @param id its id
 * @param state where it is
 * @param pipeline of which pipeline it is a stage, if of one
 * @param stage the stage's name
 * @param source where its items come from
 * @param handler what is done with them
 * @param parameters what the handler is told
 * @param priority from 0 to 9, the most urgent
 * @param orderBy which of its items are worked on one after the other, if any
 * @param total how many items are known; final once the state is not LISTING
 * @param done how many have had their effect
 * @param failed how many have failed and will be tried again
 * @param dead how many will not be tried again
 * @param running how many a worker is at
 * @param queued how many stand in the queue
 * @param skipped how many entries of the source are no items, by reason
 * @param itemsPerSecond how many come to an end in a second: over the last ten seconds,
 * or over the whole time once the job has ended
 * @param etaSeconds when the job will end at this rate; absent while it is not known
 * @param reason why it failed
 * @param createdAt since when
 * @param finishedAt until when
 */
record Job(String id, JobState state, @Nullable String pipeline, @Nullable String stage, String source, String handler,
		Map<String, Object> parameters, int priority, @Nullable String orderBy, long total, long done, long failed,
		long dead, long running, long queued, Map<String, Long> skipped, double itemsPerSecond,
		@Nullable Long etaSeconds, @Nullable String reason, Instant createdAt, @Nullable Instant finishedAt) {

	boolean isOver() {
		return this.state == JobState.DONE || this.state == JobState.FAILED;
	}

}
