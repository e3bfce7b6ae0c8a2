package dev.bootpatterns.fault;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

class FaultInjectionAutoConfigurationTests {

	private final ApplicationContextRunner service = new ApplicationContextRunner()
		.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
		.withConfiguration(AutoConfigurations.of(FaultInjectionAutoConfiguration.class));

	@Test
	void withoutTheProfile_nothingOfItExists() {
		this.service.run((context) -> assertThat(beans(context)).isFalse());
		this.service.withInitializer((context) -> context.getEnvironment().setActiveProfiles("production"))
			.run((context) -> assertThat(beans(context)).isFalse());
	}

	@Test
	void inTheProfile_aServiceHasFaultsAndTheirEndpoint() {
		this.service.withInitializer((context) -> context.getEnvironment().setActiveProfiles("demo")).run((context) -> {
			assertThat(context).hasSingleBean(Faults.class).hasSingleBean(FaultsEndpoint.class);
		});
	}

	private static boolean beans(ApplicationContext context) {
		return context.getBeanNamesForType(Faults.class).length
				+ context.getBeanNamesForType(FaultsEndpoint.class).length > 0;
	}

}
