package dev.bootpatterns.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.support.ClassicRequestBuilder;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sends requests at a constant rate, whatever the answers do (an open model), and
 * measures each from the moment when it was due. A server that stalls for a second
 * therefore shows a second of late requests; a client that waits for each answer before
 * it sends the next would show one ("coordinated omission", G. Tene).
 */
final class LoadRun implements AutoCloseable {

	private static final int MAX_IN_FLIGHT = 1000;

	/** How many different ones are read. */
	private static final int DOCUMENTS = 200;

	private static final Timeout TIMEOUT = Timeout.ofSeconds(10);

	/** Names and words of the default corpus, rare ones and frequent ones. */
	private static final List<String> WORDS = List.of("ConcurrentHashMap", "concurrent map", "iterator", "HashMap",
			"string builder", "thread local", "lock", "volatile", "class loader", "\"hash table\"", "charset decoder",
			"socket timeout", "BigInteger", "module layer", "method handle", "zip file", "path separator", "time zone",
			"unicode script", "security provider", "stream collector", "byte buffer", "annotation", "record pattern");

	private final URI base;

	private final CloseableHttpClient http = HttpClients.custom()
		.setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
			.setMaxConnTotal(MAX_IN_FLIGHT)
			.setMaxConnPerRoute(MAX_IN_FLIGHT)
			.setDefaultConnectionConfig(
					ConnectionConfig.custom().setConnectTimeout(2, TimeUnit.SECONDS).setSocketTimeout(TIMEOUT).build())
			.build())
		.disableAutomaticRetries()
		.build();

	private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

	LoadRun(URI base) {
		this.base = base;
	}

	List<String> queries() {
		return WORDS.stream().map((words) -> "/search?q=" + URLEncoder.encode(words, StandardCharsets.UTF_8)).toList();
	}

	/** The paths of documents that are there. */
	List<String> documents() {
		try {
			String answer = this.http.execute(request("/search?q=class&limit=" + DOCUMENTS),
					(response) -> EntityUtils.toString(response.getEntity()));
			List<String> paths = JsonMapper.shared()
				.readTree(answer)
				.path("hits")
				.valueStream()
				.map((hit) -> "/documents/" + Arrays.stream(hit.path("id").asString().split("/", -1))
					.map((segment) -> URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20"))
					.collect(Collectors.joining("/")))
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

	private ClassicHttpRequest request(String path) {
		return ClassicRequestBuilder.get(this.base.resolve(path)).build();
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
		Histogram latencies = new ConcurrentHistogram(2 * TIMEOUT.toNanoseconds(), 3);
		LongAdder failed = new LongAdder();
		Semaphore inFlight = new Semaphore(MAX_IN_FLIGHT);
		Random random = new Random(1);
		long count = rate * length.toSeconds();
		long start = System.nanoTime();
		for (long i = 0; i < count; i++) {
			long due = start + i * 1_000_000_000L / rate;
			LockSupport.parkNanos(due - System.nanoTime());
			String path = paths.get(random.nextInt(paths.size()));
			inFlight.acquire();
			this.executor.execute(() -> {
				failed.add(succeeds(path) ? 0 : 1);
				latencies.recordValue(Math.min(System.nanoTime() - due, latencies.getHighestTrackableValue()));
				inFlight.release();
			});
		}
		inFlight.acquire(MAX_IN_FLIGHT);
		return new Result(count, failed.sum(), latencies);
	}

	private boolean succeeds(String path) {
		try {
			return this.http.execute(request(path), (response) -> {
				EntityUtils.consume(response.getEntity());
				return response.getCode() == HttpStatus.SC_OK;
			});
		}
		catch (IOException ex) {
			return false;
		}
	}

	@Override
	public void close() {
		this.executor.close();
		this.http.close(CloseMode.GRACEFUL);
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
