package dev.bootpatterns.worker.completion;

import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringApplication;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.SimpleCommandLinePropertySource;
import org.springframework.core.env.StandardEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

class JobEnvironmentTests {

	@ParameterizedTest
	@CsvSource({ "sums-3, 3, sums-3", "pod, 3, pod-3", "sums-13, 3, sums-13-3" })
	void podOfAnIndexedJob_isNamedByItsIndex(String host, String index, String id) {
		assertThat(environment(Map.of("HOSTNAME", host, "JOB_COMPLETION_INDEX", index)).getProperty("worker.id"))
			.isEqualTo(id);
	}

	@Test
	void nameThatIsGiven_stays() {
		assertThat(environment(Map.of("worker.id", "w", "JOB_COMPLETION_INDEX", "3")).getProperty("worker.id"))
			.isEqualTo("w");
	}

	@Test
	void hostAlone_isNoName() {
		assertThat(environment(Map.of("HOSTNAME", "pod")).getProperty("worker.id")).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "--exit-when-empty", "--worker.exit-when-empty=true" })
	void option_plainOrNot_isTheSetting(String option) {
		assertThat(environment(Map.of(), option).getProperty("worker.exit-when-empty", Boolean.class)).isTrue();
	}

	@Test
	void withoutTheOption_theWorkerStays() {
		@Nullable Boolean exit = environment(Map.of()).getProperty("worker.exit-when-empty", Boolean.class);
		assertThat(exit).isNull();
	}

	private static StandardEnvironment environment(Map<String, Object> variables, String... arguments) {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources().remove(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME);
		environment.getPropertySources().addFirst(new MapPropertySource("variables", variables));
		environment.getPropertySources().addFirst(new SimpleCommandLinePropertySource(arguments));
		new JobEnvironment().postProcessEnvironment(environment, new SpringApplication());
		return environment;
	}

}
