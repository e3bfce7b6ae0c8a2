package dev.bootpatterns.sharding;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class BoundedLoadTests {

	private static final List<Backend> BACKENDS = IntStream.range(0, 5)
		.mapToObj((i) -> new Backend("backend-" + i))
		.toList();

	@Test
	void nothingElseInFlight_answerIsTheRings() {
		ShardingFunction ring = ShardingAlgorithm.KETAMA.over(BACKENDS);
		BoundedLoad load = new BoundedLoad(BACKENDS, 0.25);
		for (int i = 0; i < 1000; i++) {
			int shard = load.acquire("key-" + i);
			assertThat(shard).isEqualTo(ring.shardOf("key-" + i));
			load.release(shard);
		}
	}

	@Test
	void hotKey_spreadsInTheRingsOrder() {
		BoundedLoad load = new BoundedLoad(BACKENDS, 0.25);
		List<Integer> shards = IntStream.range(0, 12).mapToObj((i) -> load.acquire("hot")).toList();
		int own = ShardingAlgorithm.KETAMA.over(BACKENDS).shardOf("hot");
		assertThat(shards.getFirst()).isEqualTo(own);
		// Of twelve, ceil(12 * 1.25 / 5) = 3 may be with one; four shards are needed.
		assertThat(shards.stream().filter((shard) -> shard == own)).hasSize(3);
		assertThat(shards.stream().distinct()).hasSize(4);
		BoundedLoad again = new BoundedLoad(BACKENDS, 0.25);
		assertThat(IntStream.range(0, 12).mapToObj((i) -> again.acquire("hot"))).isEqualTo(shards);
	}

	@Test
	void released_placeIsFree() {
		BoundedLoad load = new BoundedLoad(BACKENDS, 0.25);
		int own = load.acquire("hot");
		load.acquire("hot");
		load.release(own);
		assertThat(load.acquire("hot")).isEqualTo(own);
	}

	@ParameterizedTest
	@ValueSource(doubles = { 0.01, 0.25, 1 })
	void shardThatTakesARequest_staysWithinItsBound(double epsilon) {
		int[] weights = { 1, 2, 0, 3, 4 };
		BoundedLoad load = new BoundedLoad(
				IntStream.range(0, 5).mapToObj((i) -> new Backend("backend-" + i, weights[i])).toList(), epsilon);
		Random random = new Random(7);
		List<Integer> inFlight = new ArrayList<>();
		for (int i = 0; i < 20_000; i++) {
			if (!inFlight.isEmpty() && random.nextInt(3) == 0) {
				load.release(inFlight.remove(/* index */ random.nextInt(inFlight.size())));
			}
			int shard = load.acquire("key-" + random.nextInt(20));
			inFlight.add(shard);
			assertThat((double) load.inFlight(shard))
				.isLessThanOrEqualTo(Math.ceil((1 + epsilon) * inFlight.size() * weights[shard] / 10));
		}
		assertThat(load.inFlight(2)).isZero();
	}

	/** A backend without a point would be room that nobody can reach. */
	@Test
	void backendTooLightForAPoint_blocksNobody() {
		BoundedLoad load = new BoundedLoad(List.of(new Backend("large", 1000), new Backend("small", 12)), 0.01);
		IntStream.range(0, 10_000).forEach((i) -> load.acquire("key-" + i));
		assertThat(load.inFlight(0)).isEqualTo(10_000);
	}

	@Test
	void manyThreads_exceedNoBoundAndLoseNoCount() throws Exception {
		int threads = 8;
		int each = 5_000;
		BoundedLoad load = new BoundedLoad(BACKENDS, 0.01);
		try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
			Callable<List<Integer>> task = () -> IntStream.range(0, each).mapToObj((i) -> load.acquire("hot")).toList();
			List<Integer> acquired = new ArrayList<>();
			for (Future<List<Integer>> future : executor
				.invokeAll(IntStream.range(0, threads).mapToObj((i) -> task).toList())) {
				acquired.addAll(future.get());
			}
			for (int shard = 0; shard < BACKENDS.size(); shard++) {
				assertThat(load.inFlight(shard)).isLessThanOrEqualTo((int) Math.ceil(1.01 * threads * each / 5))
					.isEqualTo((int) acquired.stream().filter(Integer.valueOf(shard)::equals).count());
			}
			executor
				.invokeAll(acquired.stream().map((shard) -> Executors.callable(() -> load.release(shard))).toList());
		}
		assertThat(IntStream.range(0, BACKENDS.size()).map(load::inFlight)).containsOnly(0);
	}

	@Test
	void releaseOfNothing_isRefused() {
		BoundedLoad load = new BoundedLoad(BACKENDS, 0.25);
		assertThatIllegalStateException().isThrownBy(() -> load.release(3)).withMessageContaining("shard 3");
	}

	@ParameterizedTest
	@ValueSource(doubles = { 0, -1, 0.001, Double.NaN, Double.POSITIVE_INFINITY })
	void impossibleEpsilon_isRefused(double epsilon) {
		assertThatIllegalArgumentException().isThrownBy(() -> new BoundedLoad(BACKENDS, epsilon))
			.withMessageContaining("epsilon");
	}

}
