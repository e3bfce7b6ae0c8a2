package dev.bootpatterns.gateway.replicas;

import java.time.Duration;

import io.netty.channel.ChannelOption;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

import org.springframework.cloud.gateway.config.HttpClientCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * The client for calls that the gateway itself makes: probes, the topology, the leaves of
 * a search. Every wait is bounded.
 */
@Configuration(proxyBeanMethods = false)
class ReplicaClientConfiguration {

	private static final int MAX_ANSWER = 16 * 1024 * 1024;

	private static final Duration MAX_PAUSE = Duration.ofSeconds(30);

	/**
	 * For the routes: their {@code response-timeout} ends with the headers of an answer.
	 * This one bounds the pauses within it; an event stream of ours speaks twice a
	 * second.
	 */
	@Bean
	HttpClientCustomizer boundedPauses() {
		return (http) -> http.responseTimeout(MAX_PAUSE);
	}

	@Bean
	WebClient replicaClient(WebClient.Builder builder) {
		ConnectionProvider connections = ConnectionProvider.builder("replicas")
			.maxConnections(256)
			.pendingAcquireMaxCount(1024)
			.pendingAcquireTimeout(Duration.ofSeconds(1))
			// Shorter than the services' keep-alive of 10 s.
			.maxIdleTime(Duration.ofSeconds(5))
			.build();
		HttpClient http = HttpClient.create(connections)
			.option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 500)
			.responseTimeout(MAX_PAUSE);
		return builder.clientConnector(new ReactorClientHttpConnector(http))
			.codecs((codecs) -> codecs.defaultCodecs().maxInMemorySize(MAX_ANSWER))
			.build();
	}

}
