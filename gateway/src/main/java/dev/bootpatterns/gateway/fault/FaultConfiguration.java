package dev.bootpatterns.gateway.fault;

import java.util.concurrent.ThreadLocalRandom;

import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;

/**
 * Without the profile nothing of this exists.
 */
@Configuration(proxyBeanMethods = false)
@Profile("demo")
class FaultConfiguration {

	@Bean
	Faults faults(MeterRegistry meters) {
		return new Faults(() -> ThreadLocalRandom.current().nextDouble(), meters);
	}

	@Bean
	FaultsEndpoint faultsEndpoint(Faults faults) {
		return new FaultsEndpoint(faults);
	}

	@Bean
	FaultFilter faultFilter(Faults faults) {
		return new FaultFilter(faults);
	}

}
