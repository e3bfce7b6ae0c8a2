package dev.bootpatterns.owner.jobs;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.web.ErrorResponseException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** What a manifest may say, and what is said of one that is wrong. */
class ManifestReaderTests {

	private final ManifestReader reader = new ManifestReader(JsonMapper.shared());

	private Manifest read(String yaml) {
		return this.reader.read(yaml.getBytes(StandardCharsets.UTF_8));
	}

	@Test
	void everyTypeOfStage_isRead_eachAfterThoseThatFeedIt() {
		Manifest manifest = read("""
				name: everything
				source: corpus
				stages:
				  - {name: start, type: copier, to: [java, sizes]}
				  - {name: total, type: reduce, handler: sum, by: "segment:1", fanIn: 4}
				  - {name: both, type: join, to: total}
				  - {name: merged, type: merger, to: [both], buffer: 7}
				  - {name: java, type: filter, when: {id: "**.java"}, to: [parts]}
				  - {name: parts, type: sharder, by: folder, to: [count, count-too]}
				  - {name: count, handler: wordcount, parameters: {partitions: 4}, orderBy: folder, to: [merged]}
				  - {name: count-too, type: handler, handler: wordcount, to: [merged]}
				  - name: sizes
				    type: splitter
				    routes:
				      - {when: {maxBytes: 10}, to: small}
				      - {when: {minBytes: 9}, to: both}
				    otherwise: small
				  - {name: small, handler: checksum}
				""");
		assertThat(manifest.name()).isEqualTo("everything");
		assertThat(manifest.source()).isEqualTo("corpus");
		assertThat(manifest.stages()).extracting(Stage::name)
			.containsExactly("start", "java", "sizes", "parts", "small", "count", "count-too", "merged", "both",
					"total");
		assertThat(stage(manifest, "start"))
			.isEqualTo(new Stage("start", "copier", Map.of(), null, 1000, null, null, List.of("java", "sizes")));
		assertThat(stage(manifest, "java").parameters()).isEqualTo(Map.of("when", Map.of("id", "**.java")));
		assertThat(stage(manifest, "parts").parameters())
			.isEqualTo(Map.of("to", List.of("count", "count-too"), "by", "folder"));
		assertThat(stage(manifest, "count")).isEqualTo(new Stage("count", "wordcount", Map.of("partitions", 4),
				OrderBy.of("folder").orElseThrow(), 1000, null, null, List.of("merged")));
		assertThat(stage(manifest, "sizes").parameters()).isEqualTo(
				Map.of("otherwise", "small", "routes", List.of(Map.of("when", Map.of("maxBytes", 10), "to", "small"),
						Map.of("when", Map.of("minBytes", 9), "to", "both"))));
		assertThat(stage(manifest, "sizes").to()).containsExactly("small", "both");
		assertThat(stage(manifest, "merged").buffer()).isEqualTo(7);
		assertThat(stage(manifest, "both").barrier()).isEqualTo(Stage.Barrier.JOIN);
		assertThat(stage(manifest, "total").reduction())
			.isEqualTo(new Stage.Reduction(4, OrderBy.of("segment:1").orElseThrow()));
	}

	private static Stage stage(Manifest manifest, String name) {
		return manifest.stages().stream().filter((stage) -> stage.name().equals(name)).findFirst().orElseThrow();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					[]                                                            | 'body' must be a manifest
					name: x                                                       | 'stages' must be a list of 1 to 32
					{name: X, stages: [{name: a, handler: b}]}                    | 'name' must be a name of at most 32
					{name: x, stage: []}                                          | 'stage' is not a field here
					{name: x, name: y}                                            | 'line 1' cannot be read as YAML: Duplicate
					{name: x, stages: [{name: a, handler: b, fanIn: 2}]}          | 'stages[0].fanIn' is not a field here: there are [buffer, handler, name
					{name: x, stages: [{name: a, type: funnel}]}                  | 'stages[0].type' must be one of [copier, filter, handler, join
					{name: x, stages: [{name: a}]}                                | 'stages[0].handler' is required
					{name: x, stages: [{name: a, type: copier}]}                  | 'stages[0].to' is required
					{name: x, stages: [{name: a, type: filter, to: b}]}           | 'stages[0].when' is required
					{name: x, stages: [{name: a, type: splitter}]}                | 'stages[0].routes' must be a list
					{name: x, stages: [{name: a, type: splitter, to: b}]}         | 'stages[0].to' is said by each
					{name: x, stages: [{name: a, type: splitter, routes: [{when: {id: b}}]}]} | 'stages[0].routes[0].to' must be a name
					{name: x, stages: [{name: a, type: splitter, routes: [{to: b}]}]}         | 'stages[0].routes[0].when' is required
					{name: x, stages: [{name: a, type: sharder, by: moon, to: b}]} | 'stages[0].by' must be id, folder
					{name: x, stages: [{name: a, type: copier, to: [b, 7]}]}      | 'stages[0].to[1]' must be a name
					{name: x, stages: [{name: a, handler: b, buffer: 0}]}         | 'stages[0].buffer' must be a whole number from 1
					{name: x, stages: [{name: a, type: sharder, by: all, to: b}]}  | 'stages[0].by' must be id, folder or segment
					{name: x, stages: [{name: a, type: join, buffer: 2, to: b}]}  | 'stages[0].buffer' is not a field here
					{name: x, stages: [{name: a, type: reduce, handler: b, fanIn: 5}]} | 'stages[0].fanIn' must be even
					{name: x, stages: [{name: a, handler: b, orderBy: size}]}     | 'stages[0].orderBy' must be all, folder
					{name: x, stages: [{name: a, type: join, orderBy: all, to: b}]} | 'stages[0].orderBy' is not for a join
					{name: x, stages: [{name: a, handler: b, to: [c]}]}           | 'stages[a].to' names 'c', which is no stage: there are [a]
					{name: x, stages: [{name: a, handler: b, to: [c, c]}, {name: c, handler: b}]} | 'stages[a].to' names 'c' twice
					{name: x, stages: [{name: a, handler: b}, {name: a, handler: b}]} | 'stages[1].name' 'a' is the name of a stage before it
					{name: x, stages: [{name: a, handler: b}, {name: c, handler: b}]} | 'stages[c].name' is named by no 'to'
					{name: x, stages: [{name: a, handler: b, to: a}]}             | 'stages' run in a circle: a → a
					{name: x, stages: [{name: a, handler: b, to: [c]}, {name: c, type: merger, to: d}, {name: d, handler: b, to: e}, {name: e, handler: b, to: c}]} | 'stages' run in a circle: c → d → e → c
					{name: x, stages: [{name: a, type: copier, to: [c, d]}, {name: c, handler: b, to: e}, {name: d, handler: b, to: e}, {name: e, handler: b}]} | 'stages[e].name' is fed by [c, d], whose items may have the same ids: put a merger
					{name: x, stages: [{name: a, type: reduce, handler: sum}]}    | 'stages[a].type' the first stage takes its items from the source
					""")
	void wrongManifest_isRefused_withThePlaceAndWhatHelps(String yaml, String message) {
		assertThatExceptionOfType(ErrorResponseException.class).isThrownBy(() -> read(yaml))
			.satisfies((ex) -> assertThat(ex.getBody().getDetail()).startsWith(message));
	}

	@Test
	void textThatIsTooDeep_isRefused() {
		assertThatExceptionOfType(ErrorResponseException.class).isThrownBy(() -> read("[".repeat(100_000)))
			.satisfies((ex) -> assertThat(ex.getBody().getDetail()).contains("cannot be read as YAML"));
	}

	@Test
	void textThatIsNoYaml_isRefused_withTheLine() {
		assertThatExceptionOfType(ErrorResponseException.class)
			.isThrownBy(() -> read("name: x\nstages:\n  - {name: a\n  - b"))
			.satisfies((ex) -> assertThat(ex.getBody().getDetail()).contains("'line 4' cannot be read as YAML"));
	}

}
