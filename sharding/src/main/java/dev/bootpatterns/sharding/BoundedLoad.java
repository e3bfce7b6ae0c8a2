package dev.bootpatterns.sharding;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.DoubleStream;

/**
 * Consistent hashing with bounded loads: the ring of {@link ShardingAlgorithm#KETAMA}, on
 * which a shard that is full passes a request on to the next.
 * <p>
 * <b>Load</b> is what is in flight: {@link #acquire} counts a request in, and whoever
 * called it calls {@link #release} when the request has ended, however it ended. A
 * request that is never released takes its place for ever.
 * <p>
 * <b>Guarantee.</b> With m requests in flight, this one included, a shard takes it only
 * if that leaves the shard with at most {@code ceil((1 + epsilon) * m * w / sum(w))}. So
 * one hot key cannot overload its shard, and shares are even however few points the ring
 * has. While no shard is full, the answer is the ring's. A key that is passed on goes to
 * the same shards in the same order: the first few have it cached. It therefore suits
 * requests that any shard can answer, some faster; never data that only one shard has.
 * <p>
 * <b>Cost.</b> The ring's, and two atomic updates each for acquire and release. The
 * smaller epsilon is, the more is passed on, and the longer is the walk past full shards.
 * A request is counted before its place is sought, so that there always is a shard with
 * room: threads never wait for each other.
 * <p>
 * <b>Choose it</b> in front of caches of what any backend can fetch, where a few keys are
 * much hotter than the rest.
 *
 * @see <a href="https://arxiv.org/abs/1608.01350">Mirrokni, Thorup, Zadimoghaddam,
 * Consistent Hashing with Bounded Loads, SODA 2018</a>
 */
public final class BoundedLoad {

	private static final double MIN_EPSILON = 0.01;

	private final Ketama ring;

	private final double excess;

	/** By shard; 0 also for one that has no point: it cannot be reached. */
	private final double[] weights;

	private final double sumOfWeights;

	private final AtomicInteger total = new AtomicInteger();

	private final AtomicIntegerArray inFlight;

	/**
	 * With nothing in flight.
	 * @param backends all backends; {@link #acquire} answers with an index of this list
	 * @param epsilon by how much a shard may exceed the average, from
	 * {@value #MIN_EPSILON}; 0.25 is a usual choice
	 * @throws IllegalArgumentException if epsilon is lower or not finite, if there is no
	 * backend with a weight, or if two have the same name
	 */
	public BoundedLoad(List<Backend> backends, double epsilon) {
		if (!(epsilon >= MIN_EPSILON) || Double.isInfinite(epsilon)) {
			throw new IllegalArgumentException(
					"epsilon must be a number from %s, not %s".formatted(MIN_EPSILON, epsilon));
		}
		this.ring = new Ketama(Backend.check(backends));
		this.inFlight = new AtomicIntegerArray(backends.size());
		this.excess = 1 + epsilon;
		this.weights = new double[backends.size()];
		for (int point = 0; point < this.ring.points(); point++) {
			int shard = this.ring.shardAt(point);
			this.weights[shard] = backends.get(shard).weight();
		}
		this.sumOfWeights = DoubleStream.of(this.weights).sum();
	}

	/**
	 * Finds the shard for a request and counts the request in.
	 * @param key the request's key
	 * @return the shard, to be given back to {@link #release} once
	 */
	public int acquire(String key) {
		this.total.incrementAndGet();
		int point = this.ring.pointOf(key);
		while (!enter(this.ring.shardAt(point))) {
			point = this.ring.pointAfter(point);
		}
		return this.ring.shardAt(point);
	}

	private boolean enter(int shard) {
		int load = this.inFlight.get(shard);
		while (load < Math.ceil(this.excess * this.total.get() * this.weights[shard] / this.sumOfWeights)) {
			int witness = this.inFlight.compareAndExchange(shard, load, load + 1);
			if (witness == load) {
				return true;
			}
			load = witness;
		}
		return false;
	}

	/**
	 * Counts a request out.
	 * @param shard what {@link #acquire} answered
	 * @throws IllegalStateException if the shard has no request in flight
	 */
	public void release(int shard) {
		if (this.inFlight.getAndUpdate(shard, (load) -> Math.max(load - 1, 0)) == 0) {
			throw new IllegalStateException("shard %d has no request in flight to release".formatted(shard));
		}
		// After the shard's, so that the total is never below the sum of the shards'.
		this.total.decrementAndGet();
	}

	/**
	 * How many requests a shard has in flight.
	 * @param shard the shard
	 * @return their number
	 */
	public int inFlight(int shard) {
		return this.inFlight.get(shard);
	}

}
