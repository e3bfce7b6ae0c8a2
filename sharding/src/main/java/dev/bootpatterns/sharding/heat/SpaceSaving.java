package dev.bootpatterns.sharding.heat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import com.dynatrace.hash4j.hashing.Hashing;
import dev.bootpatterns.sharding.heat.HotKeys.HotKey;

/**
 * Which keys are asked for most, now, in memory that does not depend on how many keys
 * there are: the space-saving algorithm.
 * <p>
 * <b>Idea.</b> A fixed number of counters. A key that has none takes over the smallest
 * one, its count included: the key may have been there that often before without being
 * remembered, but not more often.
 * <p>
 * <b>Guarantee.</b> With m counters and N requests, every key that was there more than
 * N/m times is listed; a count is never too low, and too high by its {@code error} at
 * most, which is N/m at most and far less where few keys get most requests. Counts are
 * weighted by age (after a half-life they count half), which multiplies all of them by
 * the same factor and so keeps these bounds, with the weighted N.
 * <p>
 * <b>Many threads.</b> The counters stand in stripes. A thread takes the stripe that its
 * identifier hashes to or, if that is in use, the next that is not; {@link #snapshot}
 * adds the stripes up, and their bounds (counters by thread, so that a hot key is not a
 * hot lock). {@link #offer} never waits: should all stripes be in use, the request is
 * counted as dropped instead, whatever its key. Bounds hold for what was not dropped.
 * <p>
 * <b>Cost.</b> A hit is a hash look-up and, as hot counters stand at the leaves of the
 * heap, mostly no more than a comparison; a miss is two changes of the hash table and
 * O(log m) swaps. Some 100 bytes and the key for each counter of each stripe. A tick is
 * O(m) for each stripe. The module {@code benchmarks} measures it.
 * <p>
 * <b>Trade-off.</b> A count-min sketch answers for any key but names none; lossy counting
 * needs more memory as the stream grows; sampling finds what is very hot with less work
 * but bounds nothing.
 *
 * @see <a href="https://doi.org/10.1007/978-3-540-30570-5_27">A. Metwally, D. Agrawal, A.
 * El Abbadi: Efficient Computation of Frequent and Top-k Elements in Data Streams,
 * 2005</a>
 * @see <a href="https://doi.org/10.1145/2213556.2213562">P. Agarwal, G. Cormode, Z.
 * Huang, J. Phillips, Z. Wei, K. Yi: Mergeable Summaries, 2012</a>
 */
public final class SpaceSaving {

	/** A longer key is kept as its beginning and a hash of the whole. */
	public static final int MAX_KEY_LENGTH = 512;

	private static final int HASH_LENGTH = 17;

	private static final int MAX_STRIPES = 16;

	private final Stripe[] stripes;

	private final HalfLife halfLife;

	private final LongAdder dropped = new LongAdder();

	/**
	 * A sketch with two stripes for each core of this machine, 16 at most.
	 * @param capacity counters in each stripe: a key with more than this part of the
	 * requests is always found, so ten times as many as are wanted is a good number
	 * @param halfLife after which time a request counts half
	 */
	public SpaceSaving(int capacity, Duration halfLife) {
		this(capacity, halfLife, Math.min(MAX_STRIPES, 2 * Runtime.getRuntime().availableProcessors()));
	}

	SpaceSaving(int capacity, Duration halfLife, int stripes) {
		if (capacity < 1) {
			throw new IllegalArgumentException("%d counters: there must be one at least".formatted(capacity));
		}
		this.halfLife = new HalfLife(halfLife);
		this.stripes = IntStream.range(0, stripes).mapToObj((i) -> new Stripe(capacity)).toArray(Stripe[]::new);
	}

	/**
	 * Counts a request. For any thread; never waits.
	 * @param key the key that is asked for
	 */
	public void offer(String key) {
		String bounded = bounded(key);
		int first = Long.hashCode(Thread.currentThread().threadId() * 0x9E3779B97F4A7C15L);
		for (int i = 0; i < this.stripes.length; i++) {
			Stripe stripe = this.stripes[Math.floorMod(first + i, this.stripes.length)];
			if (stripe.lock.tryLock()) {
				try {
					stripe.counters.add(bounded);
					return;
				}
				finally {
					stripe.lock.unlock();
				}
			}
		}
		this.dropped.increment();
	}

	static String bounded(String key) {
		if (key.length() <= MAX_KEY_LENGTH) {
			return key;
		}
		int end = MAX_KEY_LENGTH - HASH_LENGTH;
		end -= Character.isHighSurrogate(key.charAt(end - 1)) ? 1 : 0;
		long hash = Hashing.xxh3_64().hashBytesToLong(key.getBytes(StandardCharsets.UTF_8));
		return key.substring(0, end) + "#%016x".formatted(hash);
	}

	/**
	 * Lets what was counted age.
	 * @param elapsed how long ago the last tick was, or the beginning
	 */
	public void tick(Duration elapsed) {
		double left = this.halfLife.left(HalfLife.seconds(elapsed, "elapsed time"));
		for (Stripe stripe : this.stripes) {
			stripe.lock.lock();
			try {
				stripe.counters.scale(left);
			}
			finally {
				stripe.lock.unlock();
			}
		}
	}

	/**
	 * The hottest keys now.
	 * @param limit how many at most
	 * @return the keys, hottest first
	 */
	public HotKeys snapshot(int limit) {
		List<StripeView> views = new ArrayList<>();
		for (Stripe stripe : this.stripes) {
			stripe.lock.lock();
			try {
				views.add(StripeView.of(stripe.counters));
			}
			finally {
				stripe.lock.unlock();
			}
		}
		double total = views.stream().mapToDouble(StripeView::total).sum();
		Set<String> keys = views.stream().flatMap((view) -> view.keys().keySet().stream()).collect(Collectors.toSet());
		return new HotKeys(keys.stream()
			.map((key) -> StripeView.sum(views, key, total))
			.sorted(Comparator.comparingDouble(HotKey::count).reversed().thenComparing(HotKey::key))
			.limit(limit)
			.toList(), total, this.dropped.sum());
	}

	ReentrantLock lock(int stripe) {
		return this.stripes[stripe].lock;
	}

	/** Counters and the lock that whoever touches them holds. */
	private static final class Stripe {

		private final ReentrantLock lock = new ReentrantLock();

		private final Counters counters;

		Stripe(int capacity) {
			this.counters = new Counters(capacity);
		}

	}

}
