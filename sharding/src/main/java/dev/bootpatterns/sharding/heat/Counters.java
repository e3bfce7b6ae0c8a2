package dev.bootpatterns.sharding.heat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * The space-saving algorithm itself, for one thread: a fixed number of counters, kept in
 * a heap whose root is the smallest, and found by key.
 */
final class Counters {

	/** Less than this is left of a single request after 30 half-lives. */
	private static final double NOTHING = 1e-9;

	private final Map<String, Counter> byKey;

	private final @Nullable Counter[] heap;

	private int size;

	private double total;

	Counters(int capacity) {
		this.heap = new @Nullable Counter[capacity];
		this.byKey = HashMap.newHashMap(capacity);
	}

	void add(String key) {
		this.total++;
		Counter counter = this.byKey.get(key);
		if (counter != null) {
			counter.count++;
			siftDown(counter);
		}
		else if (this.size < this.heap.length) {
			counter = new Counter(key, this.size++);
			this.byKey.put(key, counter);
			siftUp(counter);
		}
		else {
			replaceSmallest(key);
		}
	}

	/**
	 * The newcomer takes over the smallest count: it may have been there as often before,
	 * and was then forgotten, but not more often.
	 */
	private void replaceSmallest(String key) {
		Counter counter = at(0);
		this.byKey.remove(counter.key);
		counter.key = key;
		counter.error = counter.count;
		counter.count++;
		this.byKey.put(key, counter);
		siftDown(counter);
	}

	/** Multiplies all counts; the order, and so the heap, stays. */
	void scale(double factor) {
		this.total *= factor;
		if (this.total < NOTHING) {
			clear();
		}
		counters().forEach((counter) -> {
			counter.count *= factor;
			counter.error *= factor;
		});
	}

	private void clear() {
		this.total = 0;
		this.size = 0;
		Arrays.fill(this.heap, null);
		this.byKey.clear();
	}

	/** How often a key may have been there that has no counter. */
	double smallest() {
		return (this.size < this.heap.length) ? 0 : at(0).count;
	}

	double total() {
		return this.total;
	}

	Stream<Counter> counters() {
		return Arrays.stream(this.heap, 0, this.size).map((counter) -> Objects.requireNonNull(counter));
	}

	private Counter at(int index) {
		return Objects.requireNonNull(this.heap[index]);
	}

	private void siftDown(Counter counter) {
		int index = counter.index;
		for (int child = 2 * index + 1; child < this.size; child = 2 * index + 1) {
			if (child + 1 < this.size && at(child + 1).count < at(child).count) {
				child++;
			}
			if (counter.count <= at(child).count) {
				break;
			}
			place(at(child), index);
			index = child;
		}
		place(counter, index);
	}

	private void siftUp(Counter counter) {
		int index = counter.index;
		while (index > 0 && counter.count < at((index - 1) / 2).count) {
			place(at((index - 1) / 2), index);
			index = (index - 1) / 2;
		}
		place(counter, index);
	}

	private void place(Counter counter, int index) {
		this.heap[index] = counter;
		counter.index = index;
	}

	/** A key that is counted. */
	static final class Counter {

		private String key;

		private int index;

		private double count = 1;

		private double error;

		Counter(String key, int index) {
			this.key = key;
			this.index = index;
		}

		String key() {
			return this.key;
		}

		double count() {
			return this.count;
		}

		double error() {
			return this.error;
		}

	}

}
