package dev.bootpatterns.owner;

import java.util.Locale;
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

	private static final Map<String, String> VARIABLES_OF_KUBERNETES = Map.of("owner.election.kubernetes.namespace",
			"OWNER_ELECTION_KUBERNETES_NAMESPACE");

	@Bean
	static BeanFactoryPostProcessor requiredSettingsCheck(Environment environment) {
		return (beans) -> {
			require(VARIABLES, environment);
			String store = environment.getProperty("owner.election.store", "postgres");
			switch (store.toLowerCase(Locale.ROOT)) {
				case "postgres" -> {
				}
				case "kubernetes" -> require(VARIABLES_OF_KUBERNETES, environment);
				default -> throw new IllegalStateException(
						"owner.election.store must be postgres or kubernetes, not '%s'".formatted(store));
			}
		};
	}

	private static void require(Map<String, String> variables, Environment environment) {
		variables.forEach((property, variable) -> {
			if (environment.getProperty(property, "").isBlank()) {
				throw new IllegalStateException("%s is required: set %s".formatted(property, variable));
			}
		});
	}

}
