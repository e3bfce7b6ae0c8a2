package dev.bootpatterns.worker.completion;

import dev.bootpatterns.worker.Idleness;
import dev.bootpatterns.worker.Pause;
import io.micrometer.core.instrument.Clock;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.client.RestClient;

/**
 * Decides by what a worker knows its end.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty("worker.exit-when-empty")
class CompletionConfiguration {

	@Bean
	RunToCompletion runToCompletion(CompletionProperties properties, Idleness idleness, RestClient.Builder http,
			JsonMapper json, Pause pause, Clock clock, ApplicationContext context) {
		String job = properties.job();
		End end = (job != null) ? new JobEnd(http.baseUrl(String.valueOf(properties.gatewayUrl())).build(), json, job)
				: new QuietEnd(idleness::idle, properties.quietPeriod(), clock);
		return new RunToCompletion(end, pause, context);
	}

}
