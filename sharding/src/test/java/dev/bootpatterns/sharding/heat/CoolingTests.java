package dev.bootpatterns.sharding.heat;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import dev.bootpatterns.sharding.Slots;
import dev.bootpatterns.sharding.Topology;
import dev.bootpatterns.sharding.heat.CoolingPlan.HotShard;
import dev.bootpatterns.sharding.heat.CoolingPlan.Move;
import dev.bootpatterns.sharding.heat.CoolingPlan.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

/**
 * One rule each; what follows from them over many periods is in {@link CoolingRunTests}.
 */
class CoolingTests {

	/** Ten shards of ten slots of 10 requests per second: a shard's mean is 100. */
	private static final int SHARDS = 10;

	private final int[] shardBySlot = IntStream.range(0, 100).map((slot) -> slot / 10).toArray();

	private final double[] rates = IntStream.range(0, 100).mapToDouble((slot) -> 10).toArray();

	private CoolingMemory memory = CoolingMemory.NONE;

	private CoolingPlan plan() {
		return new Cooling(CoolingSettings.DEFAULTS).plan(SHARDS, this.shardBySlot, this.rates, this.memory);
	}

	@Test
	void evenLoad_movesNothing() {
		CoolingPlan plan = plan();
		assertThat(plan.moves()).isEmpty();
		assertThat(plan.hot()).isEmpty();
		assertThat(plan.before()).isEqualTo(1);
		assertThat(plan.after()).isEqualTo(1);
	}

	/** Shard 0 has 150, shard 9 has 50: nearest to half of the difference is best. */
	@Test
	void hotShard_givesToTheColdest_theSlotThatRelievesMost() {
		this.rates[3] = 55;
		this.rates[5] = 45;
		this.rates[0] = 0;
		this.rates[1] = 0;
		this.rates[2] = 0;
		Arrays.fill(this.rates, 90, 95, 0);
		CoolingPlan plan = plan();
		assertThat(plan.moves()).containsExactly(new Move(5, 0, 9));
		assertThat(plan.before()).isCloseTo(1.5, within(1e-9));
		assertThat(plan.after()).isCloseTo(1.05, within(1e-9));
		assertThat(plan.memory()).isEqualTo(new CoolingMemory(1, Map.of(5, 1L), Set.of()));
	}

	@ParameterizedTest
	@CsvSource({ "1.29, false, 0", "1.31, false, 1", "1.2, false, 0", "1.2, true, 1", "1.09, true, 0" })
	void cooling_beginsAboveTheStart_andEndsAtTheStop(double load, boolean begun, int moves) {
		heat(0, load);
		this.memory = new CoolingMemory(7, Map.of(), begun ? Set.of(0) : Set.of());
		assertThat(plan().moves()).hasSizeGreaterThanOrEqualTo(moves).hasSizeLessThanOrEqualTo(10 * moves);
	}

	@Test
	void shardThatCameBelowTheStop_isForgotten_andOneStillAboveIsNot() {
		heat(0, 2);
		CoolingPlan plan = new Cooling(new CoolingSettings(1.3, 1.1, 2, 10, 0.001, 10)).plan(SHARDS, this.shardBySlot,
				this.rates, new CoolingMemory(3, Map.of(), Set.of(0, 5)));
		assertThat(plan.memory().cooling()).containsExactly(0);
		assertThat(plan.memory().period()).isEqualTo(4);
	}

	@Test
	void movesOfAPeriod_areBounded_andTheRestIsReported() {
		heat(0, 2.5);
		CoolingPlan plan = new Cooling(new CoolingSettings(1.3, 1.1, 2, 10, 0.001, 10)).plan(SHARDS, this.shardBySlot,
				this.rates, this.memory);
		assertThat(plan.moves()).hasSize(2);
		assertThat(plan.hot()).singleElement()
			.returns(0, HotShard::shard)
			.returns(Reason.BUDGET, HotShard::reason)
			.returns(plan.after(), HotShard::load);
	}

	@Test
	void slotThatMoved_rests() {
		heat(0, 1.4);
		Move first = plan().moves().getFirst();
		this.memory = new CoolingMemory(20, Map.of(first.slot(), 11L), Set.of());
		assertThat(plan().moves()).extracting(Move::slot).isNotEmpty().doesNotContain(first.slot());
		this.memory = new CoolingMemory(21, Map.of(first.slot(), 11L), Set.of());
		assertThat(plan().moves()).extracting(Move::slot).contains(first.slot());
	}

	@Test
	void allSlotsThatWouldHelpRest_isTheReason() {
		heat(0, 2);
		this.memory = new CoolingMemory(1,
				IntStream.range(0, 10).boxed().collect(Collectors.toMap((slot) -> slot, (slot) -> 1L)), Set.of());
		CoolingPlan plan = plan();
		assertThat(plan.moves()).isEmpty();
		assertThat(plan.hot()).extracting(HotShard::reason).containsExactly(Reason.RESTING);
	}

	@Test
	void singleHotKey_isReported_andNeitherItsSlotNorItsNeighboursMove() {
		this.rates[42] = 1000;
		CoolingPlan plan = plan();
		assertThat(plan.moves()).isEmpty();
		assertThat(plan.hot()).singleElement().satisfies((hot) -> {
			assertThat(hot.reason()).isEqualTo(Reason.HOT_SLOT);
			assertThat(hot.shard()).isEqualTo(4);
			assertThat(hot.slot()).isEqualTo(42);
			assertThat(hot.slotLoad()).isCloseTo(1000 / 199.0, within(1e-9));
		});
	}

	@Test
	void hotSlotWhoseNeighboursAreHotToo_losesNeighboursOnly() {
		this.rates[42] = 400;
		for (int slot = 43; slot < 50; slot++) {
			this.rates[slot] = 50;
		}
		CoolingPlan plan = plan();
		assertThat(plan.moves()).isNotEmpty().allSatisfy((move) -> {
			assertThat(move.from()).isEqualTo(4);
			assertThat(move.slot()).isNotEqualTo(42);
		});
		assertThat(plan.hot()).extracting(HotShard::reason).containsExactly(Reason.HOT_SLOT);
	}

	@Test
	void twoHotSlotsInAShard_areParted() {
		this.rates[41] = 500;
		this.rates[42] = 500;
		CoolingPlan plan = plan();
		assertThat(plan.moves()).containsExactly(new Move(41, 4, 0));
		assertThat(plan.hot()).extracting(HotShard::shard).containsExactly(0, 4);
	}

	@Test
	void shardsWithoutSlots_areFilledFirst() {
		Arrays.setAll(this.shardBySlot, (slot) -> slot / 20);
		CoolingPlan plan = plan();
		assertThat(plan.moves()).hasSize(8).extracting(Move::to).containsOnly(5, 6, 7, 8, 9);
		assertThat(plan.after()).isLessThanOrEqualTo(plan.before());
	}

	@Test
	void fewRequests_areChance() {
		heat(0, 3);
		Arrays.setAll(this.rates, (slot) -> this.rates[slot] / 100);
		CoolingPlan plan = plan();
		assertThat(plan.moves()).isEmpty();
		assertThat(plan.hot()).extracting(HotShard::reason).containsExactly(Reason.QUIET);
	}

	@Test
	void noRequestsAtAll_planNothing() {
		Arrays.fill(this.rates, 0);
		assertThat(plan().moves()).isEmpty();
		assertThat(plan().hot()).isEmpty();
	}

	/** Two shards, three equal slots: 2 to 1 is the best there is. */
	@Test
	void slotsTooLargeToHelp_areTheReason() {
		CoolingPlan plan = new Cooling(CoolingSettings.DEFAULTS).plan(2, new int[] { 0, 0, 1 },
				new double[] { 50, 50, 50 }, this.memory);
		assertThat(plan.moves()).isEmpty();
		assertThat(plan.hot()).extracting(HotShard::reason).containsExactly(Reason.NO_USEFUL_MOVE);
	}

	@ParameterizedTest
	@CsvSource({ "0.8, 0.9, 0.5, 1", "0.75, 0.9, 0.6, 0", "0.7, 0.9, 0.7, 0" })
	void largeSlots_moveIfThatRelievesMuch(double each, double second, double third, int moves) {
		CoolingPlan plan = new Cooling(CoolingSettings.DEFAULTS).plan(3, new int[] { 0, 0, 1, 2 },
				new double[] { 100 * each, 100 * each, 100 * second, 100 * third }, this.memory);
		assertThat(plan.moves()).hasSize(moves);
	}

	@Test
	void ofTwoSlotsThatRelieveAlike_theSmallerMoves() {
		double[] loads = { 12, 4, 2, 2, 2, 2, 16, 8 };
		assertThat(new Cooling(new CoolingSettings(1.3, 1.1, 1, 10, 0.001, 0))
			.plan(3, new int[] { 0, 0, 0, 0, 0, 0, 1, 2 }, loads, this.memory)
			.moves()).containsExactly(new Move(1, 0, 2));
	}

	@Test
	void movesThatRelieveTooLittle_areNotMade() {
		heat(0, 1.4);
		CoolingPlan plan = new Cooling(new CoolingSettings(1.3, 1.1, 8, 10, 0.2, 10)).plan(SHARDS, this.shardBySlot,
				this.rates, this.memory);
		assertThat(plan.moves()).isEmpty();
		assertThat(plan.hot()).extracting(HotShard::reason).containsExactly(Reason.NO_USEFUL_MOVE);
	}

	@Test
	void topology_isPlannedFor() {
		double[] slots = new double[Slots.COUNT];
		Arrays.fill(slots, 0, 300, 2);
		Arrays.fill(slots, 300, Slots.COUNT, 0.5);
		assertThat(new Cooling(CoolingSettings.DEFAULTS).plan(Topology.balanced(3), slots, this.memory).moves())
			.hasSize(8)
			.allSatisfy((move) -> assertThat(move.from()).isZero());
	}

	@Test
	void impossibleInput_isRefused() {
		this.rates[3] = Double.NaN;
		assertThatIllegalArgumentException().isThrownBy(this::plan).withMessageContaining("rate NaN");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new Cooling(CoolingSettings.DEFAULTS).plan(1, new int[1], new double[2], this.memory));
		assertThatIllegalArgumentException().isThrownBy(() -> new Cooling(CoolingSettings.DEFAULTS)
			.plan(Topology.balanced(2), new double[Slots.COUNT - 1], this.memory));
		assertThatIllegalArgumentException().isThrownBy(() -> new CoolingSettings(1.1, 1.1, 1, 1, 0.1, 1));
		assertThatIllegalArgumentException().isThrownBy(() -> new CoolingSettings(1.3, 1, 1, 1, 0.1, 1));
		assertThatIllegalArgumentException().isThrownBy(() -> new CoolingSettings(1.3, 1.1, 0, 1, 0.1, 1));
		assertThatIllegalArgumentException().isThrownBy(() -> new CoolingSettings(1.3, 1.1, 1, -1, 0.1, 1));
		assertThatIllegalArgumentException().isThrownBy(() -> new CoolingSettings(1.3, 1.1, 1, 1, 0, 1));
		assertThatIllegalArgumentException().isThrownBy(() -> new CoolingSettings(1.3, 1.1, 1, 1, 0.1, -1));
	}

	/** Gives a shard this load by the mean, and the others equal ones. */
	private void heat(int shard, double load) {
		Arrays.setAll(this.rates, (slot) -> (slot / 10 == shard) ? 10 * load : 10 * (SHARDS - load) / (SHARDS - 1));
	}

}
