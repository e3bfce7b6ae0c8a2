package dev.bootpatterns.gateway.fault;

import dev.bootpatterns.fault.Faults;

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
	FaultFilter faultFilter(Faults faults) {
		return new FaultFilter(faults);
	}

}
