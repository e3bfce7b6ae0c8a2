package dev.bootpatterns.benchmarks.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.apache.hc.core5.http.HttpStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code routing}: what {@code ShardBy} adds to a route. The requests of all routes take
 * turns, so that whatever else the machine does meets all of them.
 */
@Command(name = "routing", mixinStandardHelpOptions = true,
		description = "Starts a gateway and compares a sharded route with one that names its backend, in one run.")
public class RoutingCommand implements Callable<Integer> {

	private static final int KEYS = 10_000;

	@Option(names = "--gateway", defaultValue = "gateway/target/gateway-0.1.0-SNAPSHOT.jar",
			description = "its jar (${DEFAULT-VALUE})")
	private Path gateway = Path.of("");

	@Option(names = "--rate", defaultValue = "300",
			description = "requests per second, of all routes together (${DEFAULT-VALUE})")
	private int rate;

	@Option(names = "--warmup", defaultValue = "60", description = "seconds that are not counted (${DEFAULT-VALUE})")
	private int warmup;

	@Option(names = "--seconds", defaultValue = "120", description = "seconds that are (${DEFAULT-VALUE})")
	private int seconds;

	@Override
	public Integer call() throws IOException, InterruptedException {
		if (!Files.exists(this.gateway)) {
			System.err.printf("routing: there is no %s: build it, or name it with --gateway%n", this.gateway);
			return 1;
		}
		try (RoutingRig rig = new RoutingRig(this.gateway);
				OpenLoop loop = new OpenLoop();
				LoadClient client = new LoadClient(rig.gateway().uri(), Duration.ofSeconds(10))) {
			rig.gateway().awaitReady();
			measure(loop, client, this.warmup);
			return report(measure(loop, client, this.seconds)) ? 0 : 1;
		}
		catch (LoadFailure ex) {
			System.err.println("routing: " + ex.getMessage());
			return 1;
		}
	}

	private List<Route> measure(OpenLoop loop, LoadClient client, int length) throws InterruptedException {
		List<Route> routes = Stream.of(RoutingRig.PLAIN, RoutingRig.SHARDED, RoutingRig.LISTED)
			.map((prefix) -> new Route(prefix, new ConcurrentHistogram(3), new LongAdder()))
			.toList();
		Random random = new Random(1);
		loop.run(this.rate, LongStream.range(0, (long) this.rate * length).mapToObj((number) -> {
			Route route = routes.get((int) (number % routes.size()));
			int key = random.nextInt(KEYS);
			return (OpenLoop.Request) (due) -> route.send(client, key);
		}).iterator());
		return routes;
	}

	private static boolean report(List<Route> routes) {
		Route plain = routes.getFirst();
		System.out.printf("%-12s %9s %8s %8s %8s %14s %14s%n", "route", "requests", "failed", "p50 ms", "p99 ms",
				"p50 more", "p99 more");
		for (Route route : routes) {
			System.out.printf("%-12s %9d %8d %8.3f %8.3f %+14.3f %+14.3f%n", route.prefix,
					route.latencies.getTotalCount(), route.failed.sum(), route.millis(50), route.millis(99),
					route.millis(50) - plain.millis(50), route.millis(99) - plain.millis(99));
		}
		return routes.stream().allMatch((route) -> route.failed.sum() == 0);
	}

	/**
	 * What was measured of a route.
	 *
	 * @param prefix of its paths
	 * @param latencies from sent to answered, in nanoseconds
	 * @param failed how many were not answered with 200
	 */
	private record Route(String prefix, Histogram latencies, LongAdder failed) {

		void send(LoadClient client, int key) {
			long start = System.nanoTime();
			boolean succeeded = false;
			try {
				succeeded = client.get(this.prefix + key).status() == HttpStatus.SC_OK;
			}
			catch (IOException ex) {
				// Counted below.
			}
			this.failed.add(succeeded ? 0 : 1);
			this.latencies.recordValue(System.nanoTime() - start);
		}

		double millis(double percentile) {
			return this.latencies.getValueAtPercentile(percentile) / 1e6;
		}

	}

}
