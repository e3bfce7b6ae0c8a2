package dev.bootpatterns.sharding.heat;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.stream.DoubleStream;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

class ChiSquareTests {

	/** The textbook's die: 60 throws, one face too often. */
	@Test
	void die_isTheTextbooks() {
		ChiSquare die = ChiSquare.of(new double[] { 5, 8, 9, 8, 10, 20 });
		assertThat(die.statistic()).isCloseTo(13.4, within(1e-12));
		assertThat(die.degreesOfFreedom()).isEqualTo(5);
		assertThat(die.pValue()).isCloseTo(0.01990522033477438, within(1e-14));
	}

	/** Calculated with 30 digits; 3.84, 18.31 and 149.4 are in every printed table. */
	@ParameterizedTest
	@CsvSource({ "1, 1, 0.3173105078629141", "1, 3.841458820694124, 0.05", "10, 18.307038053275146, 0.05",
			"100, 149.449, 0.001000046221773251", "999, 999, 0.4940498779585279", "999, 1200, 1.112935044825887e-5",
			"1023, 1168, 0.001034420256918545", "1023, 800, 0.9999999501040502", "3, 0.01, 0.9997348349413444",
			"7, 600, 2.435030790874508e-125" })
	void pValue_isThatOfTables(int degreesOfFreedom, double statistic, double pValue) {
		assertThat(new ChiSquare(statistic, degreesOfFreedom, 1).pValue()).isCloseTo(pValue,
				Percentage.withPercentage(1e-10));
	}

	@Test
	void pValue_ofAMillionDegreesOfFreedom_hasSixDigits() {
		assertThat(new ChiSquare(1_005_000, 999_999, 1).pValue()).isCloseTo(2.071240937146322e-4,
				Percentage.withPercentage(1e-4));
	}

	/** For an even number of degrees, a sum of Poisson probabilities is the same. */
	@Test
	void pValue_onBothSidesOfTheMean_isThePoissonSum() {
		for (int degrees : new int[] { 2, 10, 200, 1022 }) {
			for (double quotient : new double[] { 0.5, 0.9, 0.999, 1, 1.001, 1.01, 1.1, 1.5 }) {
				double statistic = degrees * quotient;
				assertThat(new ChiSquare(statistic, degrees, 1).pValue())
					.isCloseTo(poissonSum(degrees / 2, statistic / 2), within(1e-12));
			}
		}
	}

	private static double poissonSum(int terms, double mean) {
		BigDecimal term = BigDecimal.ONE;
		BigDecimal sum = BigDecimal.ZERO;
		for (int k = 1; k <= terms; k++) {
			sum = sum.add(term);
			term = term.multiply(new BigDecimal(mean), MathContext.DECIMAL128)
				.divide(new BigDecimal(k), MathContext.DECIMAL128);
		}
		return sum.multiply(new BigDecimal(Math.exp(-mean / 2)).pow(2)).doubleValue();
	}

	@Test
	void evenLoad_isNoReasonForDoubt() {
		ChiSquare even = ChiSquare.of(new double[] { 7, 7, 7 });
		assertThat(even.statistic()).isZero();
		assertThat(even.pValue()).isEqualTo(1);
		assertThat(even.spread()).isZero();
	}

	@Test
	void noLoad_isEven() {
		ChiSquare none = ChiSquare.of(new double[3]);
		assertThat(none.pValue()).isEqualTo(1);
		assertThat(none.spread()).isZero();
	}

	@Test
	void tenTimesTheRequests_areTenTimesTheStatistic_andTheSameSpread() {
		double[] counts = { 80, 100, 120 };
		ChiSquare few = ChiSquare.of(counts);
		ChiSquare many = ChiSquare.of(Arrays.stream(counts).map((count) -> 10 * count).toArray());
		assertThat(many.statistic()).isCloseTo(10 * few.statistic(), within(1e-9));
		assertThat(few.spread()).isCloseTo(Math.sqrt(800.0 / 3) / 100, within(1e-12));
		assertThat(many.spread()).isCloseTo(few.spread(), within(1e-12));
		assertThat(few.perDegreeOfFreedom()).isCloseTo(4, within(1e-12));
	}

	@Test
	void oneCount_andWhatIsNoCount_areRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> ChiSquare.of(new double[] { 1 }));
		DoubleStream.of(-1, Double.NaN, Double.POSITIVE_INFINITY)
			.forEach((count) -> assertThatIllegalArgumentException()
				.isThrownBy(() -> ChiSquare.of(new double[] { 1, count }))
				.withMessageContaining(Double.toString(count)));
	}

}
