package dev.bootpatterns.gateway.scatter;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.bootpatterns.gateway.GatewayProperties;
import dev.bootpatterns.gateway.topology.TopologyClient;
import dev.bootpatterns.sharding.Topology;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.server.MethodNotAllowedException;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;

/**
 * {@code ScatterGather=shards}: scatter/gather with leaf sharding. Each shard has a part
 * of the documents; one replica of each is asked at the same time, and the best of what
 * they found is the answer. What has not answered by the deadline is left out and said to
 * be missing.
 */
@Component
class ScatterGatherGatewayFilterFactory extends AbstractGatewayFilterFactory<ScatterGatherGatewayFilterFactory.Config> {

	private static final Set<HttpMethod> METHODS = Set.of(HttpMethod.GET, HttpMethod.HEAD);

	private final TopologyClient topology;

	private final Leaves leaves;

	private final GatewayProperties properties;

	private final JsonMapper json;

	ScatterGatherGatewayFilterFactory(TopologyClient topology, Leaves leaves, GatewayProperties properties,
			JsonMapper json) {
		super(Config.class);
		this.topology = topology;
		this.leaves = leaves;
		this.properties = properties;
		this.json = json;
	}

	@Override
	public List<String> shortcutFieldOrder() {
		return List.of("service");
	}

	@Override
	public GatewayFilter apply(Config config) {
		this.topology.require(config.service());
		return (exchange, chain) -> search(exchange, config.service());
	}

	private Mono<Void> search(ServerWebExchange exchange, String service) {
		long start = System.nanoTime();
		if (!METHODS.contains(exchange.getRequest().getMethod())) {
			return Mono.error(new MethodNotAllowedException(exchange.getRequest().getMethod(), METHODS));
		}
		SearchRequest request = SearchRequest.of(exchange.getRequest(), this.properties);
		return ask(service, request, start + request.deadline().toNanos(), true)
			.flatMap((outcomes) -> respond(exchange.getResponse(), request, outcomes, start));
	}

	/**
	 * Asks all leaves under one topology. If a leaf says that slots have moved since,
	 * they are all asked once more under the newer one: answers of two topologies would
	 * not fit together.
	 */
	private Mono<List<LeafOutcome>> ask(String service, SearchRequest request, long end, boolean again) {
		Topology current = this.topology.current()
			.orElseThrow(() -> new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE, "No topology is known yet"));
		return Flux.range(0, current.shards())
			.filter((shard) -> current.slotsOf(shard).size() > 0)
			.flatMap((shard) -> this.leaves.ask(service, new LeafRequest(shard, current.epoch(), request, end)),
					current.shards())
			.collectList()
			.flatMap((outcomes) -> (again && outcomes.stream().anyMatch(LeafOutcome.Moved.class::isInstance))
					? this.topology.refresh().then(Mono.defer(() -> ask(service, request, end, false)))
					: Mono.just(outcomes));
	}

	private Mono<Void> respond(ServerHttpResponse response, SearchRequest request, List<LeafOutcome> outcomes,
			long start) {
		for (LeafOutcome outcome : outcomes) {
			if (outcome instanceof LeafOutcome.Refused(ProblemDetail problem)) {
				return Mono.error(new ErrorResponseException(HttpStatus.BAD_REQUEST, problem, null));
			}
		}
		List<LeafAnswer> answers = outcomes.stream()
			.flatMap((outcome) -> (outcome instanceof LeafOutcome.Answered(LeafAnswer answer)) ? Stream.of(answer)
					: Stream.empty())
			.sorted(Comparator.comparingInt(LeafAnswer::shard))
			.toList();
		List<SearchAnswer.Missing> missing = outcomes.stream()
			.flatMap(ScatterGatherGatewayFilterFactory::missing)
			.sorted(Comparator.comparingInt(SearchAnswer.Missing::shard))
			.toList();
		SearchAnswer.Coverage coverage = SearchAnswer.Coverage.of(outcomes.size(), missing);
		if (answers.isEmpty() || coverage.fraction() < request.minCoverage()) {
			return Mono.error(tooLittle(coverage));
		}
		long tookMs = (System.nanoTime() - start) / 1_000_000;
		response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
		response.getHeaders().set("X-Shard", joined(answers, (answer) -> Integer.toString(answer.shard())));
		response.getHeaders().set("X-Replica", joined(answers, LeafAnswer::replica));
		response.getHeaders()
			.set("X-Shard-Epoch", Long.toString(answers.stream().mapToLong(LeafAnswer::epoch).max().orElse(0)));
		byte[] body = this.json.writeValueAsBytes(SearchAnswer.merge(request, answers, coverage, tookMs));
		return response.writeWith(Mono.just(response.bufferFactory().wrap(body)));
	}

	private static Stream<SearchAnswer.Missing> missing(LeafOutcome outcome) {
		return switch (outcome) {
			case LeafOutcome.Absent(int shard, String reason) -> Stream.of(new SearchAnswer.Missing(shard, reason));
			case LeafOutcome.Moved(int shard) -> Stream.of(new SearchAnswer.Missing(shard, "moved"));
			case LeafOutcome.Answered answered -> Stream.empty();
			case LeafOutcome.Refused refused -> Stream.empty();
		};
	}

	private static String joined(List<LeafAnswer> answers, Function<LeafAnswer, String> part) {
		return answers.stream().map(part).collect(Collectors.joining(","));
	}

	private static ErrorResponseException tooLittle(SearchAnswer.Coverage coverage) {
		ProblemDetail problem = ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE,
				"%d of %d shards answered".formatted(coverage.answered(), coverage.shards()));
		problem.setProperty("coverage", coverage);
		return new ErrorResponseException(HttpStatus.SERVICE_UNAVAILABLE, problem, null);
	}

	/**
	 * What a route says.
	 *
	 * @param service the sharded service's name in discovery
	 */
	record Config(String service) {
	}

}
