package dev.bootpatterns.local.supervise;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

import dev.bootpatterns.local.state.SuiteHome;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class DetachedSupervisorTests {

	@Test
	void paths_thatAreRelative_leadToTheSamePlaceFromTheHome() {
		Map<String, String> environment = new HashMap<>(
				Map.of("SUITE_HOME", "build/home", "SUITE_FILE", "my-suite.yaml"));
		SuiteHome home = SuiteHome.of(environment, Path.of("."));
		DetachedSupervisor.makeAbsolute(environment, home);
		assertThat(environment).containsEntry("SUITE_HOME", Path.of("build/home").toAbsolutePath().toString())
			.containsEntry("SUITE_FILE", Path.of("my-suite.yaml").toAbsolutePath().toString());
	}

	@Test
	void file_thatIsNotSet_staysSo() {
		Map<String, String> environment = new HashMap<>();
		DetachedSupervisor.makeAbsolute(environment, SuiteHome.of(environment, Path.of(".")));
		assertThat(environment).containsOnlyKeys("SUITE_HOME");
	}

}
