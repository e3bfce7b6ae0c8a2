package dev.bootpatterns.worker.ingest;

import java.net.http.HttpClient;
import java.time.Duration;

import dev.bootpatterns.worker.Pause;
import io.github.resilience4j.bulkhead.BulkheadRegistry;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.timelimiter.TimeLimiter;
import io.github.resilience4j.timelimiter.TimeLimiterRegistry;
import io.micrometer.core.instrument.Clock;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.http.client.JdkClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.autoconfigure.ClientHttpRequestFactoryBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.client.RestClient;

/**
 * Puts the handler together. The target's breaker, time limit and bulkhead are the
 * Resilience4j instances named {@code gateway}.
 */
@Configuration(proxyBeanMethods = false)
@Conditional(GatewayNeeded.class)
class IngestConfiguration {

	private static final String TARGET = "gateway";

	/**
	 * HTTP/1.1 alone: without it the JDK's client would offer an upgrade to HTTP/2 with
	 * every first request.
	 */
	@Bean
	ClientHttpRequestFactoryBuilderCustomizer<JdkClientHttpRequestFactoryBuilder> http11() {
		return (builder) -> builder.withHttpClientCustomizer((http) -> http.version(HttpClient.Version.HTTP_1_1));
	}

	@Bean
	IngestHandler ingestHandler(IngestProperties properties, RestClient.Builder http, JsonMapper json, Pause pause,
			Clock clock, CircuitBreakerRegistry breakers, TimeLimiterRegistry timeLimiters,
			BulkheadRegistry bulkheads) {
		TimeLimiter timeLimiter = timeLimiters.timeLimiter(TARGET);
		Duration timeLimit = timeLimiter.getTimeLimiterConfig().getTimeoutDuration();
		Guard guard = new Guard(breakers.circuitBreaker(TARGET), timeLimiter, bulkheads.bulkhead(TARGET));
		String url = properties.gatewayUrl().toString();
		return new IngestHandler(new PatientCall("gateway " + url, guard, timeLimit, properties.ingest(), pause, clock),
				new Gateway(http, url, json, clock), json);
	}

}
