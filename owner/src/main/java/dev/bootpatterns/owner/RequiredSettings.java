package dev.bootpatterns.owner;

import java.util.Map;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * Ends the start, before anything is connected to, when a setting is missing that nobody
 * can guess.
 */
@Configuration(proxyBeanMethods = false)
class RequiredSettings {

	private static final Map<String, String> VARIABLES = Map.of("spring.datasource.url", "SPRING_DATASOURCE_URL",
			"owner.shards", "OWNER_SHARDS");

	@Bean
	static BeanFactoryPostProcessor requiredSettingsCheck(Environment environment) {
		return (beans) -> VARIABLES.forEach((property, variable) -> {
			if (environment.getProperty(property, "").isBlank()) {
				throw new IllegalStateException("%s is required: set %s".formatted(property, variable));
			}
		});
	}

}
