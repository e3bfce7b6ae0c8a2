package dev.bootpatterns.gateway.scatter;

import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import dev.bootpatterns.gateway.GatewayProperties;
import dev.bootpatterns.gateway.topology.TopologyClient;
import dev.bootpatterns.sharding.Topology;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ResponseStatusException;

/**
 * Asks all leaves at the same time, until there is nothing to wait for any more; what is
 * on its way then is cancelled.
 */
@Component
class Scatter {

	/** A leaf's own time is over at the deadline; this much later nobody waits for it. */
	private static final Duration GRACE = Duration.ofMillis(2);

	private final TopologyClient topology;

	private final Leaves leaves;

	private final int maxFanOut;

	private final DistributionSummary fanOut;

	private final MeterRegistry meters;

	Scatter(TopologyClient topology, Leaves leaves, GatewayProperties properties, MeterRegistry meters) {
		this.topology = topology;
		this.leaves = leaves;
		this.maxFanOut = properties.maxFanOut();
		this.meters = meters;
		this.fanOut = DistributionSummary.builder("gateway.scatter.fanout")
			.description("Leaves that one request asks")
			.register(meters);
	}

	/**
	 * Asks all leaves.
	 * @param request the client's request
	 * @param path what each leaf is asked for: a raw path
	 * @param gathering begins to gather
	 * @param body JSON that each leaf gets, if any
	 * @return what they answered, by the deadline
	 */
	Mono<Round> ask(ScatterRequest request, String path, Supplier<Gathering> gathering, @Nullable String body) {
		return Mono.defer(() -> round(request, path, gathering, body, false))
			.flatMap((round) -> round.isToBeRepeated()
					? this.topology.refresh().then(Mono.defer(() -> round(request, path, gathering, body, true)))
					: Mono.just(round));
	}

	private Mono<Round> round(ScatterRequest request, String path, Supplier<Gathering> gathering, @Nullable String body,
			boolean last) {
		Topology current = current();
		Set<Integer> shards = IntStream.range(0, current.shards())
			.filter((shard) -> current.slotsOf(shard).size() > 0)
			.boxed()
			.collect(Collectors.toCollection(TreeSet::new));
		Round round = new Round(request, current.epoch(), shards, gathering.get(), last);
		String query = Parameters.query(round.gathering().leafParameters());
		// Another one in each round: a leaf remembers for a while what it was told to
		// stop.
		UUID id = UUID.randomUUID();
		this.fanOut.record(shards.size());
		Flux<Runnable> answers = Flux.fromIterable(shards)
			.flatMap(
					(shard) -> this.leaves.ask(new LeafRequest(request, id, shard, current.epoch(), path, query, body)),
					this.maxFanOut)
			.map((result) -> () -> round.add(result));
		Flux<Runnable> over = Mono.delay(request.left().plus(GRACE)).<Runnable>map((tick) -> round::timeIsOver).flux();
		return Flux.merge(answers, over, request.early() ? lateness(request, shards, round) : Flux.empty())
			.doOnNext(Runnable::run)
			.takeUntil((event) -> round.isDecided())
			.then(Mono.fromSupplier(() -> {
				count(round);
				return round;
			}));
	}

	Topology current() {
		return this.topology.current()
			.orElseThrow(() -> new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE, "No topology is known yet"));
	}

	private Flux<Runnable> lateness(ScatterRequest request, Set<Integer> shards, Round round) {
		Duration latest = shards.stream()
			.map((shard) -> this.leaves.lateAfter(request, shard))
			.max(Duration::compareTo)
			.orElse(Duration.ZERO);
		return Mono.delay(latest).<Runnable>map((tick) -> round::leavesAreLate).flux();
	}

	/** Who was waited for. */
	private void count(Round round) {
		if (!round.results().isEmpty()) {
			this.meters
				.counter("gateway.scatter.stragglers", "shard", Integer.toString(round.results().getLast().shard()))
				.increment();
		}
	}

}
