package dev.bootpatterns.benchmarks.load;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.apache.hc.core5.http.HttpStatus;
import tools.jackson.databind.json.JsonMapper;

/** Reads and searches that change nothing, one kind at a time. */
final class LoadRun implements AutoCloseable {

	/** How many different ones are read. */
	private static final int DOCUMENTS = 200;

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	/** Names and words of the default corpus, rare ones and frequent ones. */
	private static final List<String> WORDS = List.of("ConcurrentHashMap", "concurrent map", "iterator", "HashMap",
			"string builder", "thread local", "lock", "volatile", "class loader", "\"hash table\"", "charset decoder",
			"socket timeout", "BigInteger", "module layer", "method handle", "zip file", "path separator", "time zone",
			"unicode script", "security provider", "stream collector", "byte buffer", "annotation", "record pattern");

	private final URI base;

	private final LoadClient client;

	private final OpenLoop loop = new OpenLoop();

	LoadRun(URI base) {
		this.base = base;
		this.client = new LoadClient(base, TIMEOUT);
	}

	static List<String> queries() {
		return WORDS.stream().map((words) -> "/search?q=" + LoadClient.encoded(words)).toList();
	}

	/**
	 * The paths of documents that are there. By global scores: by those of each shard,
	 * one shard's might come before all others'.
	 */
	List<String> documents() {
		try {
			String answer = this.client.get("/search?q=class&stats=global&limit=" + DOCUMENTS).body();
			List<String> paths = JsonMapper.shared()
				.readTree(answer)
				.path("hits")
				.valueStream()
				.map((hit) -> LoadClient.pathOf(hit.path("id").asString()))
				.toList();
			if (paths.isEmpty()) {
				throw new LoadFailure("no documents at %s: is the suite up, with a corpus? It answered %s"
					.formatted(this.base, answer.substring(0, Math.min(answer.length(), 300))));
			}
			return paths;
		}
		catch (IOException ex) {
			throw new LoadFailure("%s cannot be asked (%s): is the suite up?".formatted(this.base, ex.getMessage()));
		}
	}

	/**
	 * Sends requests, in an order that is the same in each run.
	 * @param paths what to ask for
	 * @param rate requests per second
	 * @param length how long
	 * @return what was measured
	 * @throws InterruptedException if the thread is interrupted
	 */
	Result measure(List<String> paths, int rate, Duration length) throws InterruptedException {
		Histogram latencies = new ConcurrentHistogram(3);
		LongAdder failed = new LongAdder();
		Random random = new Random(1);
		OpenLoop.Sent sent = this.loop.run(rate, Stream.generate(() -> {
			String path = paths.get(random.nextInt(paths.size()));
			return (OpenLoop.Request) (due) -> {
				failed.add(succeeds(path) ? 0 : 1);
				latencies.recordValue(System.nanoTime() - due);
			};
		}).limit(rate * length.toSeconds()).iterator());
		return new Result(sent.requests(), failed.sum(), latencies);
	}

	private boolean succeeds(String path) {
		try {
			return this.client.get(path).status() == HttpStatus.SC_OK;
		}
		catch (IOException ex) {
			return false;
		}
	}

	@Override
	public void close() {
		this.loop.close();
		this.client.close();
	}

	/**
	 * What was measured.
	 *
	 * @param requests how many were sent
	 * @param failed how many were not answered with 200
	 * @param latencies from due to answered, in nanoseconds
	 */
	record Result(long requests, long failed, Histogram latencies) {

		double millis(double percentile) {
			return this.latencies.getValueAtPercentile(percentile) / 1e6;
		}

	}

}
