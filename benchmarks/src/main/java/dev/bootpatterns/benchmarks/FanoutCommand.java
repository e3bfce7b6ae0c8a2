package dev.bootpatterns.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;

import dev.bootpatterns.benchmarks.load.FanoutRun;
import dev.bootpatterns.sharding.fanout.FanoutAdvice;
import dev.bootpatterns.sharding.fanout.FanoutModel;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code fanout}. */
@Command(name = "fanout", mixinStandardHelpOptions = true,
		description = { "Simulates fan-outs and renews tables and plot of docs/patterns/scatter-gather.md.",
				"With --url it searches there instead, and prints what was predicted beside what was measured." })
class FanoutCommand implements Callable<Integer> {

	private static final int MAX_RATE = 10_000;

	private static final int MAX_SECONDS = 3600;

	@Option(names = "--docs", defaultValue = "docs/patterns",
			description = "the folder of scatter-gather.md (${DEFAULT-VALUE})")
	private Path docs = Path.of("docs/patterns");

	@Option(names = "--url", description = "a gateway, such as http://127.0.0.1:8080")
	private @Nullable URI url;

	@Option(names = "--rate", defaultValue = "50", description = "searches per second (${DEFAULT-VALUE})")
	private int rate;

	@Option(names = "--warmup", defaultValue = "20", description = "seconds that are not counted (${DEFAULT-VALUE})")
	private int warmup;

	@Option(names = "--seconds", defaultValue = "60", description = "seconds that are (${DEFAULT-VALUE})")
	private int seconds;

	@Option(names = "--leaves", split = ",",
			description = "predicts for other numbers of leaves, too: 2,4,8 (only for those there are)")
	private List<Integer> leaves = List.of();

	@Option(names = "--record", description = "a file to which a line is added for each row, for the page: "
			+ "docs/patterns/scatter-gather-measured.csv")
	private @Nullable Path record;

	@Option(names = "--replicas", description = "of each of those leaves (those there are)")
	private @Nullable Integer replicas;

	@Spec
	@SuppressWarnings("NullAway.Init") // by picocli
	private CommandSpec spec;

	@Override
	public Integer call() throws IOException, InterruptedException {
		return (this.url != null) ? measure(this.url) : renew();
	}

	private int renew() throws IOException {
		Path file = this.docs.resolve("scatter-gather.md");
		if (!Files.isRegularFile(file)) {
			this.spec.commandLine()
				.getErr()
				.printf("fanout: there is no %s; run this at the root of the repository%n", file);
			return 1;
		}
		FanoutAdvice advice = FanoutPage.advise();
		MeasuredFanout measured = MeasuredFanout.of(Files.readString(this.docs.resolve("scatter-gather-measured.csv")));
		Files.writeString(file, FanoutPage.renew(Files.readString(file), advice, measured));
		Files.writeString(this.docs.resolve("scatter-gather-measured.svg"), measured.plot());
		Files.writeString(this.docs.resolve("scatter-gather.svg"), FanoutPage.plot(advice));
		return 0;
	}

	private int measure(URI gateway) throws InterruptedException {
		require(("http".equals(gateway.getScheme()) || "https".equals(gateway.getScheme()))
				&& gateway.getHost() != null, "--url must be such as http://127.0.0.1:8080, not " + gateway);
		require("--rate", this.rate, 1, MAX_RATE);
		require("--warmup", this.warmup, 0, MAX_SECONDS);
		require("--seconds", this.seconds, 1, MAX_SECONDS);
		for (int number : this.leaves) {
			require("--leaves", number, 1, FanoutModel.MAX_LEAVES);
		}
		if (this.replicas != null) {
			require(!this.leaves.isEmpty(), "--replicas needs --leaves");
			require("--replicas", this.replicas, 1, FanoutModel.MAX_REPLICAS);
		}
		return new FanoutRun(gateway, this.rate, Duration.ofSeconds(this.warmup), Duration.ofSeconds(this.seconds)).run(
				this.leaves, this.replicas, this.record, this.spec.commandLine().getOut(),
				this.spec.commandLine().getErr());
	}

	private void require(String name, int value, int least, int most) {
		require(value >= least && value <= most, "%s must be %d to %d, not %d".formatted(name, least, most, value));
	}

	private void require(boolean condition, String otherwise) {
		if (!condition) {
			throw new ParameterException(this.spec.commandLine(), otherwise);
		}
	}

}
