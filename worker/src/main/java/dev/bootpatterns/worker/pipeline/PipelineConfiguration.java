package dev.bootpatterns.worker.pipeline;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The stages that differ in nothing but their names.
 */
@Configuration(proxyBeanMethods = false)
class PipelineConfiguration {

	@Bean
	UnchangedHandler copier() {
		return new UnchangedHandler("copier");
	}

	@Bean
	UnchangedHandler merger() {
		return new UnchangedHandler("merger");
	}

	@Bean
	UnchangedHandler join() {
		return new UnchangedHandler("join");
	}

}
