package dev.bootpatterns.worker.http;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Objects;

import dev.bootpatterns.worker.OutputProperties;
import dev.bootpatterns.worker.Pause;
import io.micrometer.core.instrument.Clock;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.RestClient;

/**
 * Puts the handler together. Its client is its own: a container may take as long as the
 * deadline before it answers.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("worker.http.url")
class HttpConfiguration {

	private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

	@Bean
	HttpHandler httpHandler(HttpProperties properties, OutputProperties outputs, RestClient.Builder http,
			JsonMapper json, Pause pause, Clock clock) {
		JdkClientHttpRequestFactory requests = new JdkClientHttpRequestFactory(HttpClient.newBuilder()
			.version(HttpClient.Version.HTTP_1_1)
			.followRedirects(HttpClient.Redirect.NEVER)
			.connectTimeout(CONNECT_TIMEOUT)
			.build());
		requests.setReadTimeout(properties.deadline());
		URI url = Objects.requireNonNull(properties.url());
		return new HttpHandler(new Container(http.requestFactory(requests).build(), url, outputs, json), url.toString(),
				properties.deadline(), pause, clock);
	}

}
