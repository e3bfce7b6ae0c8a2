package dev.bootpatterns.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What docs/patterns/sharding.md claims, from the same million keys. */
class ShardingReportTests {

	private static final Path DOCS = Path.of("..", "docs", "patterns");

	private static final ShardingReport REPORT = ShardingReport.measure();

	private static ShardingReport.Row row(String function) {
		return REPORT.rows().stream().filter((row) -> row.function().equals(function)).findFirst().orElseThrow();
	}

	@ParameterizedTest
	@ValueSource(strings = { "modulo", "rendezvous", "maglev", "jump-back", "slots" })
	void fullestShard_hasAtMost5PercentMoreThanTheMean(String function) {
		assertThat(row(function).fullest()).isBetween(1.0, 1.05);
	}

	/**
	 * Nine degrees of freedom: 27.9 is exceeded by one of 1000 uniform samples, and one
	 * of 1000 is below 1.15.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "modulo", "rendezvous", "maglev", "jump-back" })
	void keys_areUniform(String function) {
		assertThat(row(function).chiSquare()).isBetween(1.15, 27.9);
	}

	/** 160 points are a small sample. */
	@Test
	void keysOfTheRing_areNotUniform() {
		assertThat(row("ketama").chiSquare()).isGreaterThan(27.9);
		assertThat(row("ketama").fullest()).isBetween(1.05, 1.2);
	}

	@Test
	void boundedLoad_makesTheRingAsEvenAsItsBound() {
		assertThat(row("bounded-load").fullest()).isBetween(1.0, 1 + ShardingReport.EPSILON);
	}

	@Test
	void modulo_movesNearlyEverything() {
		assertThat(row("modulo").added().share()).isCloseTo(10.0 / 11, Offset.offset(0.001));
	}

	/** A thousandth is three standard deviations of a million draws. */
	@ParameterizedTest
	@ValueSource(strings = { "rendezvous", "jump-back", "slots, planned" })
	void newShard_takesItsShareAndNothingElseMoves(String function) {
		assertThat(row(function).added().share()).isCloseTo(1.0 / 11, Offset.offset(0.001));
		assertThat(row(function).added().betweenSurvivors()).isZero();
	}

	@Test
	void slotsWithoutAPlan_moveManyTimesTheShareOfANewShard() {
		assertThat(row("slots").added().share()).isGreaterThan(0.4);
	}

	/** Its share is as uneven as all of the ring's. */
	@Test
	void newShardOfTheRing_takesAboutItsShareAndNothingElseMoves() {
		assertThat(row("ketama").added().share()).isCloseTo(1.0 / 11, Offset.offset(0.02));
		assertThat(row("ketama").added().betweenSurvivors()).isZero();
	}

	@Test
	void newShardOfMaglev_movesALittleMoreThanItsShare() {
		ShardingReport.Moved added = row("maglev").added();
		assertThat(added.share() - added.betweenSurvivors()).isCloseTo(1.0 / 11, Offset.offset(0.001));
		assertThat(added.betweenSurvivors()).isBetween(0.001, 0.03);
	}

	@ParameterizedTest
	@ValueSource(strings = { "ketama", "rendezvous", "slots, planned" })
	void shardFromTheMiddle_leavesWithoutMovingTheOthersKeys(String function) {
		ShardingReport.Moved removed = row(function).removed();
		assertThat(removed).isNotNull().extracting(ShardingReport.Moved::betweenSurvivors).isEqualTo(0.0);
	}

	@Test
	void shardFromTheMiddle_isRefusedByJumpBackOnly() {
		assertThat(REPORT.rows()).filteredOn((row) -> row.removed() == null)
			.extracting(ShardingReport.Row::function)
			.containsExactly("jump-back");
	}

	@Test
	void page_showsWhatTheCodeGives() throws IOException {
		String page = Files.readString(DOCS.resolve("sharding.md"));
		assertThat(page).as("renew it: java -jar benchmarks/target/benchmarks.jar sharding --no-times")
			.isEqualTo(ShardingPage.replace(page, ShardingPage.PROPERTIES, ShardingPage.properties(REPORT)));
	}

	@Test
	void plot_showsWhatTheCodeGives() {
		assertThat(DOCS.resolve("sharding.svg")).hasContent(ShardingPage.plot(REPORT));
	}

}
