package dev.bootpatterns.sharding;

import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

	@ParameterizedTest
	@CsvSource({ "3, 4, 256", "4, 3, 256", "10, 11, 93", "11, 10, 93", "1, 2, 512", "2, 1, 512", "1024, 1, 1023" })
	void resharded_movesNoMoreThanItMust(int from, int to, int moved) {
		Topology before = Topology.balanced(from);
		Topology after = before.resharded(2, to);
		assertThat(after.shards()).isEqualTo(to);
		assertThat(after.epoch()).isEqualTo(2);
		var sizes = IntStream.range(0, to).map((shard) -> after.slotsOf(shard).size()).summaryStatistics();
		assertThat(sizes.getMax() - sizes.getMin()).isLessThanOrEqualTo(1);
		assertThat(sizes.getSum()).isEqualTo(Slots.COUNT);
		List<SlotMove> moves = before.movesTo(after);
		assertThat(moves.stream().mapToInt((move) -> move.slots().size()).sum()).isEqualTo(moved);
		assertThat(moves).allMatch((move) -> (to > from) ? move.to() >= from : move.from() >= to);
		assertThat(moves).allMatch((move) -> move.slots()
			.stream()
			.allMatch((slot) -> before.shardOf(slot) == move.from() && after.shardOf(slot) == move.to()));
	}

	@Test
	void resharded_thereAndBack_isEven_andStable() {
		Topology topology = Topology.balanced(3);
		for (int epoch = 2; epoch < 40; epoch++) {
			Topology next = topology.resharded(epoch, 1 + (epoch * 7) % 13);
			assertThat(next.movesTo(next.resharded(epoch + 1, next.shards()))).isEmpty();
			topology = next;
		}
	}

	@Test
	void resharded_toAnOlderEpoch_isRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> Topology.balanced(3).resharded(1, 4))
			.withMessage("epoch 1 does not follow 1");
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

	@ParameterizedTest
	@CsvSource({ "3, 4", "4, 3", "10, 11", "11, 10", "1, 1024", "1024, 1", "7, 7" })
	void rebalanced_isBalancedAndMovesTheFewestSlots(int before, int after) {
		Topology from = Topology.balanced(before);
		Topology to = from.rebalanced(IntStream.range(0, after).map((shard) -> 1).toArray());
		var sizes = IntStream.range(0, after).map((shard) -> to.slotsOf(shard).size()).summaryStatistics();
		assertThat(sizes.getMax() - sizes.getMin()).isLessThanOrEqualTo(1);
		assertThat(to.shards()).isEqualTo(after);
		assertThat(to.epoch()).isEqualTo(2);
		// What the growing ones gain has to move, and no other slot does.
		int gained = IntStream.range(0, after)
			.map((shard) -> Math.max(0, to.slotsOf(shard).size() - from.slotsOf(shard).size()))
			.sum();
		assertThat(IntStream.range(0, Slots.COUNT).filter((slot) -> from.shardOf(slot) != to.shardOf(slot)).count())
			.isEqualTo(gained)
			.isLessThanOrEqualTo((after > before) ? Slots.COUNT * (after - before) / after
					: Slots.COUNT * (before - after) / before + 1);
	}

	@Test
	void rebalanced_weightZero_emptiesTheShardAndKeepsTheNumbers() {
		Topology to = Topology.balanced(4).rebalanced(1, 0, 2, 1);
		assertThat(IntStream.range(0, 4).map((shard) -> to.slotsOf(shard).size())).containsExactly(256, 0, 512, 256);
		assertThat(to.slotsOf(0)).isEqualTo(Topology.balanced(4).slotsOf(0));
	}

	@Test
	void rebalanced_impossibleWeights_areRefused() {
		Topology topology = Topology.balanced(3);
		assertThatIllegalArgumentException().isThrownBy(topology::rebalanced);
		assertThatIllegalArgumentException().isThrownBy(() -> topology.rebalanced(0, 0));
		assertThatIllegalArgumentException().isThrownBy(() -> topology.rebalanced(1, -1)).withMessageContaining("-1");
		assertThatIllegalArgumentException().isThrownBy(() -> topology.rebalanced(new int[1025]))
			.withMessageContaining("1025");
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
