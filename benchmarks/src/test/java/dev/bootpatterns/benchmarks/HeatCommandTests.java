package dev.bootpatterns.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import dev.bootpatterns.benchmarks.HeatSimulation.Instance;
import dev.bootpatterns.benchmarks.HeatSimulation.Result;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class HeatCommandTests {

	private static final Path DOCUMENT = Path.of("..", "docs", "patterns", "hot-shards.md");

	/**
	 * The large instance takes too long for each build; what changes its figures changes
	 * those of the small one.
	 */
	@Test
	void documentedFigures_areThoseOfTheSimulation() throws IOException {
		assertThat(Files.readString(DOCUMENT)).contains(HeatCommand.table(Instance.SMALL))
			.contains("%,d shards, %,d slots".formatted(Instance.LARGE.shards(), Instance.LARGE.slots()));
	}

	@Test
	void movingAndCaching_eachHelp_andTogetherLeaveNoHotShard() {
		List<Result> results = new HeatSimulation(Instance.SMALL).runAll();
		Result nothing = results.get(0);
		Result moved = results.get(1);
		Result cached = results.get(2);
		Result both = results.get(3);
		assertThat(nothing.hotShards()).isPositive();
		assertThat(moved.max()).isLessThanOrEqualTo(nothing.max() + 1e-9);
		assertThat(cached.max()).isLessThan(nothing.max());
		assertThat(both.max()).isLessThan(cached.max());
		assertThat(both.hotShards()).isZero();
		assertThat(both.slotsMoved()).isLessThanOrEqualTo(both.moves()).isLessThan(Instance.SMALL.slots() / 10);
	}

	@Test
	void tables_replaceWhatStandsBetweenTheMarks() {
		assertThat(HeatCommand.replace("a\n<!-- generated: heat -->\nold\n<!-- end of heat -->\nb\n", "new\n"))
			.isEqualTo("a\n<!-- generated: heat -->\nnew\n<!-- end of heat -->\nb\n");
		assertThatIllegalArgumentException().isThrownBy(() -> HeatCommand.replace("a", "new"))
			.withMessageContaining("generated: heat");
	}

}
