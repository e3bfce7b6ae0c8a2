package dev.bootpatterns.owner.jobs;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A pipeline and how far it is, as the API shows it.
 *
 * @param id its id
 * @param name what its manifest calls it
 * @param state DONE when all of its stages are, FAILED when one of them is
 * @param source where the items of the first stage come from
 * @param createdAt since when
 * @param stages each after those that feed it
 */
record Pipeline(String id, String name, JobState state, String source, Instant createdAt, List<StageView> stages) {

	static Pipeline of(String id, String name, String source, Instant createdAt, List<StageView> stages) {
		JobState state = JobState.RUNNING;
		if (stages.stream().anyMatch((stage) -> stage.job().state() == JobState.FAILED)) {
			state = JobState.FAILED;
		}
		else if (stages.stream().allMatch((stage) -> stage.job().state() == JobState.DONE)) {
			state = JobState.DONE;
		}
		return new Pipeline(id, name, state, source, createdAt, stages);
	}

	/**
	 * A stage.
	 *
	 * @param job its job
	 * @param barrier JOIN or REDUCE, if it begins only when all of its items are there
	 * @param to the stages that it feeds
	 * @param waitsFor what keeps a barrier from opening; null once it is open
	 */
	record StageView(Job job, @Nullable String barrier, List<String> to, @Nullable WaitsFor waitsFor) {
	}

	/**
	 * What a barrier waits for.
	 *
	 * @param held how many items are there
	 * @param open how many items of the stages before it have not ended; each may lead to
	 * none, one, or many that are held
	 * @param dead how many of them are DEAD: it goes on when they were put back and are
	 * DONE, or when it is told to go on without them
	 * @param proceed whether it was told so
	 * @param stragglers some of those that it waits for: DEAD ones, and those longest
	 * under way
	 */
	record WaitsFor(long held, long open, long dead, boolean proceed, List<Straggler> stragglers) {
	}

	/**
	 * An item that others wait for.
	 *
	 * @param stage where it is
	 * @param item its id
	 * @param state its state
	 * @param attempt its latest attempt
	 * @param reason why that failed
	 * @param seconds since it was sent out, or begun
	 */
	record Straggler(String stage, String item, ItemState state, int attempt, @Nullable String reason,
			@Nullable Long seconds) {
	}

}
