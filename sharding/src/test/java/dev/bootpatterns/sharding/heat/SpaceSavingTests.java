package dev.bootpatterns.sharding.heat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import dev.bootpatterns.sharding.heat.HotKeys.HotKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

class SpaceSavingTests {

	private static final Duration HALF_LIFE = Duration.ofSeconds(10);

	@Test
	void newcomer_takesOverTheSmallestCount_asItsError() {
		SpaceSaving sketch = new SpaceSaving(2, HALF_LIFE, 1);
		List.of("a", "a", "b", "c").forEach(sketch::offer);
		assertThat(sketch.snapshot(9).keys()).containsExactly(new HotKey("a", 2, 0, 0.5), new HotKey("c", 2, 1, 0.5));
		List.of("c", "b").forEach(sketch::offer);
		assertThat(sketch.snapshot(9).keys()).containsExactly(new HotKey("b", 3, 2, 0.5), new HotKey("c", 3, 1, 0.5));
	}

	@Test
	void fewerKeysThanCounters_areCountedExactly() {
		SpaceSaving sketch = new SpaceSaving(3, HALF_LIFE, 1);
		List.of("a", "b", "a", "c", "a", "b").forEach(sketch::offer);
		HotKeys snapshot = sketch.snapshot(2);
		assertThat(snapshot.keys()).containsExactly(new HotKey("a", 3, 0, 0.5), new HotKey("b", 2, 0, 2.0 / 6));
		assertThat(snapshot.total()).isEqualTo(6);
	}

	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3, 4, 5 })
	void bounds_holdForEachKey_andFrequentKeysAreListed(long seed) {
		SplittableRandom random = new SplittableRandom(seed);
		SpaceSaving sketch = new SpaceSaving(50, HALF_LIFE, 1);
		Map<String, Long> truth = new HashMap<>();
		for (int i = 0; i < 20_000; i++) {
			String key = randomKey(random);
			sketch.offer(key);
			truth.merge(key, 1L, Long::sum);
		}
		check(sketch.snapshot(Integer.MAX_VALUE), truth, 50);
	}

	/** However the threads meet: what a snapshot says is true of what was not dropped. */
	@Test
	void bounds_holdForManyThreads() throws InterruptedException {
		SpaceSaving sketch = new SpaceSaving(50, HALF_LIFE, 3);
		Map<String, Long> truth = new HashMap<>();
		List<Thread> threads = new ArrayList<>();
		for (int t = 0; t < 4; t++) {
			SplittableRandom random = new SplittableRandom(t);
			List<String> keys = IntStream.range(0, 50_000).mapToObj((i) -> randomKey(random)).toList();
			keys.forEach((key) -> truth.merge(key, 1L, Long::sum));
			threads.add(Thread.ofPlatform().start(() -> keys.forEach(sketch::offer)));
		}
		for (Thread thread : threads) {
			thread.join();
		}
		check(sketch.snapshot(Integer.MAX_VALUE), truth, 50);
	}

	@Test
	void keyThatAStripeDoesNotList_mayHaveBeenThereAsOftenAsItsSmallest() {
		StripeView first = new StripeView(Map.of("a", new StripeView.Count(5, 1)), 0, 7);
		StripeView second = new StripeView(Map.of("b", new StripeView.Count(3, 0)), 2, 3);
		assertThat(StripeView.sum(List.of(first, second), "a", 10)).isEqualTo(new HotKey("a", 7, 3, 0.7));
	}

	/**
	 * Keys from 0 on, of which each is about half as frequent as the one before, and many
	 * rare ones.
	 */
	private static String randomKey(SplittableRandom random) {
		return random.nextInt(3) > 0 ? "rare" + random.nextInt(5_000)
				: "hot" + Long.numberOfTrailingZeros(random.nextLong());
	}

	private static void check(HotKeys snapshot, Map<String, Long> truth, int capacity) {
		double offered = truth.values().stream().mapToLong(Long::longValue).sum();
		double dropped = snapshot.dropped();
		assertThat(snapshot.total() + dropped).isEqualTo(offered);
		Map<String, HotKey> listed = snapshot.keys().stream().collect(Collectors.toMap(HotKey::key, (key) -> key));
		assertThat(listed.values()).allSatisfy((key) -> {
			assertThat(key.count()).isGreaterThanOrEqualTo(truth.getOrDefault(key.key(), 0L) - dropped);
			assertThat(key.count() - key.error()).isLessThanOrEqualTo(truth.getOrDefault(key.key(), 0L));
			assertThat(key.error()).isLessThanOrEqualTo(snapshot.total() / capacity);
			assertThat(key.share()).isEqualTo(key.count() / snapshot.total());
		});
		assertThat(snapshot.keys()).isSortedAccordingTo((a, b) -> Double.compare(b.count(), a.count()));
		truth.forEach((key, count) -> {
			if (count - dropped > snapshot.total() / capacity) {
				assertThat(listed).containsKey(key);
			}
		});
		assertThat(listed).containsKeys("hot0", "hot1", "hot2");
	}

	@Test
	void aHalfLifeLater_countsAreHalf_andSharesTheSame() {
		SpaceSaving sketch = new SpaceSaving(2, HALF_LIFE, 1);
		List.of("a", "a", "a", "b", "c").forEach(sketch::offer);
		sketch.tick(HALF_LIFE);
		HotKeys snapshot = sketch.snapshot(9);
		assertThat(snapshot.keys()).containsExactly(new HotKey("a", 1.5, 0, 0.6), new HotKey("c", 1, 0.5, 0.4));
		assertThat(snapshot.total()).isEqualTo(2.5);
	}

	@Test
	void keyThatWasHotOnce_givesWay() {
		SpaceSaving sketch = new SpaceSaving(5, HALF_LIFE);
		IntStream.range(0, 1000).forEach((i) -> sketch.offer("old"));
		IntStream.range(0, 10).forEach((i) -> sketch.tick(HALF_LIFE));
		IntStream.range(0, 3).forEach((i) -> sketch.offer("new"));
		assertThat(sketch.snapshot(1).keys()).extracting(HotKey::key).containsExactly("new");
	}

	@Test
	void longAfterTheLastRequest_nothingIsKept() {
		SpaceSaving sketch = new SpaceSaving(5, HALF_LIFE, 1);
		sketch.offer("a");
		sketch.tick(Duration.ofDays(1));
		assertThat(sketch.snapshot(9)).isEqualTo(new HotKeys(List.of(), 0, 0));
		sketch.offer("b");
		assertThat(sketch.snapshot(9).keys()).containsExactly(new HotKey("b", 1, 0, 1));
	}

	@Test
	void keysOverAShare_areThoseThatCertainlyAre() {
		SpaceSaving sketch = new SpaceSaving(2, HALF_LIFE, 1);
		List.of("a", "a", "a", "b", "b", "c").forEach(sketch::offer);
		HotKeys snapshot = sketch.snapshot(9);
		assertThat(snapshot.keys()).contains(new HotKey("c", 3, 2, 0.5));
		assertThat(snapshot.over(0.4)).containsExactly("a");
		assertThat(snapshot.over(0.5)).isEmpty();
	}

	@Test
	void hotKey_staysHotDownToTheLowerLimit_andNoneEntersThere() {
		HotKeys snapshot = new HotKeys(List.of(new HotKey("a", 35, 0, 0.35), new HotKey("b", 35, 0, 0.35),
				new HotKey("c", 20, 0, 0.2), new HotKey("d", 10, 0, 0.1)), 100, 0);
		assertThat(snapshot.over(0.4, 0.3, Set.of("b", "c", "gone"))).containsExactly("b");
		assertThat(snapshot.over(0.34, 0.15, Set.of("c", "d"))).containsExactlyInAnyOrder("a", "b", "c");
	}

	@Test
	void longKeys_areShortened_andStayDifferent() {
		SpaceSaving sketch = new SpaceSaving(5, HALF_LIFE, 1);
		String start = "x".repeat(SpaceSaving.MAX_KEY_LENGTH);
		List.of(start, start + "1", start + "2", start + "2").forEach(sketch::offer);
		List<HotKey> keys = sketch.snapshot(9).keys();
		assertThat(keys).hasSize(3)
			.allSatisfy((key) -> assertThat(key.key()).hasSizeLessThanOrEqualTo(SpaceSaving.MAX_KEY_LENGTH)
				.startsWith("x".repeat(400)));
		assertThat(keys.getFirst().count()).isEqualTo(2);
	}

	@Test
	void longKey_isNotCutWithinACharacter() {
		String shortened = SpaceSaving.bounded("\uD83D\uDD25".repeat(300));
		assertThat(shortened.codePoints().filter((c) -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE))
			.isEmpty();
	}

	@Test
	void allStripesInUse_requestIsDroppedAndCounted_andNobodyWaits() throws InterruptedException {
		SpaceSaving sketch = new SpaceSaving(5, HALF_LIFE, 2);
		List<ReentrantLock> locks = IntStream.range(0, 2).mapToObj(sketch::lock).toList();
		locks.getFirst().lock();
		offerInAnotherThread(sketch, "counted");
		locks.getLast().lock();
		offerInAnotherThread(sketch, "dropped");
		locks.forEach(ReentrantLock::unlock);
		assertThat(sketch.snapshot(9)).isEqualTo(new HotKeys(List.of(new HotKey("counted", 1, 0, 1)), 1, 1));
	}

	private static void offerInAnotherThread(SpaceSaving sketch, String key) throws InterruptedException {
		Thread.ofVirtual().start(() -> sketch.offer(key)).join();
	}

	/** After a rise and a fall of the load, as over a day. */
	@Test
	void ageing_keepsBounds() {
		SpaceSaving sketch = new SpaceSaving(20, HALF_LIFE, 1);
		SplittableRandom random = new SplittableRandom(7);
		Map<String, Double> truth = new HashMap<>();
		for (int second = 0; second < 100; second++) {
			for (int i = 0; i < 500 - 10 * Math.abs(second - 50); i++) {
				String key = randomKey(random);
				sketch.offer(key);
				truth.merge(key, 1.0, Double::sum);
			}
			sketch.tick(Duration.ofSeconds(1));
			truth.replaceAll((key, weight) -> weight * Math.pow(0.5, 0.1));
		}
		HotKeys snapshot = sketch.snapshot(20);
		assertThat(snapshot.keys()).hasSize(20).allSatisfy((key) -> {
			assertThat(key.count()).isGreaterThanOrEqualTo(truth.getOrDefault(key.key(), 0.0) - 1e-6);
			assertThat(key.count() - key.error()).isLessThanOrEqualTo(truth.getOrDefault(key.key(), 0.0) + 1e-6);
			assertThat(key.error()).isLessThanOrEqualTo(snapshot.total() / 20);
		});
		assertThat(snapshot.total()).isCloseTo(truth.values().stream().mapToDouble(Double::doubleValue).sum(),
				within(1e-6));
	}

	@Test
	void noCounters_areRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> new SpaceSaving(0, HALF_LIFE));
	}

}
