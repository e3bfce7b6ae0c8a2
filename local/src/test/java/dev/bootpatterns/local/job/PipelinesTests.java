package dev.bootpatterns.local.job;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.client.FakeGateway;
import dev.bootpatterns.local.console.Console;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Timeout(30)
class PipelinesTests {

	private static final String STAGES = """
			{"id": "3", "name": "test", "state": "%s", "stages": [
			 {"job": {"id": "7", "stage": "map", "state": "DONE", "handler": "wordcount", "total": 2, "done": %d, "dead": %d},
			  "barrier": null, "to": ["sum"], "waitsFor": null},
			 {"job": {"id": "8", "stage": "sum", "state": "%s", "handler": "sum", "total": 1, "done": 1, "dead": 0},
			  "barrier": "REDUCE", "to": [], "waitsFor": %s}]}""";

	private final ByteArrayOutputStream out = new ByteArrayOutputStream();

	private FakeGateway gateway;

	private Pipelines pipelines;

	@BeforeEach
	void open() throws IOException {
		this.gateway = new FakeGateway();
		Console console = new Console(new PrintStream(this.out, true, StandardCharsets.UTF_8), false);
		this.pipelines = new Pipelines(this.gateway.client(), new Jobs(this.gateway.client(), console), console);
	}

	@AfterEach
	void close() {
		this.gateway.close();
	}

	private String said() {
		return this.out.toString(StandardCharsets.UTF_8);
	}

	@Test
	void pipeline_isBegun_withItsManifestAsItIs() throws IOException {
		this.gateway.creates("3");
		assertThat(this.pipelines.start("name: x\n", Optional.of("a b"))).isEqualTo("3");
		assertThat(this.gateway.posts()).containsExactly("/pipelines?source=a%20b name: x\n");
	}

	@Test
	void pipelineThatIsRefused_fails() {
		assertThatExceptionOfType(SuiteFailure.class).isThrownBy(() -> this.pipelines.start("", Optional.empty()))
			.withMessageContaining("the pipeline was refused: 400");
	}

	@Test
	void pipelineThatIsOver_isFollowedToItsEnd() {
		this.gateway.with("/pipelines/3", STAGES.formatted("DONE", 2, 0, "DONE", "null"));
		assertThat(this.pipelines.follow("3")).isTrue();
		assertThat(said()).contains("test: map ✓ · sum ✓").contains("STAGE  JOB  STATE");
	}

	@Test
	void pipelineThatWaitsForPeople_isNotFollowedForEver_andSaysWhatTheyCanDo() {
		this.gateway.with("/pipelines/3", STAGES.formatted("RUNNING", 1, 1, "LISTING", """
				{"held": 1, "open": 0, "dead": 1, "proceed": false,
				 "stragglers": [{"stage": "map", "item": "b.bin", "reason": "the content is not UTF-8"}]}"""));
		assertThat(this.pipelines.follow("3")).isFalse();
		assertThat(said()).contains("sum waits for 1 dead items", "map, b.bin: the content is not UTF-8",
				"./suite pipeline proceed 8");
	}

	@Test
	void outputs_areThoseOfTheLastStages_butNotWhatWasReduced() throws IOException {
		this.gateway.with("/pipelines/3", STAGES.formatted("DONE", 2, 0, "DONE", "null"))
			.with("/jobs/8/items?state=DONE&limit=1000&after=", """
					{"items": [{"id": "~partial/0", "outputBytes": 5, "reduceKey": "", "reducedBy": "~partial/1//1"},
					 {"id": "~partial/1//1", "outputBytes": 9, "reduceKey": "", "reducedBy": null}]}""")
			.with("/jobs/8/items/%7Epartial/1//1/output", "{\"sum\":5}");
		this.pipelines.output("3", Optional.empty());
		assertThat(said()).isEqualToNormalizingNewlines("sum, all: {\"sum\":5}\n");
	}

	@Test
	void outputs_areWrittenUnderTheirStages_andNowhereElse(@TempDir Path folder) throws IOException {
		this.gateway.with("/pipelines/3", STAGES.formatted("DONE", 2, 0, "DONE", "null"))
			.with("/jobs/7/items?state=DONE&limit=1000&after=", """
					{"items": [{"id": "x/a.txt", "outputBytes": 1, "reduceKey": null, "reducedBy": null}]}""")
			.with("/jobs/8/items?state=DONE&limit=1000&after=", """
					{"items": [{"id": "y", "outputBytes": 1, "reduceKey": "../../evil", "reducedBy": null}]}""")
			.with("/jobs/7/items/x/a.txt/output", "1");
		assertThatExceptionOfType(SuiteFailure.class).isThrownBy(() -> this.pipelines.output("3", Optional.of(folder)))
			.withMessageContaining("'../../evil' is no name for a file");
		assertThat(folder.resolve("map/x/a.txt")).hasContent("1");
	}

	@Test
	void idThatIsNone_isNotSent() {
		assertThatExceptionOfType(SuiteFailure.class).isThrownBy(() -> this.pipelines.follow("x/../1"))
			.withMessageContaining("is no pipeline's id");
		assertThatExceptionOfType(SuiteFailure.class).isThrownBy(() -> this.pipelines.proceed("x"));
	}

	@Test
	void wordcount_isBrought_andWhatIsNoFileAndNoneOfThese_isNamed() throws IOException {
		assertThat(Manifests.read("wordcount")).contains("name: wordcount");
		assertThat(Manifests.brought("../suite")).isEmpty();
		assertThatExceptionOfType(SuiteFailure.class).isThrownBy(() -> Manifests.read("none.yaml"))
			.withMessageContaining("there is no manifest");
	}

}
