package dev.bootpatterns.sharding;

import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class TopologyTests {

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 3, 7, 10, 1000, 1024 })
	void balanced_shardSizesDifferByOneAtMost(int shards) {
		Topology topology = Topology.balanced(shards);
		var sizes = IntStream.range(0, shards).map((shard) -> topology.slotsOf(shard).size()).summaryStatistics();
		assertThat(sizes.getMax() - sizes.getMin()).isLessThanOrEqualTo(1);
		assertThat(sizes.getSum()).isEqualTo(Slots.COUNT);
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, -1, 1025 })
	void balanced_impossibleNumberOfShards_isRefused(int shards) {
		assertThatIllegalArgumentException().isThrownBy(() -> Topology.balanced(shards))
			.withMessageContaining(Integer.toString(shards));
	}

	@Test
	void document_read_givesTheSameTopology() {
		Topology topology = Topology.balanced(3);
		assertThat(Topology.of(topology.toDocument())).isEqualTo(topology);
	}

	@Test
	void key_belongsToTheShardThatHasItsSlot() {
		Topology topology = Topology.balanced(3);
		String key = "java.base/java/util/HashMap.java";
		assertThat(topology.slotsOf(topology.shardOf(key)).contains(Slots.of(key))).isTrue();
	}

	@Test
	void slotOfNoShard_isRefusedNamingIt() {
		assertThatIllegalArgumentException().isThrownBy(() -> read("0-500", "502-1023"))
			.withMessageContaining("slot 501 belongs to no shard");
	}

	@Test
	void slotOfTwoShards_isRefusedNamingBoth() {
		assertThatIllegalArgumentException().isThrownBy(() -> read("0-501", "501-1023"))
			.withMessageContaining("slot 501 belongs to the shards 0 and 1");
	}

	@Test
	void shardUnknownToTheTopology_ownsNothing() {
		assertThat(Topology.balanced(2).slotsOf(5).size()).isZero();
	}

	private static Topology read(String... slots) {
		return Topology.of(new TopologyDocument(1,
				IntStream.range(0, slots.length)
					.mapToObj((shard) -> new TopologyDocument.Shard(shard, slots[shard]))
					.collect(java.util.stream.Collectors.toUnmodifiableList())));
	}

	@Test
	void noShards_isRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> Topology.of(new TopologyDocument(1, List.of())));
	}

}
