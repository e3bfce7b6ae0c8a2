package dev.bootpatterns.benchmarks;

import dev.bootpatterns.benchmarks.load.HedgingCommand;
import dev.bootpatterns.benchmarks.load.LoadCommand;
import dev.bootpatterns.benchmarks.load.MixedCommand;
import dev.bootpatterns.benchmarks.load.QueueCommand;
import dev.bootpatterns.benchmarks.load.RoutingCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

@Command(name = "benchmarks", description = "Measures the algorithms, and the system that runs.",
		subcommands = { LoadCommand.class, MixedCommand.class, JmhCommand.class, ShardingCommand.class,
				HeatCommand.class, FanoutCommand.class, HedgingCommand.class, RoutingCommand.class,
				QueueCommand.class },
		mixinStandardHelpOptions = true)
class BenchmarksApplication {

	static void main(String[] args) {
		System.exit(new CommandLine(new BenchmarksApplication()).execute(args));
	}

}
