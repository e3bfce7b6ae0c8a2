package dev.bootpatterns.owner.jobs;

import org.jspecify.annotations.Nullable;

/**
 * The way from a stage to one that it feeds.
 *
 * @param from the job of the one
 * @param ofRoots whether the one reduces, so that only what it comes to takes this way
 * @param to the job of the other
 * @param stage the name of the other
 * @param prefix goes before the ids of what takes this way, for they must be unique
 * @param orderBy which items of the other are in an order
 * @param barrier whether the other holds its items
 * @param reduceBy which items of the other are reduced to one, if it does that
 */
record Feed(long from, boolean ofRoots, long to, String stage, String prefix, @Nullable OrderBy orderBy,
		Stage.@Nullable Barrier barrier, @Nullable OrderBy reduceBy) {

	/** What the other makes of its items has ids of this kind. */
	static final String PARTIAL = "~partial/";

	/**
	 * Null if nothing is reduced, or if the id has no such part: such an item cannot take
	 * this way.
	 */
	@Nullable String reduceKey(String id) {
		if (this.barrier != Stage.Barrier.REDUCE) {
			return null;
		}
		return (this.reduceBy != null) ? this.reduceBy.key(id) : "";
	}

}
