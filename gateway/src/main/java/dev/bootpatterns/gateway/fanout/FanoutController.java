package dev.bootpatterns.gateway.fanout;

import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;

import dev.bootpatterns.sharding.fanout.FanoutModel;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/**
 * {@code GET /topology/fanout?leaves=&replicas=}. The gateway answers this path itself,
 * from what it measured; the rest of {@code /topology} is the owners'. Controllers come
 * before routes in WebFlux.
 * <p>
 * An answer takes about half a second of one processor. So they are calculated one at a
 * time, never on an event loop, and few may wait.
 */
@RestController
class FanoutController implements DisposableBean {

	static final int MAX_WAITING = 4;

	private final LeafLatencies latencies;

	private final Scheduler calculation = Schedulers.newBoundedElastic(1, MAX_WAITING, "fanout");

	FanoutController(ObjectProvider<LeafLatencies> latencies) {
		this.latencies = latencies.getIfAvailable(() -> Optional::empty);
	}

	@GetMapping("/topology/fanout")
	Mono<FanoutAnswer> fanout(@RequestParam(required = false) @Nullable String leaves,
			@RequestParam(required = false) @Nullable String replicas) {
		Optional<Integer> wantedLeaves = whole("leaves", leaves, FanoutModel.MAX_LEAVES);
		Optional<Integer> wantedReplicas = whole("replicas", replicas, FanoutModel.MAX_REPLICAS);
		return Mono.fromCallable(() -> answer(wantedLeaves, wantedReplicas))
			.subscribeOn(this.calculation)
			.onErrorMap(RejectedExecutionException.class,
					(ex) -> unavailable("%d predictions are waiting already".formatted(MAX_WAITING)));
	}

	private FanoutAnswer answer(Optional<Integer> leaves, Optional<Integer> replicas) {
		LeafMeasurements measured = this.latencies.current()
			.filter((current) -> current.samples() >= LeafMeasurements.MIN_SAMPLES)
			.orElseThrow(() -> unavailable("no measurements yet: search something first"));
		FanoutModel model = new FanoutModel(measured.latency(), measured.leaves(), measured.scalable(),
				measured.workPerLeaf(), measured.hedging(), FanoutModel.DEFAULT_SAMPLES);
		return FanoutAnswer.of(measured,
				model.advise(leaves.orElse(measured.leaves()), replicas.orElse(measured.replicas())));
	}

	private static Optional<Integer> whole(String name, @Nullable String text, int most) {
		if (text == null) {
			return Optional.empty();
		}
		try {
			int number = Integer.parseInt(text);
			if (number >= 1 && number <= most) {
				return Optional.of(number);
			}
		}
		catch (NumberFormatException ex) {
			// The answer is the same as for a number out of range.
		}
		throw new ResponseStatusException(HttpStatus.BAD_REQUEST,
				"'%s' must be a whole number from 1 to %d".formatted(name, most));
	}

	private static ResponseStatusException unavailable(String detail) {
		return new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE, detail);
	}

	@Override
	public void destroy() {
		this.calculation.dispose();
	}

}
