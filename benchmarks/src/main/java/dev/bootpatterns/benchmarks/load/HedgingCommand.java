package dev.bootpatterns.benchmarks.load;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;

import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code hedging}: what it gains to ask another replica while a leaf is late, and what it
 * costs. Each way has a gateway of its own, over the same shards; their requests take
 * turns, so that whatever the shards do meets all of them.
 */
@Command(name = "hedging", mixinStandardHelpOptions = true,
		description = "Starts a gateway for each way to treat late leaves over the shards of a running suite, and compares them in one run.")
public class HedgingCommand implements Callable<Integer> {

	@Option(names = "--gateway", defaultValue = "gateway/target/gateway-0.1.0-SNAPSHOT.jar",
			description = "its jar (${DEFAULT-VALUE})")
	private Path gateway = Path.of("");

	@Option(names = "--owners", split = ",", defaultValue = "http://127.0.0.1:8201,http://127.0.0.1:8202",
			description = "the owners of the suite (${DEFAULT-VALUE})")
	private List<URI> owners = List.of();

	@Option(names = "--modes", split = ",", defaultValue = "off,hedge",
			description = "off, hedge, tied (${DEFAULT-VALUE})")
	private List<String> modes = List.of();

	@Option(names = "--rate", defaultValue = "20",
			description = "searches per second, of all gateways together (${DEFAULT-VALUE})")
	private int rate;

	@Option(names = "--warmup", defaultValue = "40", description = "seconds that are not counted (${DEFAULT-VALUE})")
	private int warmup;

	@Option(names = "--seconds", defaultValue = "180", description = "seconds that are (${DEFAULT-VALUE})")
	private int seconds;

	@Override
	public Integer call() throws IOException, InterruptedException {
		if (!Files.exists(this.gateway)) {
			System.err.printf("hedging: there is no %s: build it, or name it with --gateway%n", this.gateway);
			return 1;
		}
		List<Way> ways = new ArrayList<>();
		try (OpenLoop loop = new OpenLoop()) {
			for (String mode : this.modes) {
				ways.add(new Way(mode, start(mode)));
			}
			ways.forEach((way) -> way.process.awaitReady());
			run(loop, ways, this.warmup);
			ways.forEach(Way::begin);
			run(loop, ways, this.seconds);
			return report(ways) ? 0 : 1;
		}
		catch (LoadFailure ex) {
			System.err.println("hedging: " + ex.getMessage());
			return 1;
		}
		finally {
			ways.forEach(Way::close);
		}
	}

	private ServiceProcess start(String mode) throws IOException {
		List<String> arguments = new ArrayList<>(List.of("--gateway.hedging.mode=" + mode));
		for (int i = 0; i < this.owners.size(); i++) {
			arguments.add("--spring.cloud.discovery.client.simple.instances.owners[%d].uri=%s".formatted(i,
					this.owners.get(i)));
		}
		return ServiceProcess.gateway(this.gateway, arguments);
	}

	private void run(OpenLoop loop, List<Way> ways, int length) throws InterruptedException {
		List<String> queries = LoadRun.queries();
		Random random = new Random(1);
		loop.run(this.rate, LongStream.range(0, (long) this.rate * length).mapToObj((number) -> {
			Way way = ways.get((int) (number % ways.size()));
			String query = queries.get(random.nextInt(queries.size()));
			return (OpenLoop.Request) (due) -> way.search(query);
		}).iterator());
	}

	private static boolean report(List<Way> ways) {
		System.out.printf("%-8s %8s %7s %8s %8s %8s %9s %9s %9s %12s%n", "mode", "searches", "failed", "partial",
				"p50 ms", "p95 ms", "p99 ms", "p99.9 ms", "p99 ratio", "more calls %");
		for (Way way : ways) {
			System.out.printf(Locale.ROOT, "%-8s %8d %7d %8d %8.1f %8.1f %9.1f %9.1f %9.2f %12.2f%n", way.mode,
					way.latencies.getTotalCount(), way.failed.sum(), way.partial.sum(), way.millis(50), way.millis(95),
					way.millis(99), way.millis(99.9), way.millis(99) / ways.getFirst().millis(99), way.moreCalls());
		}
		return ways.stream().allMatch((way) -> way.failed.sum() == 0);
	}

	/** A way to treat late leaves, and what was measured of it. */
	private static final class Way {

		private final String mode;

		private final ServiceProcess process;

		private final LoadClient client;

		private final LongAdder failed = new LongAdder();

		private final LongAdder partial = new LongAdder();

		private Histogram latencies = new ConcurrentHistogram(3);

		private double leaves;

		private double more;

		Way(String mode, ServiceProcess process) {
			this.mode = mode;
			this.process = process;
			this.client = new LoadClient(process.uri(), Duration.ofSeconds(35));
		}

		/** Forgets what was measured so far. */
		void begin() {
			this.latencies = new ConcurrentHistogram(3);
			this.failed.reset();
			this.partial.reset();
			this.leaves = leafCalls();
			this.more = hedgesAndRetries();
		}

		void search(String query) {
			long start = System.nanoTime();
			try {
				LoadClient.Answer answer = this.client.get(query);
				this.failed.add((answer.status() != 200) ? 1 : 0);
				this.partial.add((answer.status() == 200 && answer.body().contains("\"reason\"")) ? 1 : 0);
			}
			catch (IOException ex) {
				this.failed.increment();
			}
			this.latencies.recordValue(System.nanoTime() - start);
		}

		double millis(double percentile) {
			return this.latencies.getValueAtPercentile(percentile) / 1e6;
		}

		/** Calls to leaves beyond one for each, as a percentage. */
		double moreCalls() {
			return 100 * (hedgesAndRetries() - this.more) / (leafCalls() - this.leaves);
		}

		private double leafCalls() {
			return this.process.count("gateway_scatter_leaves_total");
		}

		private double hedgesAndRetries() {
			return this.process.count("gateway_scatter_hedges_total") + this.process.count("gateway_retries_total");
		}

		void close() {
			this.client.close();
			this.process.close();
		}

	}

}
