package dev.bootpatterns.benchmarks.load;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "load", mixinStandardHelpOptions = true,
		description = "Reads and searches the corpus at constant rates and prints the latencies.")
public class LoadCommand implements Callable<Integer> {

	@Option(names = "--url", defaultValue = "http://127.0.0.1:8080", description = "the gateway (${DEFAULT-VALUE})")
	private URI url = URI.create("http://127.0.0.1:8080");

	@Option(names = "--searches", defaultValue = "50", description = "searches per second (${DEFAULT-VALUE})")
	private int searches;

	@Option(names = "--reads", defaultValue = "300", description = "reads by key per second (${DEFAULT-VALUE})")
	private int reads;

	@Option(names = "--warmup", defaultValue = "20", description = "seconds that are not counted (${DEFAULT-VALUE})")
	private int warmup;

	@Option(names = "--seconds", defaultValue = "30", description = "seconds of each load (${DEFAULT-VALUE})")
	private int seconds;

	@Override
	public Integer call() throws InterruptedException {
		try (LoadRun run = new LoadRun(this.url)) {
			List<String> queries = LoadRun.queries();
			List<String> documents = run.documents();
			System.out.printf("%d queries, %d documents at %s%n", queries.size(), documents.size(), this.url);
			run.measure(queries, this.searches, Duration.ofSeconds(this.warmup));
			run.measure(documents, this.reads, Duration.ofSeconds(this.warmup));
			System.out.printf("%-28s %8s %8s %8s %8s %8s %8s%n", "", "requests", "failed", "p50 ms", "p99 ms",
					"p99.9 ms", "max ms");
			boolean clean = report("GET /search", this.searches, run.measure(queries, this.searches, length()));
			clean &= report("GET /documents/{id}", this.reads, run.measure(documents, this.reads, length()));
			return clean ? 0 : 1;
		}
		catch (LoadFailure ex) {
			System.err.println("load: " + ex.getMessage());
			return 1;
		}
	}

	private Duration length() {
		return Duration.ofSeconds(this.seconds);
	}

	private static boolean report(String what, int rate, LoadRun.Result result) {
		System.out.printf("%-28s %8d %8d %8.1f %8.1f %8.1f %8.1f%n", what + " " + rate + "/s", result.requests(),
				result.failed(), result.millis(50), result.millis(99), result.millis(99.9), result.millis(100));
		return result.failed() == 0;
	}

}
