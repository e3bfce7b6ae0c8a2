package dev.bootpatterns.sharding.fanout;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

class FanoutModelTests {

	private static final double MS = 1e6;

	/** The Tail at Scale's: 10 ms, and one call in a hundred takes a second. */
	private static final LatencyDistribution ONE_PERCENT_SLOW = (quantile) -> (quantile < 0.99) ? 10 * MS : 1000 * MS;

	/** Exponential, with a mean of 10 ms. */
	private static final LatencyDistribution EXPONENTIAL = (quantile) -> -10 * MS * StrictMath.log1p(-quantile);

	private static final LatencyDistribution CONSTANT = (quantile) -> 10 * MS;

	private static FanoutModel unscaled(LatencyDistribution leaf, Hedging hedging) {
		return new FanoutModel(leaf, 1, 0, 0, hedging, FanoutModel.DEFAULT_SAMPLES);
	}

	/**
	 * The paper's figure is 1 - 0.99^100; four standard deviations of 20,000 draws are
	 * 1.4 %.
	 */
	@Test
	void onePercentSlowLeaves_make63PercentOfRootsOf100Slow() {
		assertThat(slowRoots(100)).isCloseTo(0.634, within(0.014));
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 10, 1000 })
	void slowRoots_areAsManyAsTheClosedFormSays(int leaves) {
		assertThat(slowRoots(leaves)).isCloseTo(1 - StrictMath.pow(0.99, leaves), within(0.014));
	}

	private static double slowRoots(int leaves) {
		double[] roots = new FanoutSimulation(ONE_PERCENT_SLOW, Hedging.DEFAULTS, 0, FanoutModel.DEFAULT_SAMPLES)
			.draw(leaves, 1).plain;
		return Arrays.stream(roots).filter((nanos) -> nanos > 10 * MS).count() / (double) roots.length;
	}

	/** The maximum of N has the quantile q where one has q^(1/N). */
	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 8, 100, 1024 })
	void quantilesOfTheRoot_areThoseOfTheClosedForm(int leaves) {
		RootLatency root = unscaled(EXPONENTIAL, Hedging.DEFAULTS).predict(leaves, 1).plain();
		assertThat(root.p50()).isCloseTo(closedForm(leaves, 0.5), Percentage.withPercentage(3));
		assertThat(root.p99()).isCloseTo(closedForm(leaves, 0.99), Percentage.withPercentage(5));
		assertThat(root.p999()).isNotNull().isCloseTo(closedForm(leaves, 0.999), Percentage.withPercentage(12));
	}

	private static double closedForm(int leaves, double quantile) {
		return EXPONENTIAL.nanos(StrictMath.pow(quantile, 1.0 / leaves));
	}

	/** Then a late leaf is a second time late in 1 % of 1 % only: 10 ms twice. */
	@Test
	void hedging_takesTheStragglersAway() {
		Prediction prediction = unscaled(ONE_PERCENT_SLOW, Hedging.DEFAULTS).predict(50, 2);
		assertThat(prediction.plain().p99()).isEqualTo(1000 * MS);
		assertThat(prediction.hedged().p99()).isEqualTo(20 * MS);
		assertThat(prediction.extraRequests()).isCloseTo(0.01, within(0.001));
	}

	/** Closed form without a bound: later than t are those whose two draws both are. */
	@Test
	void hedgedLeaf_isTheEarlierOfTwoIndependentDraws() {
		Prediction prediction = unscaled(EXPONENTIAL, new Hedging(0.9, 1)).predict(1, 2);
		double delay = EXPONENTIAL.nanos(0.9);
		// P(> t) = e^-t/m × e^-(t-d)/m = 0.01, so t = (m ln 100 + d) / 2
		assertThat(prediction.hedged().p99()).isCloseTo((10 * MS * StrictMath.log(100) + delay) / 2,
				Percentage.withPercentage(3));
		assertThat(prediction.extraRequests()).isCloseTo(0.1, within(0.01));
	}

	@ParameterizedTest
	@CsvSource({ "0.5, 0.05", "0.95, 0.01", "0, 0.2" })
	void hedges_stayWithinTheBudget_andUseIt(double quantile, double budget) {
		assertThat(unscaled(EXPONENTIAL, new Hedging(quantile, budget)).predict(10, 2).extraRequests())
			.isLessThanOrEqualTo(budget)
			.isCloseTo(budget, within(0.001));
	}

	@Test
	void withoutSecondReplica_orBudget_nothingIsHedged() {
		List<Prediction> predictions = List.of(unscaled(ONE_PERCENT_SLOW, Hedging.DEFAULTS).predict(50, 1),
				unscaled(ONE_PERCENT_SLOW, new Hedging(0.95, 0)).predict(50, 2));
		assertThat(predictions).allSatisfy((prediction) -> {
			assertThat(prediction.hedged()).isEqualTo(prediction.plain());
			assertThat(prediction.extraRequests()).isZero();
		});
	}

	@Test
	void hedging_makesNothingSlower_ofTheSameDraws() {
		FanoutSimulation.Roots roots = new FanoutSimulation(EXPONENTIAL, Hedging.DEFAULTS, 0, 1000).draw(20, 2);
		for (int root = 0; root < 1000; root++) {
			assertThat(roots.hedged[root]).isLessThanOrEqualTo(roots.plain[root]);
		}
	}

	@Test
	void workOfTheRoot_isAddedForEachLeaf() {
		FanoutModel model = new FanoutModel(CONSTANT, 1, 0, 50_000, Hedging.DEFAULTS, 1000);
		assertThat(model.predict(100, 2).plain().p99()).isCloseTo(15 * MS, within(1e-3));
		assertThat(model.predict(100, 2).hedged().p50()).isCloseTo(15 * MS, within(1e-3));
	}

	/** Of 10 ms 8 are service: with four times the leaves 2 of them, with half 16. */
	@ParameterizedTest
	@CsvSource({ "4, 10", "16, 4", "2, 18" })
	void scalableShare_isDividedAmongTheLeaves(int leaves, double millis) {
		FanoutModel model = new FanoutModel(CONSTANT, 4, 0.8, 0, Hedging.DEFAULTS, 1000);
		assertThat(model.predict(leaves, 1).plain().p50()).isCloseTo(millis * MS, within(1e-3));
	}

	/** 990 ms of its second are not service: half of 10 ms are, and a half is left. */
	@Test
	void whatIsAboveTheMedian_isNotScaled() {
		FanoutModel model = new FanoutModel(ONE_PERCENT_SLOW, 50, 0.5, 0, Hedging.DEFAULTS, 1000);
		assertThat(model.predict(100, 1).plain().p99()).isCloseTo(997.5 * MS, within(1e-3));
	}

	@Test
	void table_isAUShape_andTheAdviceIsItsBottom() {
		FanoutAdvice advice = uShaped().advise(6, 2);
		assertThat(advice.asked().leaves()).isEqualTo(6);
		assertThat(advice.rows()).extracting((row) -> row.prediction().leaves())
			.containsExactly(1, 2, 4, 8, 16, 32, 64, 128);
		double[] p99 = advice.rows().stream().mapToDouble(FanoutAdvice.Row::p99).toArray();
		assertThat(p99[0]).isGreaterThan(p99[2]);
		assertThat(p99[7]).isGreaterThan(p99[4]);
		assertThat(advice.best()).isBetween(4, 16);
		assertThat(advice.text()).startsWith("With %d leaves p99 is ".formatted(advice.best()))
			.contains("Twice as many save ");
	}

	private static FanoutModel uShaped() {
		return new FanoutModel(EXPONENTIAL, 4, 0.9, 0.2 * MS, Hedging.DEFAULTS, 5000);
	}

	@Test
	void doubling_saysWhereTheDifferenceIsFrom() {
		List<FanoutAdvice.Row> rows = uShaped().advise(1, 2).rows();
		assertThat(rows.getFirst().doubling()).isNull();
		for (int i = 1; i < rows.size(); i++) {
			FanoutAdvice.Doubling doubling = Objects.requireNonNull(rows.get(i).doubling());
			assertThat(doubling.work()).isCloseTo((1 << (i - 1)) * 0.2 * MS, within(1e-3));
			assertThat(doubling.saved()).isPositive();
			assertThat(doubling.stragglers()).isPositive();
			assertThat(doubling.stragglers() + doubling.work() - doubling.saved())
				.isCloseTo(rows.get(i).p99() - rows.get(i - 1).p99(), within(1.0));
		}
	}

	@Test
	void leavesThatOnlyGain_areAdvisedToTheTablesEnd() {
		FanoutAdvice advice = new FanoutModel(CONSTANT, 1, 1, 0, Hedging.DEFAULTS, 1000).advise(1, 1);
		assertThat(advice.best()).isEqualTo(128);
		assertThat(advice.text()).startsWith("p99 still falls at 128 leaves");
	}

	@Test
	void leavesThatGainNothing_areAdvisedToBeOne() {
		FanoutAdvice advice = unscaled(EXPONENTIAL, new Hedging(0.95, 0)).advise(1, 1);
		assertThat(advice.best()).isOne();
		assertThat(advice.text()).startsWith("With 1 leaf p99 is ");
	}

	/** The figures that every JVM gives. */
	@Test
	void prediction_isTheSameEachTime() {
		assertThat(FanoutModel.of(ONE_PERCENT_SLOW, 3).predict(7, 2))
			.isEqualTo(FanoutModel.of(ONE_PERCENT_SLOW, 3).predict(7, 2));
		Prediction prediction = unscaled(EXPONENTIAL, Hedging.DEFAULTS).predict(10, 2);
		assertThat(prediction.plain().p99()).isEqualTo(6.854438429116626E7);
		assertThat(prediction.hedged().p99()).isEqualTo(5.042754178847209E7);
	}

	@Test
	void fewRoots_tellNoP999() {
		assertThat(new FanoutModel(EXPONENTIAL, 1, 0, 0, Hedging.DEFAULTS, 9999).predict(1, 1).plain().p999()).isNull();
		assertThat(new FanoutModel(EXPONENTIAL, 1, 0, 0, Hedging.DEFAULTS, 10_000).predict(1, 1).plain().p999())
			.isNotNull();
	}

	@ParameterizedTest
	@CsvSource({ "0, 1, leaves", "1025, 1, leaves", "1, 0, replicas", "1, 17, replicas" })
	void numbersOutOfBounds_areRefused(int leaves, int replicas, String named) {
		FanoutModel model = FanoutModel.of(CONSTANT, 1);
		assertThatIllegalArgumentException().isThrownBy(() -> model.predict(leaves, replicas))
			.withMessageContaining(named);
	}

	@ParameterizedTest
	@CsvSource({ "0, 0.5, 0, 1000", "1025, 0.5, 0, 1000", "1, -0.1, 0, 1000", "1, 1.1, 0, 1000", "1, NaN, 0, 1000",
			"1, 0.5, -1, 1000", "1, 0.5, Infinity, 1000", "1, 0.5, 0, 999", "1, 0.5, 0, 200001" })
	void modelOutOfBounds_isRefused(int leaves, double scalable, double work, int samples) {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new FanoutModel(CONSTANT, leaves, scalable, work, Hedging.DEFAULTS, samples));
	}

	@ParameterizedTest
	@CsvSource({ "1, 0.1", "-0.1, 0.1", "NaN, 0.1", "0.9, -0.1", "0.9, 1.1", "0.9, NaN" })
	void hedgingOutOfBounds_isRefused(double quantile, double budget) {
		assertThatIllegalArgumentException().isThrownBy(() -> new Hedging(quantile, budget));
	}

	@Test
	void whatIsNoQuantileFunction_isRefused() {
		List<LatencyDistribution> wrong = List.of((quantile) -> -1, (quantile) -> Double.NaN,
				(quantile) -> Double.POSITIVE_INFINITY, (quantile) -> 1 - quantile);
		assertThat(wrong).allSatisfy(
				(distribution) -> assertThatIllegalArgumentException().isThrownBy(() -> FanoutModel.of(distribution, 1))
					.withMessageContaining("quantile"));
	}

	/** Half a cell of what is left above, at each place of the tail. */
	@ParameterizedTest
	@ValueSource(doubles = { 0, 0.1, 0.5, 0.9, 0.99, 0.999, 0.99999, 0.999999 })
	void table_isFineWhereTheTailIs(double quantile) {
		Quantiles table = Quantiles.of((q) -> q);
		assertThat(1 - table.nanos(quantile)).isCloseTo(1 - quantile, Percentage.withPercentage(0.3));
	}

}
