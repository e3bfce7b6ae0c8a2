package dev.bootpatterns.owner.jobs;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A stage of a pipeline, checked.
 *
 * @param name unique in its pipeline
 * @param handler what workers do with its items
 * @param parameters what the handler is told
 * @param orderBy which of its items are worked on one after the other, if any
 * @param buffer so many of its items may wait before the stages that feed it do
 * @param barrier whether it begins only when all of its items are there
 * @param reduction how it makes few results of many, if it is a REDUCE
 * @param to the names of the stages that it feeds
 */
record Stage(String name, String handler, Map<String, Object> parameters, @Nullable OrderBy orderBy, int buffer,
		@Nullable Barrier barrier, @Nullable Reduction reduction, List<String> to) {

	/**
	 * What a stage that holds its items does when all of them are there.
	 */
	enum Barrier {

		/** Passes them on. */
		JOIN,
		/** Makes one of them, in a tree. */
		REDUCE

	}

	/**
	 * How results are made one.
	 *
	 * @param fanIn of how many at most, in one step; even, so that pairs are not divided
	 * @param by which of them belong together; null: all
	 */
	record Reduction(int fanIn, @Nullable OrderBy by) {
	}

}
