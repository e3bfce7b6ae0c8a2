package dev.bootpatterns.gateway.scatter;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.bootpatterns.gateway.GatewayProperties;
import dev.bootpatterns.gateway.topology.TopologyClient;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.server.MethodNotAllowedException;
import org.springframework.web.server.ServerWebExchange;

/**
 * {@code ScatterGather=shards,top-k}: scatter/gather with leaf sharding. Each shard has a
 * part of the documents; one replica of each is asked at the same time, and a
 * {@link Gatherer} makes one answer of theirs. What has not answered by the deadline is
 * left out and said to be missing.
 */
@Component
class ScatterGatherGatewayFilterFactory extends AbstractGatewayFilterFactory<ScatterGatherGatewayFilterFactory.Config> {

	static final String COVERAGE = "X-Coverage";

	private static final Set<HttpMethod> METHODS = Set.of(HttpMethod.GET, HttpMethod.HEAD);

	private final TopologyClient topology;

	private final Scatter scatter;

	private final TermStatistics statistics;

	private final Map<String, Gatherer> gatherers;

	private final GatewayProperties properties;

	private final JsonMapper json;

	ScatterGatherGatewayFilterFactory(TopologyClient topology, Scatter scatter, TermStatistics statistics,
			List<Gatherer> gatherers, GatewayProperties properties, JsonMapper json) {
		super(Config.class);
		this.topology = topology;
		this.scatter = scatter;
		this.statistics = statistics;
		this.gatherers = gatherers.stream().collect(Collectors.toMap(Gatherer::name, Function.identity()));
		this.properties = properties;
		this.json = json;
	}

	@Override
	public List<String> shortcutFieldOrder() {
		return List.of("service", "gatherer");
	}

	@Override
	public GatewayFilter apply(Config config) {
		this.topology.require(config.service());
		String name = (config.gatherer() != null) ? config.gatherer() : "top-k";
		Gatherer gatherer = this.gatherers.get(name);
		if (gatherer == null) {
			throw new IllegalArgumentException("ScatterGather does not know the gatherer '%s'; there are %s"
				.formatted(name, this.gatherers.keySet().stream().sorted().toList()));
		}
		return (exchange, chain) -> gather(exchange, config.service(), gatherer);
	}

	private Mono<Void> gather(ServerWebExchange exchange, String service, Gatherer gatherer) {
		if (!METHODS.contains(exchange.getRequest().getMethod())) {
			return Mono.error(new MethodNotAllowedException(exchange.getRequest().getMethod(), METHODS));
		}
		Route route = exchange.getRequiredAttribute(ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR);
		ScatterRequest request = ScatterRequest.of(exchange.getRequest(), route.getId(), service, this.properties);
		Mono<String> body = gatherer.begin(request.parameters()).needsStatistics() ? this.statistics.of(request)
				: Mono.empty();
		return body.map(Optional::of)
			.defaultIfEmpty(Optional.empty())
			.flatMap((statistics) -> this.scatter.ask(request, request.path(),
					() -> gatherer.begin(request.parameters()), statistics.orElse(null)))
			.flatMap((round) -> respond(exchange.getResponse(), request, round));
	}

	private Mono<Void> respond(ServerHttpResponse response, ScatterRequest request, Round round) {
		ProblemDetail refusal = round.refusal();
		if (refusal != null) {
			return Mono.error(new ErrorResponseException(HttpStatus.BAD_REQUEST, refusal, null));
		}
		Coverage coverage = round.coverage();
		Timing timing = request.explain() ? Timing.of(request, round.results()) : null;
		if (!round.isEnough()) {
			return Mono.error(tooLittle(round.shortage(), coverage, timing));
		}
		List<LeafResult> answers = round.results()
			.stream()
			.filter((result) -> result.outcome() instanceof LeafOutcome.Answered)
			.sorted(Comparator.comparingInt(LeafResult::shard))
			.toList();
		response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
		response.getHeaders().set("X-Shard", joined(answers.stream().map((answer) -> "" + answer.shard())));
		response.getHeaders()
			.set("X-Replica", joined(answers.stream()
				.map((answer) -> (answer.outcome() instanceof LeafOutcome.Answered by) ? by.replica() : "")));
		response.getHeaders().set("X-Shard-Epoch", Long.toString(round.epoch()));
		response.getHeaders().set(COVERAGE, "%d/%d".formatted(coverage.answered(), coverage.shards()));
		if (!coverage.isFull()) {
			// The next answer may be whole.
			response.getHeaders().setCacheControl("no-store");
		}
		Map<String, Object> body = new LinkedHashMap<>(round.gathering().result());
		body.put("tookMs", (System.nanoTime() - request.start()) / 1_000_000);
		body.put("coverage", coverage);
		if (timing != null) {
			body.put("timing", timing);
		}
		return response.writeWith(Mono.just(response.bufferFactory().wrap(this.json.writeValueAsBytes(body))));
	}

	private static String joined(Stream<String> parts) {
		return parts.collect(Collectors.joining(","));
	}

	private static ErrorResponseException tooLittle(String detail, Coverage coverage, @Nullable Timing timing) {
		ProblemDetail problem = ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE, detail);
		problem.setProperty("coverage", coverage);
		if (timing != null) {
			problem.setProperty("timing", timing);
		}
		return new ErrorResponseException(HttpStatus.SERVICE_UNAVAILABLE, problem, null);
	}

	/**
	 * What a route says.
	 *
	 * @param service the sharded service's name in discovery
	 * @param gatherer how the answers become one; {@code top-k} if it does not say
	 */
	record Config(String service, @Nullable String gatherer) {
	}

}
