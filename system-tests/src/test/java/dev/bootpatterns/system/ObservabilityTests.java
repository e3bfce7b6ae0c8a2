package dev.bootpatterns.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Alerts, dashboards and the runbook fit together; Prometheus' own tool finds the rules
 * and the queries right. That they have data is seen by {@link ComposeTests}.
 */
class ObservabilityTests {

	private static final Path FOLDER = Checkout.ROOT.resolve("observability");

	private static final Path RUNBOOK = Checkout.ROOT.resolve("docs/operations.md");

	@TempDir
	private Path outputs;

	@Test
	void rules_fireWhenTheyShould_andOnlyThen() {
		assertThat(promtool(FOLDER, "test", "rules", "rules-test.yaml")).contains("SUCCESS");
	}

	@Test
	void configurationOfPrometheus_isRight() {
		assertThat(promtool(FOLDER, "check", "config", "--lint=all", "--lint-fatal", "prometheus.yaml"))
			.contains("SUCCESS: prometheus.yaml is valid");
	}

	@Test
	void queriesOfDashboards_areRight() throws IOException {
		// Rules that record them: what promtool has for a list of queries.
		StringBuilder rules = new StringBuilder("groups:\n  - name: dashboards\n    rules:\n");
		List<Dashboards.Query> queries = Dashboards.queries();
		for (int i = 0; i < queries.size(); i++) {
			rules.append("      - record: panel:%d\n        expr: %s\n".formatted(i,
					JsonMapper.shared().writeValueAsString(queries.get(i).expression())));
		}
		Files.writeString(this.outputs.resolve("dashboards.yaml"), rules);
		this.outputs.toFile().setExecutable(true, false);
		this.outputs.toFile().setReadable(true, false);
		assertThat(promtool(this.outputs, "check", "rules", "dashboards.yaml"))
			.contains("SUCCESS: %d rules found".formatted(queries.size()));
	}

	@Test
	void everyAlert_hasATest_aRunbookThatIsLinked_andASeverity() throws IOException {
		String rules = Files.readString(FOLDER.resolve("rules.yaml"));
		List<String> alerts = all("- alert: (\\w+)", rules);
		assertThat(alerts).hasSizeGreaterThan(10).doesNotHaveDuplicates();
		String tests = Files.readString(FOLDER.resolve("rules-test.yaml"));
		assertThat(all("- alertname: (\\w+)\\s+eval_time: \\S+\\s+exp_alerts:\\s+-|"
				+ "- alertname: (\\w+)\\s+eval_time: \\S+\\s+exp_alerts: \\[\\{", tests))
			.as("fire")
			.containsAll(alerts);
		assertThat(all("alertname: (\\w+), eval_time: \\S+, exp_alerts: \\[]", tests)).as("do not fire")
			.containsAll(alerts);
		assertThat(all("runbook_url: docs/operations\\.md#(\\w+)", rules))
			.containsExactlyElementsOf(alerts.stream().map(String::toLowerCase).toList());
		assertThat(all("severity: (\\w+)", rules)).hasSameSizeAs(alerts).containsOnly("critical", "warning");
	}

	@Test
	void runbook_hasASectionAndARowForEachAlert_andNoOther() throws IOException {
		List<String> alerts = all("- alert: (\\w+)", Files.readString(FOLDER.resolve("rules.yaml")));
		String runbook = Files.readString(RUNBOOK);
		assertThat(all("(?m)^### (\\w+)$", runbook)).containsExactlyElementsOf(alerts);
		assertThat(all("(?m)^\\| \\[(\\w+)\\]\\(#\\w+\\) \\|", runbook)).containsExactlyElementsOf(alerts);
		assertThat(all(
				"(?m)^### (\\w+)\\n\\n\\*\\*Means\\.\\*\\* [\\s\\S]+?\\n\\n\\*\\*Look\\.\\*\\*\\n\\n```shell\\n[\\s\\S]+?\\n```\\n\\n\\*\\*Do\\.\\*\\* ",
				runbook))
			.as("say what it means, where to look and what to do")
			.containsExactlyElementsOf(alerts);
	}

	@Test
	void dashboards_haveNamesOfTheirOwn_andAskOurPrometheus() throws IOException {
		try (Stream<Path> files = Files.list(Dashboards.FOLDER)) {
			List<JsonNode> dashboards = files.map((file) -> JsonMapper.shared().readTree(file)).toList();
			assertThat(dashboards).hasSizeGreaterThanOrEqualTo(5);
			assertThat(dashboards.stream().map((dashboard) -> dashboard.path("uid").asString())).doesNotContain("")
				.doesNotHaveDuplicates();
			for (JsonNode dashboard : dashboards) {
				assertThat(dashboard.path("panels").findValuesAsString("uid")).isNotEmpty().containsOnly("prometheus");
			}
		}
		assertThat(Files.readString(FOLDER.resolve("grafana/datasources/prometheus.yaml")))
			.contains("uid: prometheus\n");
		assertThat(Dashboards.queries()).isNotEmpty()
			.allSatisfy((query) -> assertThat(query.expression()).isNotBlank().doesNotContain("$"));
	}

	/** Of both alternatives of the pattern, whichever there is. */
	private static List<String> all(String pattern, String text) {
		return Pattern.compile(pattern).matcher(text).results().map(ObservabilityTests::group).toList();
	}

	private static String group(MatchResult result) {
		return (result.group(1) != null) ? result.group(1) : result.group(2);
	}

	private String promtool(Path folder, String... arguments) {
		ComposeProject project = new ComposeProject(this.outputs);
		Assumptions.assumeTrue(ComposeProject.dockerRuns(),
				"SKIPPED: promtool runs in Prometheus' image, and Docker does not run here");
		return project.run(Stream
			.concat(Stream.of("docker", "run", "--rm", "--network=none", "--volume=" + folder + ":/files:ro",
					"--workdir=/files", "--entrypoint=promtool", image()), Stream.of(arguments))
			.toArray(String[]::new));
	}

	private static String image() {
		Properties images = new Properties();
		try (var reader = Files.newBufferedReader(Checkout.ROOT.resolve(".env"))) {
			images.load(reader);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return images.getProperty("PROMETHEUS_IMAGE");
	}

}
