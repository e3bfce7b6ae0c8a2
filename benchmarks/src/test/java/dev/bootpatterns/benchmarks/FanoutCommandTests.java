package dev.bootpatterns.benchmarks;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;

import dev.bootpatterns.sharding.fanout.FanoutAdvice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class FanoutCommandTests {

	private static final Path DOCS = Path.of("..", "docs", "patterns");

	private static final FanoutAdvice ADVICE = FanoutPage.advise();

	private final StringWriter err = new StringWriter();

	private int fanout(String... options) {
		return new CommandLine(new FanoutCommand()).setErr(new PrintWriter(this.err)).execute(options);
	}

	@Test
	void page_showsWhatTheCodeGives() throws IOException {
		String page = Files.readString(DOCS.resolve("scatter-gather.md"));
		assertThat(page).as("renew it: java -jar benchmarks/target/benchmarks.jar fanout")
			.isEqualTo(FanoutPage.renew(page, ADVICE, measured()));
	}

	@Test
	void plot_showsWhatTheCodeGives() throws IOException {
		assertThat(DOCS.resolve("scatter-gather.svg")).hasContent(FanoutPage.plot(ADVICE));
		assertThat(DOCS.resolve("scatter-gather-measured.svg")).hasContent(measured().plot());
	}

	private static MeasuredFanout measured() throws IOException {
		return MeasuredFanout.of(Files.readString(DOCS.resolve("scatter-gather-measured.csv")));
	}

	/** What the page says of its own table. */
	@Test
	void example_isAUShape_whoseBottomHedgingMovesToMoreLeaves() {
		double[] plain = ADVICE.rows().stream().mapToDouble((row) -> row.prediction().plain().p99()).toArray();
		double[] hedged = ADVICE.rows().stream().mapToDouble((row) -> row.prediction().hedged().p99()).toArray();
		assertThat(indexOfLeast(plain)).isBetween(1, 3);
		assertThat(indexOfLeast(hedged)).isGreaterThan(indexOfLeast(plain)).isLessThan(hedged.length - 1);
		assertThat(hedged[7]).isLessThan(plain[7] / 2);
	}

	private static int indexOfLeast(double[] values) {
		int least = 0;
		for (int i = 1; i < values.length; i++) {
			least = (values[i] < values[least]) ? i : least;
		}
		return least;
	}

	@Test
	void tablesAndPlot_areWritten(@TempDir Path docs) throws IOException {
		Files.writeString(docs.resolve("scatter-gather.md"), """
				a
				<!-- generated: stragglers -->
				old
				<!-- end of stragglers -->
				<!-- generated: advice -->
				<!-- end of advice -->
				<!-- generated: measured -->
				<!-- end of measured -->
				""");
		Files.writeString(docs.resolve("scatter-gather-measured.csv"), MeasuredFanout.HEADER + """

				4,4,predicted,9.0,99.0
				4,4,predicted,10.0,20.0
				4,8,predicted,12.0,22.0
				4,4,measured,11.0,21.0
				8,8,predicted,15.0,25.0
				8,8,measured,14.0,24.5
				""");
		assertThat(fanout("--docs", docs.toString())).isZero();
		assertThat(docs.resolve("scatter-gather.md")).content()
			.startsWith("a\n")
			.contains("63.4 %")
			.doesNotContain("old")
			.contains("| 4 | 21.0 ms | 20.0 ms | 20.0 ms | 11.0 ms | 10.0 ms | 10.0 ms |",
					"| 8 | 24.5 ms | 25.0 ms | 22.0 ms | 14.0 ms | 15.0 ms | 12.0 ms |");
		assertThat(docs.resolve("scatter-gather-measured.svg")).content()
			.contains("<polyline points=\"56.0,69.6 256.0,33.2\"");
		assertThat(docs.resolve("scatter-gather.svg")).content().startsWith("<svg ").endsWith("</svg>\n");
	}

	@ParameterizedTest
	@ValueSource(strings = { "4,4,guessed,1,2", "4,4,measured,1", "x,4,measured,1,2", "" })
	void lineThatSaysNothing_isNamed(String line) {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> MeasuredFanout.of(MeasuredFanout.HEADER + "\n" + line + "\n"))
			.withMessageContaining("line 2");
	}

	@Test
	void folderWithoutThePage_endsWith1(@TempDir Path docs) {
		assertThat(fanout("--docs", docs.toString())).isEqualTo(1);
		assertThat(this.err.toString()).contains("scatter-gather.md").contains("root of the repository");
	}

	@ParameterizedTest
	@ValueSource(strings = { "--url=127.0.0.1", "--url=ftp://127.0.0.1", "--rate=0", "--rate=10001", "--warmup=-1",
			"--seconds=0", "--seconds=3601", "--leaves=2,0", "--leaves=1025", "--leaves=two", "--replicas=2",
			"--leaves=2 --replicas=17" })
	void badOption_endsWith2_andIsNamed(String options) {
		assertThat(fanout(("--url=http://127.0.0.1:1 " + options).split(" "))).isEqualTo(2);
		assertThat(this.err.toString()).contains(options.replaceAll(".* |=.*", ""));
	}

}
