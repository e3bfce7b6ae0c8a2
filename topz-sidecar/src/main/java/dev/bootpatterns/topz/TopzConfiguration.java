package dev.bootpatterns.topz;

import java.time.InstantSource;

import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Puts the sampler together.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(TopzProperties.class)
class TopzConfiguration {

	@Bean
	ProcessTable processTable(TopzProperties properties) {
		return new OshiProcessTable(properties.rootPid(), new CommandNames(properties.showArguments()));
	}

	@Bean
	Sampler sampler(ProcessTable processTable, TopzProperties properties, MeterRegistry registry) {
		return new Sampler(processTable, properties, InstantSource.system(), System::nanoTime, registry);
	}

	@Bean
	TextTableConverter textTableConverter() {
		return new TextTableConverter(InstantSource.system());
	}

}
