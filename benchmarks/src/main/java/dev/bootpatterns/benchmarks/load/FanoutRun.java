package dev.bootpatterns.benchmarks.load;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

import org.apache.hc.core5.http.HttpStatus;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The fan-out advisor against the system that it advises on: searches at a rate, and then
 * asks what should have come of it.
 * <p>
 * What is measured begins when a search is due and ends with its answer at this client;
 * what is predicted is the wait for the leaves, and the root's work as far as the gateway
 * knows it. So what is measured is more by the way between, which is the same with any
 * number of leaves.
 */
public final class FanoutRun {

	private static final String PATH = "/topology/fanout";

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static final int MAX_TEXT = 300;

	private final URI url;

	private final int rate;

	private final Duration warmup;

	private final Duration length;

	/**
	 * Prepares it.
	 * @param url the gateway
	 * @param rate searches per second
	 * @param warmup how long they are not counted at first
	 * @param length how long they are
	 */
	public FanoutRun(URI url, int rate, Duration warmup, Duration length) {
		this.url = url;
		this.rate = rate;
		this.warmup = warmup;
		this.length = length;
	}

	/**
	 * Searches, asks and prints.
	 * @param leaves to predict for, besides those that there are
	 * @param replicas of each; {@code null} for those that there are
	 * @param record gets a line for each row; none is written if it is {@code null}
	 * @param out gets the table
	 * @param err gets what went wrong
	 * @return 0; 1 if a search failed, or nothing could be asked
	 * @throws InterruptedException if the thread is interrupted
	 */
	public int run(List<Integer> leaves, @Nullable Integer replicas, @Nullable Path record, PrintWriter out,
			PrintWriter err) throws InterruptedException {
		try (LoadRun load = new LoadRun(this.url); LoadClient client = new LoadClient(this.url, TIMEOUT)) {
			load.measure(LoadRun.queries(), this.rate, this.warmup);
			LoadRun.Result measured = load.measure(LoadRun.queries(), this.rate, this.length);
			List<JsonNode> predicted = Stream
				.concat(Stream.of(PATH), leaves.stream().map((number) -> path(number, replicas)))
				.map((path) -> ask(client, path))
				.toList();
			print(predicted, measured, out);
			if (record != null) {
				Files.write(record, lines(predicted, measured), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
			}
			if (measured.failed() > 0) {
				err.printf("fanout: %d of %d searches failed%n", measured.failed(), measured.requests());
			}
			return (measured.failed() > 0) ? 1 : 0;
		}
		catch (LoadFailure ex) {
			err.println("fanout: " + ex.getMessage());
			return 1;
		}
		catch (IOException ex) {
			err.println("fanout: %s cannot be written: %s".formatted(record, ex));
			return 1;
		}
		finally {
			out.flush();
			err.flush();
		}
	}

	/** As the page reads them: {@code shards,leaves,kind,p50Ms,p99Ms}. */
	private static List<String> lines(List<JsonNode> predicted, LoadRun.Result measured) {
		List<String> lines = new ArrayList<>();
		JsonNode now = predicted.getFirst().path("measured");
		String kind = isHedged(now) ? "hedged" : "plain";
		for (JsonNode answer : predicted) {
			JsonNode asked = answer.path("asked");
			lines.add("%s,%s,predicted,%s,%s".formatted(now.path("leaves").asString(), asked.path("leaves").asString(),
					millis(asked.path(kind).path("p50Ms")), millis(asked.path(kind).path("p99Ms"))));
		}
		lines.add("%1$s,%1$s,measured,%2$s,%3$s".formatted(now.path("leaves").asString(), millis(measured.millis(50)),
				millis(measured.millis(99))));
		return lines;
	}

	private static boolean isHedged(JsonNode now) {
		return now.path("hedgeBudget").asDouble() > 0 && now.path("replicas").asInt() > 1;
	}

	private static String path(int leaves, @Nullable Integer replicas) {
		return PATH + "?leaves=" + leaves + ((replicas != null) ? "&replicas=" + replicas : "");
	}

	private JsonNode ask(LoadClient client, String path) {
		try {
			LoadClient.Answer answer = client.get(path);
			JsonNode json = JsonMapper.shared().readTree(answer.body());
			if (answer.status() != HttpStatus.SC_OK || !json.path("asked").isObject()) {
				throw new LoadFailure("%s%s answered %d: %s".formatted(this.url, path, answer.status(),
						json.path("detail").asString(begin(answer.body()))));
			}
			return json;
		}
		catch (IOException ex) {
			throw new LoadFailure(
					"%s%s cannot be asked (%s): is the suite up?".formatted(this.url, path, ex.getMessage()));
		}
		catch (JacksonException ex) {
			throw new LoadFailure("%s%s answered no JSON".formatted(this.url, path));
		}
	}

	private static String begin(String text) {
		return text.substring(0, Math.min(text.length(), MAX_TEXT));
	}

	private static void print(List<JsonNode> predicted, LoadRun.Result measured, PrintWriter out) {
		JsonNode now = predicted.getFirst().path("measured");
		boolean hedged = isHedged(now);
		out.printf(Locale.ROOT, "from %d calls of leaves: p50 %.1f ms, p99 %.1f ms%n", now.path("samples").asLong(),
				now.path("p50Ms").asDouble(), now.path("p99Ms").asDouble());
		row(out, "", "leaves", "replicas", "p50 ms", "p99 ms", "hedged p50", "hedged p99", "extra");
		for (JsonNode answer : predicted) {
			JsonNode asked = answer.path("asked");
			row(out, "predicted", asked.path("leaves").asString(), asked.path("replicas").asString(),
					millis(asked.path("plain").path("p50Ms")), millis(asked.path("plain").path("p99Ms")),
					millis(asked.path("hedged").path("p50Ms")), millis(asked.path("hedged").path("p99Ms")),
					String.format(Locale.ROOT, "%.2f %%", 100 * asked.path("extraRequests").asDouble()));
		}
		String p50 = millis(measured.millis(50));
		String p99 = millis(measured.millis(99));
		row(out, "measured", now.path("leaves").asString(), now.path("replicas").asString(), hedged ? "-" : p50,
				hedged ? "-" : p99, hedged ? p50 : "-", hedged ? p99 : "-", "-");
		out.println(predicted.getFirst().path("advice").path("text").asString());
	}

	private static String millis(JsonNode millis) {
		return millis(millis.asDouble());
	}

	private static String millis(double millis) {
		return String.format(Locale.ROOT, "%.1f", millis);
	}

	private static void row(PrintWriter out, String... cells) {
		out.printf("%-10s %6s %8s %10s %10s %12s %12s %8s%n", (Object[]) cells);
	}

}
