package dev.bootpatterns.benchmarks.load;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code queue}: what the work queue does in a second with items that are next to
 * nothing, beside Celery and RabbitMQ's PerfTest on the same broker. They take turns, so
 * that whatever else the machine does meets all of them; then a large job shows the
 * memory of owner and worker.
 */
@Command(name = "queue", mixinStandardHelpOptions = true,
		description = "Starts an owner and a worker and compares them with Celery and PerfTest on the same broker, by turns.")
public class QueueCommand implements Callable<Integer> {

	private static final int PERF_TEST_SECONDS = 15;

	/** Tasks that Celery gets; it would take minutes for as many as the queue gets. */
	private static final int CELERY_PART = 10;

	@Option(names = "--amqp", defaultValue = "amqp://guest:guest@127.0.0.1:5672",
			description = "a RabbitMQ that nobody else uses (${DEFAULT-VALUE})")
	private URI amqp = URI.create("");

	@Option(names = "--postgres", required = true,
			description = "an empty database: jdbc:postgresql://127.0.0.1:5432/suite?user=suite&password=…")
	private String postgres = "";

	@Option(names = "--owner", defaultValue = "owner/target/owner-0.1.0-SNAPSHOT.jar",
			description = "its jar (${DEFAULT-VALUE})")
	private Path owner = Path.of("");

	@Option(names = "--worker", defaultValue = "worker/target/worker-0.1.0-SNAPSHOT.jar",
			description = "its jar (${DEFAULT-VALUE})")
	private Path worker = Path.of("");

	@Option(names = "--peers", defaultValue = "benchmarks/peers",
			description = "the folder of what it is compared with (${DEFAULT-VALUE})")
	private Path peers = Path.of("");

	@Option(names = "--python", defaultValue = "python3", description = "that has Celery (${DEFAULT-VALUE})")
	private String python = "";

	@Option(names = "--concurrency", defaultValue = "16",
			description = "items that the worker handles at a time (${DEFAULT-VALUE})")
	private int concurrency;

	@Option(names = "--jvm", split = " ",
			defaultValue = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xss512k -XX:ReservedCodeCacheSize=64m",
			description = "flags of owner and worker (${DEFAULT-VALUE}, as the suite starts them)")
	private List<String> jvm = List.of();

	@Option(names = "--items", defaultValue = "20000", description = "of each job that is compared (${DEFAULT-VALUE})")
	private int items;

	@Option(names = "--rounds", defaultValue = "3",
			description = "turns that each has; 0: no comparison (${DEFAULT-VALUE})")
	private int rounds;

	@Option(names = "--large", defaultValue = "100000",
			description = "items of the job that shows the memory; 0: none (${DEFAULT-VALUE})")
	private int large;

	@Override
	public Integer call() throws IOException, InterruptedException {
		QueuePeers others = new QueuePeers(this.peers.toAbsolutePath(), this.amqp, this.python);
		String missing = missing(others);
		if (missing != null) {
			System.err.println("queue: " + missing);
			return 1;
		}
		try (QueueRig rig = new QueueRig(this.owner, this.worker, this.amqp, this.postgres, this.concurrency,
				this.jvm)) {
			// The first job is compiled while it runs.
			rig.run(this.items, (done, owner, worker) -> {
			});
			if (this.rounds > 0) {
				compare(rig, others);
			}
			if (this.large > 0) {
				remember(rig);
			}
			return 0;
		}
		catch (LoadFailure ex) {
			System.err.println("queue: " + ex.getMessage());
			return 1;
		}
	}

	private @Nullable String missing(QueuePeers others) throws IOException, InterruptedException {
		for (Path jar : List.of(this.owner, this.worker)) {
			if (!Files.exists(jar)) {
				return "there is no %s: build it, or name it with --owner or --worker".formatted(jar);
			}
		}
		return others.missing();
	}

	private void compare(QueueRig rig, QueuePeers others) throws IOException, InterruptedException {
		Map<String, Contestant> contestants = new LinkedHashMap<>();
		contestants.put("owner and worker", () -> rig.run(this.items, (done, owner, worker) -> {
		}));
		contestants.put("Celery, confirmed", () -> others.celery(this.items / CELERY_PART, true));
		contestants.put("Celery, unconfirmed", () -> others.celery(this.items / CELERY_PART, false));
		contestants.put("PerfTest, 500 unconfirmed at a time", () -> others.perfTest(500, PERF_TEST_SECONDS));
		contestants.put("PerfTest, each awaited", () -> others.perfTest(1, PERF_TEST_SECONDS));
		Map<String, List<Double>> rates = new LinkedHashMap<>();
		for (int round = 1; round <= this.rounds; round++) {
			for (Map.Entry<String, Contestant> each : contestants.entrySet()) {
				double rate = each.getValue().run();
				rates.computeIfAbsent(each.getKey(), (name) -> new ArrayList<>()).add(rate);
				System.err.printf(Locale.ROOT, "round %d: %-36s %8.0f/s%n", round, each.getKey(), rate);
			}
		}
		List<Double> ours = rates.values().iterator().next();
		System.out.printf("%-36s %10s %10s %10s %14s%n", "in a second", "min", "median", "max", "ours to theirs");
		rates.forEach((name, measured) -> {
			List<Double> sorted = measured.stream().sorted().toList();
			System.out.printf(Locale.ROOT, "%-36s %10.0f %10.0f %10.0f %14.2f%n", name, sorted.getFirst(),
					median(measured), sorted.getLast(), medianRatio(ours, measured));
		});
	}

	/** Round by round: what slows one down, slows the other down too. */
	private static double medianRatio(List<Double> ours, List<Double> theirs) {
		List<Double> ratios = new ArrayList<>();
		for (int round = 0; round < ours.size(); round++) {
			ratios.add(ours.get(round) / theirs.get(round));
		}
		return median(ratios);
	}

	static double median(List<Double> numbers) {
		List<Double> sorted = numbers.stream().sorted().toList();
		int middle = sorted.size() / 2;
		return (sorted.size() % 2 == 1) ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
	}

	private void remember(QueueRig rig) throws IOException {
		System.out.printf("%n%-12s %12s %12s   (resident, MiB)%n", "items done", "owner", "worker");
		int[] next = { 0 };
		double rate = rig.run(this.large, (done, owner, worker) -> {
			if (done >= next[0]) {
				System.out.printf("%-12d %12d %12d%n", done, owner, worker);
				next[0] = done + this.large / 10;
			}
		});
		System.out.printf(Locale.ROOT, "%d items: %.0f/s%n", this.large, rate);
	}

	@FunctionalInterface
	private interface Contestant {

		double run() throws IOException, InterruptedException;

	}

}
