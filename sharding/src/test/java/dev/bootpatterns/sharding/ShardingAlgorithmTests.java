package dev.bootpatterns.sharding;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import com.dynatrace.hash4j.consistent.ConsistentHashing;
import com.dynatrace.hash4j.hashing.HashStream64;
import com.dynatrace.hash4j.hashing.Hashing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** What holds for several functions; uniformity is counted in {@code benchmarks}. */
class ShardingAlgorithmTests {

	private static final int KEYS = 100_000;

	private static List<Backend> backends(int... weights) {
		return IntStream.range(0, weights.length).mapToObj((i) -> new Backend("backend-" + i, weights[i])).toList();
	}

	private static int[] equal(int count) {
		return IntStream.range(0, count).map((i) -> 1).toArray();
	}

	private static int[] assign(ShardingFunction function) {
		return IntStream.range(0, KEYS).map((i) -> function.shardOf("key-" + i)).toArray();
	}

	private static double[] shares(int[] assigned, int shards) {
		double[] shares = new double[shards];
		IntStream.of(assigned).forEach((shard) -> shares[shard] += 1.0 / assigned.length);
		return shares;
	}

	/** Others route by these, and data lies where they say. */
	@ParameterizedTest
	@CsvSource({ "MODULO, 8401459580709446294706245740708160045106", "KETAMA, 9159795919289990860106748316727256208538",
			"RENDEZVOUS, 0437047628882388063870140988833510055041", "MAGLEV, 4870585819576745053077859790675454899430",
			"JUMP_BACK, 4122000766644652532773516371501520743852", "SLOTS, 6619046146933296758024574397878380470647" })
	void shardsOfTenBackends_arePinned(ShardingAlgorithm algorithm, String shards) {
		assertThat(digits(algorithm.over(backends(equal(10))))).isEqualTo(shards);
	}

	@ParameterizedTest
	@CsvSource({ "KETAMA, 6159965949264666660156548366626256236538",
			"RENDEZVOUS, 2466645645545385663450146236833550555546", "MAGLEV, 4860585469556545653546854430665454859436",
			"SLOTS, 6619346446633296556424554365856380453645" })
	void shardsOfTenWeightedBackends_arePinned(ShardingAlgorithm algorithm, String shards) {
		assertThat(digits(algorithm.over(backends(1, 2, 3, 4, 5, 6, 7, 0, 1, 1)))).isEqualTo(shards);
	}

	private static String digits(ShardingFunction function) {
		return IntStream.range(0, 40)
			.mapToObj((i) -> Integer.toString(function.shardOf("key-é-" + i)))
			.collect(Collectors.joining());
	}

	/** So that others can compute the same: no charset's idea of a broken pair. */
	@ParameterizedTest
	@ValueSource(strings = { "", "a", "é", "java.base/java/util/HashMap.java", "\uD83D\uDE00" })
	void hashOfAKey_isXxh3OfItsUtf16LittleEndianBytes(String key) {
		assertThat(KeyHash.of(key))
			.isEqualTo(Hashing.xxh3_64().hashBytesToLong(key.getBytes(StandardCharsets.UTF_16LE)));
	}

	/**
	 * The check sum of hash4j's own test, ConsistentJumpBackBucketHasherSplitMix64Test.
	 */
	@Test
	void jumpBackOfTheLibrary_isThatOfItsRelease() {
		SplittableRandom random = new SplittableRandom(0x0a55871a9d9103b7L);
		HashStream64 sum = Hashing.komihash5_0().hashStream();
		for (int i = 0; i < 1_000_000; i++) {
			int buckets = Math.max(1, random.nextInt() >>> 1 >>> random.nextInt());
			sum.putInt(ConsistentHashing.jumpBackHashSplitMix64().getBucket(random.nextLong(), buckets));
		}
		assertThat(sum.getAsLong()).isEqualTo(0x23d7a0d288cd67e7L);
	}

	@ParameterizedTest
	@EnumSource
	void manyThreads_getTheSameAnswers(ShardingAlgorithm algorithm) {
		ShardingFunction function = algorithm.over(backends(equal(10)));
		assertThat(IntStream.range(0, KEYS).parallel().map((i) -> function.shardOf("key-" + i)).toArray())
			.isEqualTo(assign(function));
	}

	@ParameterizedTest
	@EnumSource
	void oneBackend_getsEverything(ShardingAlgorithm algorithm) {
		assertThat(assign(algorithm.over(backends(3)))).containsOnly(0);
	}

	@ParameterizedTest
	@EnumSource(names = { "KETAMA", "RENDEZVOUS" })
	void orderOfTheList_doesNotMatter(ShardingAlgorithm algorithm) {
		List<Backend> backends = backends(1, 2, 3, 4, 5);
		ShardingFunction reversed = algorithm.over(backends.reversed());
		ShardingFunction function = algorithm.over(backends);
		for (int i = 0; i < KEYS; i++) {
			assertThat(backends.reversed().get(reversed.shardOf("key-" + i)))
				.isEqualTo(backends.get(function.shardOf("key-" + i)));
		}
	}

	/** One after another, in an order drawn at random. */
	@ParameterizedTest
	@EnumSource(names = { "KETAMA", "RENDEZVOUS", "SLOTS" })
	void backendThatLeaves_movesItsOwnKeysOnly(ShardingAlgorithm algorithm) {
		int[] weights = equal(11);
		List<Integer> order = new ArrayList<>(IntStream.range(0, weights.length).boxed().toList());
		Collections.shuffle(order, new Random(11));
		ShardingFunction function = algorithm.over(backends(weights));
		int[] before = assign(function);
		for (int leaving : order.subList(1, order.size())) {
			weights[leaving] = 0;
			function = (function instanceof Topology topology) ? topology.rebalanced(weights)
					: algorithm.over(backends(weights));
			int[] after = assign(function);
			for (int key = 0; key < KEYS; key++) {
				if (before[key] != leaving) {
					assertThat(after[key]).isEqualTo(before[key]);
				}
				assertThat(after[key]).isNotEqualTo(leaving);
			}
			before = after;
		}
	}

	@Test
	void jumpBack_lastBackendLeaves_movesItsOwnKeysOnly() {
		int[] before = assign(ShardingAlgorithm.JUMP_BACK.over(backends(equal(11))));
		int[] after = assign(ShardingAlgorithm.JUMP_BACK.over(backends(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0)));
		for (int key = 0; key < KEYS; key++) {
			assertThat(after[key]).isNotEqualTo(10);
			if (before[key] != 10) {
				assertThat(after[key]).isEqualTo(before[key]);
			}
		}
	}

	@Test
	void jumpBack_backendFromTheMiddleLeaves_isRefusedNamingIt() {
		assertThatIllegalArgumentException().isThrownBy(() -> ShardingAlgorithm.JUMP_BACK.over(backends(1, 0, 1, 1)))
			.withMessageContaining("only leave out the last")
			.withMessageContaining("backend-1")
			.withMessageContaining("backend-2");
	}

	@ParameterizedTest
	@EnumSource(names = { "MODULO", "JUMP_BACK" })
	void differentWeights_areRefusedWhereTheyMeanNothing(ShardingAlgorithm algorithm) {
		assertThatIllegalArgumentException().isThrownBy(() -> algorithm.over(backends(2, 1, 2)))
			.withMessageContaining("[2, 1]");
	}

	/** Ketama's shares are as far off as its points are few. */
	@ParameterizedTest
	@CsvSource({ "KETAMA, 0.2", "RENDEZVOUS, 0.03", "MAGLEV, 0.03", "SLOTS, 0.03" })
	void shares_areInProportionToWeights(ShardingAlgorithm algorithm, double tolerance) {
		int[] weights = { 1, 2, 3, 0, 4 };
		double[] shares = shares(assign(algorithm.over(backends(weights))), weights.length);
		for (int shard = 0; shard < weights.length; shard++) {
			double wanted = weights[shard] / 10.0;
			assertThat(shares[shard]).isBetween(wanted * (1 - tolerance), wanted * (1 + tolerance));
		}
	}

	@Test
	void rendezvous_weightRaised_movesKeysToThatBackendOnly() {
		int[] before = assign(ShardingAlgorithm.RENDEZVOUS.over(backends(1, 1, 1, 1)));
		int[] after = assign(ShardingAlgorithm.RENDEZVOUS.over(backends(1, 1, 2, 1)));
		for (int key = 0; key < KEYS; key++) {
			if (after[key] != before[key]) {
				assertThat(after[key]).isEqualTo(2);
			}
		}
		assertThat(shares(after, 4)[2]).isBetween(0.39, 0.41);
	}

	@ParameterizedTest
	@EnumSource
	void impossibleLists_areRefused(ShardingAlgorithm algorithm) {
		assertThatIllegalArgumentException().isThrownBy(() -> algorithm.over(List.of()))
			.withMessageContaining("0 backends");
		assertThatIllegalArgumentException().isThrownBy(() -> algorithm.over(backends(0, 0)))
			.withMessageContaining("weight");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> algorithm.over(List.of(new Backend("same"), new Backend("same"))))
			.withMessageContaining("'same'");
	}

	@Test
	void impossibleBackends_areRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> new Backend(" "));
		assertThatIllegalArgumentException().isThrownBy(() -> new Backend("b", -1)).withMessageContaining("-1");
	}

}
