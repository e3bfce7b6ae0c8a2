package dev.bootpatterns.sharding;

import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class MaglevTests {

	/**
	 * Table 1 of the paper as offsets and skips: 3 0 4 1 ..., 0 2 4 6 ..., 3 4 5 6 ...
	 */
	private static int[] fill(int... weights) {
		return Maglev.fill(7, new int[] { 3, 0, 3 }, new int[] { 4, 2, 1 }, weights);
	}

	@Test
	void table_isThatOfThePaper() {
		assertThat(fill(1, 1, 1)).containsExactly(1, 0, 1, 0, 2, 2, 0);
	}

	@Test
	void tableWithoutTheSecond_isThatOfThePaper() {
		assertThat(fill(1, 0, 1)).containsExactly(0, 0, 0, 0, 2, 2, 2);
	}

	@Test
	void turns_comeInProportionToWeights() {
		int[] table = Maglev.fill(65537, new int[] { 3, 0, 3 }, new int[] { 4, 2, 1 }, new int[] { 5, 0, 2 });
		assertThat(IntStream.of(table).filter((shard) -> shard == 0).count()).isBetween(46811L, 46813L);
		assertThat(IntStream.of(table).filter((shard) -> shard == 1).count()).isZero();
	}

	@Test
	void moreBackendsThanTheTableServes_areRefused() {
		List<Backend> backends = IntStream.range(0, 656).mapToObj((i) -> new Backend("b" + i)).toList();
		assertThatIllegalArgumentException().isThrownBy(() -> ShardingAlgorithm.MAGLEV.over(backends))
			.withMessageContaining("656")
			.withMessageContaining("655");
	}

}
