package dev.bootpatterns.benchmarks;

import org.junit.jupiter.api.Test;
import picocli.CommandLine;

import static org.assertj.core.api.Assertions.assertThat;

class JmhCommandTests {

	@Test
	void arguments_areForJmh() {
		assertThat(new CommandLine(new JmhCommand()).parseArgs("-l", "HeatBenchmark").unmatched()).containsExactly("-l",
				"HeatBenchmark");
	}

}
