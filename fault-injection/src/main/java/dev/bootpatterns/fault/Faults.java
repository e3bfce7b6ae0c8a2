package dev.bootpatterns.fault;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.DoubleSupplier;
import java.util.function.Function;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.http.HttpStatusCode;
import org.springframework.web.server.ResponseStatusException;

/**
 * Injects the fault that was asked for.
 * <p>
 * <b>Guarantee.</b> Each request is struck with the stated probability, independently of
 * all others. One that is struck is held for the delay, as if the network were slow or
 * the process were paused, and then does its work, or is answered with the status without
 * any of it. When the fault is taken away or replaced, those that it holds go on at once,
 * unharmed.
 * <p>
 * <b>Cost.</b> A random number for each request. One that is held costs a timer, for at
 * most 30 s, and whatever its caller waits with: a thread, or none.
 * <p>
 * <b>Trade-off.</b> The fault is this process's and lives in its memory: a process that
 * is started again has none. Delay and abort strike the same requests; Envoy's fault
 * filter, whose semantics these are otherwise, gives each a percentage of its own.
 *
 * @see <a href=
 * "https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/fault_filter">Envoy's
 * fault filter</a>
 */
public final class Faults {

	private static final CompletableFuture<Void> UNHARMED = CompletableFuture.completedFuture(null);

	private final DoubleSupplier random;

	private final Counter delayed;

	private final Counter aborted;

	private final AtomicReference<Injection> current = new AtomicReference<>(new Injection(Fault.NONE));

	/**
	 * No fault at first.
	 * @param random from 0 up to, and without, 1
	 * @param meters where faults are counted
	 */
	public Faults(DoubleSupplier random, MeterRegistry meters) {
		this.random = random;
		this.delayed = counter("delay", meters);
		this.aborted = counter("abort", meters);
	}

	private static Counter counter(String kind, MeterRegistry meters) {
		return Counter.builder("faults.injected")
			.description("Faults that were asked for and came")
			.tag("kind", kind)
			.register(meters);
	}

	Fault current() {
		return this.current.get().fault();
	}

	/**
	 * Sets another fault, and lets go whom the one before holds.
	 * @param fault {@link Fault#NONE} takes it away
	 */
	public void replace(Fault fault) {
		this.current.getAndSet(new Injection(fault)).withdrawn().complete(false);
	}

	/** How many requests the fault has still to let go. */
	int held() {
		return this.current.get().withdrawn().getNumberOfDependents();
	}

	/**
	 * Does to a request what the fault says.
	 * @return completes when its work may begin, or with a
	 * {@link ResponseStatusException} in place of it; on a thread that is not to be kept
	 * from its timers, if it is not complete already
	 */
	public CompletableFuture<Void> inject() {
		Injection injection = this.current.get();
		Fault fault = injection.fault();
		if (!fault.strikes(this.random.getAsDouble())) {
			return UNHARMED;
		}
		if (fault.delay().isZero()) {
			return abort(fault);
		}
		this.delayed.increment();
		// In this order: when the time is over, nothing of it stays behind in the other.
		return new CompletableFuture<Boolean>().completeOnTimeout(true, fault.delay().toNanos(), TimeUnit.NANOSECONDS)
			.applyToEither(injection.withdrawn(), Function.identity())
			.thenCompose((isOver) -> isOver ? abort(fault) : UNHARMED);
	}

	private CompletableFuture<Void> abort(Fault fault) {
		if (fault.abort() == 0) {
			return UNHARMED;
		}
		this.aborted.increment();
		return CompletableFuture.failedFuture(new ResponseStatusException(HttpStatusCode.valueOf(fault.abort()),
				"A fault that was asked for, at /actuator/faults"));
	}

	private record Injection(Fault fault, CompletableFuture<Boolean> withdrawn) {

		Injection(Fault fault) {
			this(fault, new CompletableFuture<>());
		}

	}

}
