package dev.bootpatterns.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;

import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "sharding", mixinStandardHelpOptions = true,
		description = "Measures the sharding functions and renews tables and plot of docs/patterns/sharding.md.")
class ShardingCommand implements Callable<Integer> {

	@Option(names = "--docs", defaultValue = "docs/patterns",
			description = "the folder of sharding.md (${DEFAULT-VALUE})")
	private Path docs = Path.of("docs/patterns");

	@Option(names = "--no-times", description = "leave the times as they are: only they take minutes")
	private boolean noTimes;

	@Override
	public Integer call() throws IOException, RunnerException {
		Path file = this.docs.resolve("sharding.md");
		if (!Files.isRegularFile(file)) {
			System.err.printf("sharding: there is no %s; run this at the root of the repository%n", file);
			return 1;
		}
		ShardingReport report = ShardingReport.measure();
		String page = ShardingPage.replace(Files.readString(file), ShardingPage.PROPERTIES,
				ShardingPage.properties(report));
		if (!this.noTimes) {
			page = ShardingPage.replace(page, ShardingPage.TIMES, ShardingPage.times(
					new Runner(new OptionsBuilder().include(ShardingBenchmark.class.getSimpleName()).build()).run()));
		}
		Files.writeString(file, page);
		Files.writeString(this.docs.resolve("sharding.svg"), ShardingPage.plot(report));
		return 0;
	}

}
