package dev.bootpatterns.gateway.fault;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.DoubleSupplier;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import org.springframework.http.HttpStatusCode;
import org.springframework.web.server.ResponseStatusException;

/**
 * Injects the fault that was asked for.
 * <p>
 * <b>Guarantee.</b> Each request is struck with the stated probability, independently of
 * all others. One that is struck is held for the delay, as if the network were slow or
 * the process were paused, and then goes its way, or is answered with the status and
 * reaches no replica. One whose client has gone meanwhile reaches none either. When the
 * fault is taken away or replaced, those that it holds go on at once, unharmed.
 * <p>
 * <b>Cost.</b> A random number for each request. One that is held costs a timer and its
 * connection, for at most 30 s, and no thread.
 * <p>
 * <b>Trade-off.</b> The fault is this process's and lives in its memory: a process that
 * is started again has none. Delay and abort strike the same requests; Envoy's fault
 * filter, whose semantics these are otherwise, gives each a percentage of its own.
 *
 * @see <a href=
 * "https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/fault_filter">Envoy's
 * fault filter</a>
 */
final class Faults {

	private final DoubleSupplier random;

	private final Counter delayed;

	private final Counter aborted;

	private final AtomicReference<Injection> current = new AtomicReference<>(new Injection(Fault.NONE));

	/**
	 * No fault at first.
	 * @param random from 0 up to, and without, 1
	 * @param meters where faults are counted
	 */
	Faults(DoubleSupplier random, MeterRegistry meters) {
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

	/** {@link Fault#NONE} takes it away. */
	void replace(Fault fault) {
		// Nobody else emits, so it cannot fail.
		var _ = this.current.getAndSet(new Injection(fault)).withdrawn().tryEmitEmpty();
	}

	/**
	 * Does to a request what the fault says.
	 * @return completes when its work may begin, fails in place of it
	 */
	Mono<Void> inject() {
		Injection injection = this.current.get();
		Fault fault = injection.fault();
		if (!fault.strikes(this.random.getAsDouble())) {
			return Mono.empty();
		}
		if (fault.delay().isZero()) {
			return abort(fault);
		}
		this.delayed.increment();
		return Mono.delay(fault.delay())
			.takeUntilOther(injection.withdrawn().asMono())
			.hasElement()
			.flatMap((isOver) -> isOver ? abort(fault) : Mono.empty());
	}

	private Mono<Void> abort(Fault fault) {
		if (fault.abort() == 0) {
			return Mono.empty();
		}
		this.aborted.increment();
		return Mono.error(new ResponseStatusException(HttpStatusCode.valueOf(fault.abort()),
				"A fault that was asked for, at /actuator/faults"));
	}

	private record Injection(Fault fault, Sinks.Empty<Void> withdrawn) {

		Injection(Fault fault) {
			this(fault, Sinks.empty());
		}

	}

}
