package dev.bootpatterns.sharding.fanout;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * The best of what arrives in sorted runs.
 * <p>
 * <b>Guarantee.</b> The k best of all that was added, in their order, whatever the order
 * in which the runs come. A run's own best come first, so if each is its leaf's best k,
 * the result is the best k of all.
 * <p>
 * <b>Cost.</b> A heap of k. A run is left at its first item that is not among the best so
 * far, so with m runs of k the work is O((k + m + taken) log k), where most runs after
 * the first few are left early; memory is k, not m × k.
 * <p>
 * <b>Trade-off.</b> To sort all at the end is simpler and as fast for a handful of
 * leaves, but it waits for the last leaf to begin, and keeps all.
 *
 * @param <T> what is gathered
 */
public final class TopK<T> {

	private final int size;

	private final Comparator<? super T> bestFirst;

	private final PriorityQueue<T> best;

	/**
	 * Starts empty.
	 * @param size how many to keep; may be 0
	 * @param bestFirst the order; two that are equal in it are both kept
	 */
	public TopK(int size, Comparator<? super T> bestFirst) {
		this.size = size;
		this.bestFirst = bestFirst;
		this.best = new PriorityQueue<>(Math.max(1, size), bestFirst.reversed());
	}

	/**
	 * Adds a run.
	 * @param run its items, best first
	 */
	public void add(Iterable<? extends T> run) {
		for (T item : run) {
			if (this.best.size() < this.size) {
				this.best.add(item);
			}
			else if (this.size > 0 && this.bestFirst.compare(item, this.best.element()) < 0) {
				this.best.remove();
				this.best.add(item);
			}
			else {
				return;
			}
		}
	}

	/**
	 * The best so far.
	 * @return in their order, at most as many as are kept
	 */
	public List<T> best() {
		List<T> sorted = new ArrayList<>(this.best);
		sorted.sort(this.bestFirst);
		return sorted;
	}

}
