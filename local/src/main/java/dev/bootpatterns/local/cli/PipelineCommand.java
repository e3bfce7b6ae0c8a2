package dev.bootpatterns.local.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

import dev.bootpatterns.local.job.Manifests;
import dev.bootpatterns.local.job.Sources;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code ./suite pipeline}.
 */
@Command(name = "pipeline", mixinStandardHelpOptions = true, synopsisSubcommandLabel = "COMMAND",
		description = "Begins pipelines of the running suite, follows them, and gets what they have led to.")
final class PipelineCommand {

	@Command(name = "start", mixinStandardHelpOptions = true,
			description = "Begins a pipeline and follows it. Returns 1 if it fails, or if items are DEAD at its end.")
	int start(
			@Parameters(paramLabel = "MANIFEST",
					description = "A YAML file, or a pipeline that the suite brings: wordcount.") String manifest,
			@Option(names = "--source", paramLabel = "SOURCE",
					description = "A zip or jar, or a source's name (default: what the manifest says).") @Nullable String source,
			@Option(names = "--detach", description = "Does not follow it.") boolean detach) throws IOException {
		JobContext suite = JobContext.ofRunningSuite();
		return start(suite, Manifests.read(manifest), Optional.ofNullable(source), detach);
	}

	static int start(JobContext suite, String manifest, Optional<String> source, boolean detach) throws IOException {
		String id = suite.pipelines().start(manifest, source.map(new Sources(suite.home().sources())::nameOf));
		suite.console().line("pipeline %s".formatted(id));
		return detach ? 0 : follow(suite, id);
	}

	@Command(name = "list", mixinStandardHelpOptions = true, description = "Shows the newest pipelines.")
	int list() throws IOException {
		JobContext.ofRunningSuite().pipelines().list();
		return 0;
	}

	@Command(name = "watch", mixinStandardHelpOptions = true,
			description = "Follows a pipeline until it is over, or waits for what is DEAD. Returns 1 if it fails, or if items are DEAD.")
	int watch(@Parameters(paramLabel = "ID") String id) throws IOException {
		JobContext suite = JobContext.ofRunningSuite();
		suite.pipelines().jobs(id);
		return follow(suite, id);
	}

	@Command(name = "proceed", mixinStandardHelpOptions = true,
			description = "Lets a join or reduce that waits go on without what is DEAD before it.")
	int proceed(@Parameters(paramLabel = "JOB", description = "The job of that stage.") String job) throws IOException {
		JobContext.ofRunningSuite().pipelines().proceed(job);
		return 0;
	}

	@Command(name = "output", mixinStandardHelpOptions = true,
			description = "Shows what the last stages of a pipeline have led to, or writes what all have led to.")
	int output(@Parameters(paramLabel = "ID") String id,
			@Option(names = "--into", paramLabel = "FOLDER",
					description = "Where to write them: one folder for each stage.") @Nullable Path folder)
			throws IOException {
		JobContext.ofRunningSuite().pipelines().output(id, Optional.ofNullable(folder));
		return 0;
	}

	@Command(name = "verify", mixinStandardHelpOptions = true,
			description = "Verifies the certificate of each stage, the first one's against the source, too.")
	int verify(@Parameters(paramLabel = "ID") String id) throws IOException {
		JobContext suite = JobContext.ofRunningSuite();
		int result = 0;
		for (String job : suite.pipelines().jobs(id)) {
			result = Math.max(result, JobCommand.verify(suite, job, null));
		}
		return result;
	}

	private static int follow(JobContext suite, String id) throws IOException {
		boolean good = suite.pipelines().follow(id);
		suite.pipelines().output(id, Optional.empty());
		return good ? 0 : 1;
	}

}
