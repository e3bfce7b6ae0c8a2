package dev.bootpatterns.local.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;

import dev.bootpatterns.local.console.Console;
import dev.bootpatterns.local.up.Up;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code ./suite up}.
 */
@Command(name = "up", mixinStandardHelpOptions = true,
		description = "Builds what is stale, starts everything in the background, indexes the corpus. Returns 0 when all is "
				+ "ready; when it runs already, changes nothing and returns 0 if all of it is ready.")
final class UpCommand implements Callable<Integer> {

	@Option(names = "--corpus", paramLabel = "PATH",
			description = "Documents to index: a folder, zip or git repository (default: java.base of this JDK's src.zip).")
	@Nullable Path corpus;

	@Option(names = "--no-corpus", description = "Index nothing.")
	boolean withoutCorpus;

	@Option(names = "--shards", paramLabel = "N",
			description = "Shards (default: 3, or what the stored data is laid out for).")
	@Nullable Integer shards;

	@Option(names = "--replicas", paramLabel = "N",
			description = "Replicas of each shard (default: 2, or as many as ran last).")
	@Nullable Integer replicas;

	@Option(names = "--workers", paramLabel = "N", description = "Workers (default: 2, or as many as ran last).")
	@Nullable Integer workers;

	@Override
	public Integer call() {
		return new Up(SuiteCommand.home(), Console.system(), System.getenv())
			.run(new Up.Request(this.corpus, this.shards, this.replicas, this.workers, this.withoutCorpus));
	}

}
