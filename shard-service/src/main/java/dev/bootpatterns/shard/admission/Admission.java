package dev.bootpatterns.shard.admission;

import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;

/**
 * Runs searches as the {@link SearchQueue} lets them, and says of each how long it waited
 * and ran.
 */
@Component
public class Admission {

	private static final double NANOS_PER_MILLI = 1_000_000;

	private final SearchQueue queue;

	private final TiedSearches tied;

	private final Timer waited;

	private final Timer served;

	private final Map<Reason, Counter> unanswered = new EnumMap<>(Reason.class);

	Admission(SearchQueue queue, TiedSearches tied, MeterRegistry meters) {
		this.queue = queue;
		this.tied = tied;
		this.served = Timer.builder("shard.search").description("Time of a search in this leaf").register(meters);
		this.waited = Timer.builder("shard.search.queue")
			.description("Time that a search waited before it began or was stopped")
			.register(meters);
		Gauge.builder("shard.search.queue.length", queue, SearchQueue::length)
			.description("Searches that wait or run")
			.register(meters);
		for (Reason reason : Reason.values()) {
			this.unanswered.put(reason, counter(reason, meters));
		}
	}

	private static Counter counter(Reason reason, MeterRegistry meters) {
		return Counter.builder(reason.isRefusal() ? "shard.search.refused" : "shard.search.stopped")
			.description(reason.isRefusal() ? "Searches that were refused at once"
					: "Searches that were stopped while they waited or ran")
			.tag("reason", reason.tag())
			.register(meters);
	}

	/**
	 * Runs a search when it is its turn, in the caller's thread.
	 * @param <T> what it finds
	 * @param attempt what the router says about it
	 * @param search the search
	 * @return what it found
	 * @throws IOException if the search throws it
	 * @throws org.springframework.web.ErrorResponseException if it is refused or stopped:
	 * 503, 504, 499 or 400
	 */
	public <T> Served<T> run(Attempt attempt, Search<T> search) throws IOException {
		Ticket ticket = this.queue.enter(attempt);
		if (!ticket.runs()) {
			throw unanswered(ticket);
		}
		if (attempt.tiedTo() != null) {
			this.tied.cancel(attempt.tiedTo());
		}
		try {
			T found = inItsPlace(ticket, search);
			this.waited.record(ticket.queueNanos(), TimeUnit.NANOSECONDS);
			this.served.record(ticket.serviceNanos(), TimeUnit.NANOSECONDS);
			return new Served<>(found, Duration.ofNanos(ticket.serviceNanos()), headers(ticket));
		}
		catch (StoppedException ex) {
			throw unanswered(ticket);
		}
	}

	private <T> T inItsPlace(Ticket ticket, Search<T> search) throws IOException {
		boolean finished = false;
		try {
			T found = search.run(ticket::isOver);
			finished = true;
			return found;
		}
		finally {
			this.queue.leave(ticket, finished);
		}
	}

	private NoAnswerException unanswered(Ticket ticket) {
		Reason reason = Objects.requireNonNull(ticket.reason());
		if (!reason.isRefusal()) {
			this.waited.record(ticket.queueNanos(), TimeUnit.NANOSECONDS);
		}
		Objects.requireNonNull(this.unanswered.get(reason)).increment();
		return new NoAnswerException(reason, detail(reason, ticket), headers(ticket));
	}

	private static String detail(Reason reason, Ticket ticket) {
		return switch (reason) {
			case QUEUE_FULL -> "Too many searches wait already";
			case BUDGET -> "The budget of the search was over when it came";
			case ESTIMATE -> "By what searches take now, this one would not be done within its budget";
			case DUPLICATE -> "%s names a search that waits or runs already".formatted(Attempt.ID);
			case DEADLINE -> "The budget was over after %d ms in the queue and %d ms of search".formatted(
					TimeUnit.NANOSECONDS.toMillis(ticket.queueNanos()),
					TimeUnit.NANOSECONDS.toMillis(ticket.serviceNanos()));
			case CANCELLED -> "The search was cancelled";
		};
	}

	/** What a router ranks replicas by, and explains a slow answer with. */
	private HttpHeaders headers(Ticket ticket) {
		HttpHeaders headers = new HttpHeaders();
		headers.set("Server-Timing", String.format(Locale.ROOT, "queue;dur=%.3f, service;dur=%.3f",
				ticket.queueNanos() / NANOS_PER_MILLI, ticket.serviceNanos() / NANOS_PER_MILLI));
		headers.set("X-Queue-Length", Integer.toString(this.queue.length()));
		return headers;
	}

	/**
	 * A search.
	 *
	 * @param <T> what it finds
	 */
	public interface Search<T> {

		/**
		 * Searches.
		 * @param over says whether it is to stop; to be asked often
		 * @return what it found
		 * @throws IOException if the index cannot be read
		 * @throws StoppedException if it stopped
		 */
		T run(BooleanSupplier over) throws IOException;

	}

	/**
	 * What a search found.
	 *
	 * @param <T> its type
	 * @param found what it found
	 * @param took how long it ran, without the wait
	 * @param headers of the response: {@code Server-Timing} and {@code X-Queue-Length}
	 */
	public record Served<T>(T found, Duration took, HttpHeaders headers) {
	}

}
