package dev.bootpatterns.fault;

import java.util.concurrent.ThreadLocalRandom;

import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Profile;

/**
 * Without the profile nothing of this exists. Where a service asks {@link Faults} is its
 * own affair: a gateway at its entrance, a servlet before its controllers.
 */
@AutoConfiguration
@Profile("demo")
class FaultInjectionAutoConfiguration {

	@Bean
	Faults faults(MeterRegistry meters) {
		return new Faults(() -> ThreadLocalRandom.current().nextDouble(), meters);
	}

	@Bean
	FaultsEndpoint faultsEndpoint(Faults faults) {
		return new FaultsEndpoint(faults);
	}

}
