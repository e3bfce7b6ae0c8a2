package dev.bootpatterns.shard.admission;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

import dev.bootpatterns.shard.topology.Siblings;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.stereotype.Component;

/**
 * Tied requests: a router sends a search to two replicas of a shard at once, each copy
 * with the name of the other. The replica where one begins cancels the other, which then
 * most likely still waits. So a search takes the shorter of two queues, and the work is
 * done once; only if both begin within the time that a cancel travels, it is done twice.
 * A router makes that rare by sending the second copy a moment later.
 * <p>
 * Nobody waits for a cancel. One that fails costs a search that was not needed, so it is
 * only counted. Where the other replica is, it said itself, in the database; a request
 * can only name it.
 * <p>
 * See J. Dean and L. A. Barroso, "The Tail at Scale", Communications of the ACM 56(2),
 * 2013.
 */
@Component
class TiedSearches {

	private static final Duration TIMEOUT = Duration.ofMillis(200);

	/** More cancels under way at once are not sent. */
	private static final int MAX_UNDER_WAY = 64;

	private final Siblings siblings;

	private final Semaphore underWay = new Semaphore(MAX_UNDER_WAY);

	private final Map<Outcome, Counter> outcomes = new EnumMap<>(Outcome.class);

	TiedSearches(Siblings siblings, MeterRegistry meters) {
		this.siblings = siblings;
		for (Outcome outcome : Outcome.values()) {
			this.outcomes.put(outcome,
					Counter.builder("shard.search.tied.cancels")
						.description("Cancels of the other copy of a tied search that began here")
						.tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
						.register(meters));
		}
	}

	/**
	 * Cancels the other copy, if it has not begun, without waiting for it.
	 * @param other the other copy
	 */
	void cancel(Attempt.Tied other) {
		String uri = this.siblings.uri(other.replica());
		if (uri == null) {
			count(Outcome.UNKNOWN);
		}
		else if (!this.underWay.tryAcquire()) {
			count(Outcome.DROPPED);
		}
		else {
			Thread.ofVirtual().name("tied-cancel").start(() -> {
				try {
					count(send(uri, other.id()));
				}
				finally {
					this.underWay.release();
				}
			});
		}
	}

	private static Outcome send(String uri, String id) {
		try {
			HttpRequest request = HttpRequest.newBuilder(URI.create(uri + "/searches/" + id + "?onlyWaiting=true"))
				.timeout(TIMEOUT)
				.DELETE()
				.build();
			int status = Http.CLIENT.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
			return (status == 204) ? Outcome.SENT : Outcome.FAILED;
		}
		catch (IOException | IllegalArgumentException ex) {
			return Outcome.FAILED;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return Outcome.FAILED;
		}
	}

	private void count(Outcome outcome) {
		Objects.requireNonNull(this.outcomes.get(outcome)).increment();
	}

	private enum Outcome {

		/** The other replica knows. */
		SENT,

		/** It gave no answer in time, or another one. */
		FAILED,

		/** No other replica of this shard has that name. */
		UNKNOWN,

		/** Too many were under way. */
		DROPPED

	}

	/** Made when the first tied request comes, since most leaves never get one. */
	private static final class Http {

		static final HttpClient CLIENT = HttpClient.newBuilder()
			.version(HttpClient.Version.HTTP_1_1)
			.connectTimeout(TIMEOUT)
			.executor(Executors.newVirtualThreadPerTaskExecutor())
			.build();

	}

}
