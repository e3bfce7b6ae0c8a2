package dev.bootpatterns.local.supervise;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.bootpatterns.local.state.SuiteHome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

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

	@Test
	@EnabledIf("sessionsShareTheProcessors")
	void whatRunsInBackground_hasTheLowestPriority_alsoAgainstOtherSessions() throws Exception {
		Path own = Path.of("/proc/self/autogroup");
		String before = Files.readString(own);
		List<String> command = new ArrayList<>(DetachedSupervisor.inBackground());
		command.addAll(List.of("cat", own.toString()));
		Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
		assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).endsWith("nice 19\n");
		assertThat(Files.readString(own)).isEqualTo(before);
	}

	static boolean sessionsShareTheProcessors() {
		return Files.isWritable(Path.of("/proc/self/autogroup"));
	}

}
