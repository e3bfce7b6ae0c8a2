package dev.bootpatterns.worker.pipeline;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import dev.bootpatterns.worker.Emission;
import dev.bootpatterns.worker.RejectedException;
import dev.bootpatterns.worker.TestItems;
import dev.bootpatterns.worker.WorkHandler;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Where an item goes on to; it always goes as it is. */
class RoutingTests {

	private static final TypeReference<Map<String, Object>> PARAMETERS = new TypeReference<>() {
	};

	private final WorkHandler filter = new FilterHandler();

	private final WorkHandler splitter = new SplitterHandler();

	private final WorkHandler sharder = new SharderHandler();

	@ParameterizedTest
	@ValueSource(strings = { "copier", "merger", "join" })
	void itemIsPassedOn_toAllStagesThatComeNext(String name) throws Exception {
		UnchangedHandler handler = new UnchangedHandler(name);
		assertThat(handler.name()).isEqualTo(name);
		assertThat(stages(handler, "a", "text", "{}")).containsOnlyNulls().hasSize(1);
		assertRejected(handler, "{'by': 'id'}", "parameter 'by' is not known to test, which has none");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			value = { "{'id': 'dir/*.txt'} | true", "{'id': '*.txt'} | false", "{'contains': 'bäc'} | true",
					"{'contains': 'x'} | false", "{'minBytes': 5} | true", "{'minBytes': 6} | false",
					"{'maxBytes': 5} | true", "{'maxBytes': 4} | false", "{'minBytes': 0} | true",
					"{'id': '**', 'contains': 'ä', 'minBytes': 1, 'maxBytes': 9} | true",
					"{'id': '**', 'contains': 'ä', 'minBytes': 1, 'maxBytes': 4} | false",
					"{'id': 'a', 'contains': 'ä'} | false" })
	void condition_holdsIfAllThatIsGivenDoes(String when, boolean holds) throws Exception {
		assertThat(stages(this.filter, "dir/a.txt", "abäc", "{'when': %s}".formatted(when)))
			.isEqualTo(holds ? Collections.singletonList(null) : List.of());
	}

	/** Binary content has a text if it has its bytes. */
	@Test
	void contentThatIsNoText_canContainOne() throws Exception {
		byte[] binary = { -1, 0, 'T', 'O', 'D', 'O', (byte) 0xc3 };
		assertThat(TestItems
			.emissions(this.filter.handle(TestItems.item("a", binary, parameters("{'when': {'contains': 'TODO'}}")))))
			.hasSize(1);
		assertThat(TestItems
			.emissions(this.filter.handle(TestItems.item("a", binary, parameters("{'when': {'contains': 'Ã'}}")))))
			.isEmpty();
	}

	@Test
	void emptyItem_canBeAskedFor() throws Exception {
		assertThat(stages(this.filter, "a", "", "{'when': {'maxBytes': 0}}")).hasSize(1);
		assertThat(stages(this.filter, "a", "b", "{'when': {'maxBytes': 0}}")).isEmpty();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			value = { "A.java | java,all", "B.kt | kotlin,all", "C.txt | all", "dir/D | rest" })
	void splitter_passesOnByEachRouteThatHolds_otherwiseToTheRest(String id, String stages) throws Exception {
		assertThat(stages(this.splitter, id, "x", """
				{'routes': [{'when': {'id': '*.java'}, 'to': 'java'}, {'when': {'id': '*.kt'}, 'to': 'kotlin'},
					{'when': {'id': '*'}, 'to': 'all'}, {'when': {'id': 'A*'}, 'to': 'all'}],
				 'otherwise': 'rest'}""")).containsExactly(stages.split(","));
	}

	@Test
	void splitterWithoutOtherwise_endsWhatNoRouteTakes() throws Exception {
		assertThat(stages(this.splitter, "a", "x", "{'routes': [{'when': {'minBytes': 2}, 'to': 'b'}]}")).isEmpty();
	}

	/** Of {@code ['a', 'b', 'c'][zlib.crc32(key.encode()) % 3]} in Python. */
	@ParameterizedTest
	@CsvSource({ "id, x/1, c", "id, x/2, b", "id, x/3, b", "id, ä, c", "folder, x/y/1, b", "folder, x/y/2, b",
			"folder, z, a", "folder, w/1, a", "segment:1, x/1, a", "segment:1, y/1, b", "segment:2, x/1, c",
			"segment:2, y/1, c", "segment:3, x/1, c", "segment:3, x/2, b" })
	void sharder_passesOnToExactlyOne_byTheKey(String by, String id, String stage) throws Exception {
		assertThat(stages(this.sharder, id, "x", "{'to': ['a', 'b', 'c'], 'by': '%s'}".formatted(by)))
			.containsExactly(stage);
		if ("id".equals(by)) {
			assertThat(stages(this.sharder, id, "y", "{'to': ['a', 'b', 'c']}")).containsExactly(stage);
		}
	}

	@Test
	void itemsOfOneKey_meetInOneStage_andKeysAreSpread() throws Exception {
		String parameters = "{'to': ['a', 'b', 'c', 'd'], 'by': 'folder'}";
		List<String> first = IntStream.range(0, 100).mapToObj((i) -> only("dir%d/a".formatted(i), parameters)).toList();
		List<String> second = IntStream.range(0, 100)
			.mapToObj((i) -> only("dir%d/b.txt".formatted(i), parameters))
			.toList();
		assertThat(second).isEqualTo(first).contains("a", "b", "c", "d");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', value = { "{} | 'when' must be an object",
			"{'when': 'all'} | 'when' must be an object",
			"{'when': {}} | 'when' must have at least one of contains, id, maxBytes, minBytes",
			"{'when': {'id': null}} | 'when' must have at least one of contains, id, maxBytes, minBytes",
			"{'when': {'size': 1}} | 'when.size' is not known to test, which has contains, id, maxBytes, minBytes",
			"{'when': {'id': ''}} | 'when.id' must be a text that is not empty",
			"{'when': {'id': 'a[b'}} | 'when.id' must be a glob: a bracket that is not closed at character 2",
			"{'when': {'contains': 1}} | 'when.contains' must be a text that is not empty",
			"{'when': {'minBytes': -1}} | 'when.minBytes' must be a whole number from 0 to 2147483647",
			"{'when': {'maxBytes': '1'}} | 'when.maxBytes' must be a whole number from 0 to 2147483647",
			"{'when': {'minBytes': 2, 'maxBytes': 1}} | 'when.minBytes' must not be more than maxBytes",
			"{'if': 1} | 'if' is not known to test, which has when" })
	void conditionThatIsWrong_isRejected_byItsPath(String parameters, String reason) {
		assertRejected(this.filter, parameters, "parameter " + reason);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', value = { "{} | 'routes' must be a list that is not empty",
			"{'routes': []} | 'routes' must be a list that is not empty",
			"{'routes': {}} | 'routes' must be a list that is not empty",
			"{'routes': [1]} | 'routes[0]' must be an object",
			"{'routes': [GOOD, null]} | 'routes[1]' must be an object",
			"{'routes': [GOOD, {'when': {'minBytes': 1}}]} | 'routes[1].to' must be a text that is not empty",
			"{'routes': [GOOD, {'to': 'b'}]} | 'routes[1].when' must be an object",
			"{'routes': [GOOD, {'when': {'minBytes': 1.5}, 'to': 'b'}]} | 'routes[1].when.minBytes' must be a whole number from 0 to 2147483647",
			"{'routes': [GOOD, {'when': {}, 'too': 'b'}]} | 'routes[1].too' is not known to test, which has to, when",
			"{'routes': [GOOD], 'otherwise': ''} | 'otherwise' must be a text that is not empty",
			"{'routes': [GOOD], 'else': 'b'} | 'else' is not known to test, which has otherwise, routes" })
	void routeThatIsWrong_isRejected_byItsPath_whicheverHolds(String parameters, String reason) {
		assertRejected(this.splitter, parameters.replace("GOOD", "{'when': {'id': 'a'}, 'to': 'b'}"),
				"parameter " + reason);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			value = { "{} | 'to' must be a list that is not empty",
					"{'to': 'a'} | 'to' must be a list that is not empty",
					"{'to': ['a', '']} | 'to[1]' must be a text that is not empty",
					"{'to': ['a'], 'by': 'segment:0'} | 'by' must be id, folder or segment:N, with N from 1 to 99",
					"{'to': ['a'], 'by': 'name'} | 'by' must be id, folder or segment:N, with N from 1 to 99",
					"{'to': ['a'], 'key': 'id'} | 'key' is not known to test, which has by, to" })
	void shardsThatAreWrong_areRejected_byTheirPath(String parameters, String reason) {
		assertRejected(this.sharder, parameters, "parameter " + reason);
	}

	private @Nullable String only(String id, String parameters) {
		try {
			return stages(this.sharder, id, "x", parameters).getFirst();
		}
		catch (Exception ex) {
			throw new AssertionError(ex);
		}
	}

	private static List<@Nullable String> stages(WorkHandler handler, String id, String content, String parameters)
			throws Exception {
		List<Emission> emissions = TestItems.emissions(
				handler.handle(TestItems.item(id, content.getBytes(StandardCharsets.UTF_8), parameters(parameters))));
		assertThat(emissions).allSatisfy((emission) -> {
			assertThat(emission.id()).isNull();
			assertThat(emission.content()).isNull();
		});
		return emissions.stream().<@Nullable String>map(Emission::to).toList();
	}

	private static void assertRejected(WorkHandler handler, String parameters, String reason) {
		assertThatExceptionOfType(RejectedException.class)
			.isThrownBy(() -> handler.handle(TestItems.item("a", new byte[1], parameters(parameters))))
			.withMessage(reason);
	}

	private static Map<String, Object> parameters(String json) {
		return JsonMapper.shared().readValue(json.replace('\'', '"'), PARAMETERS);
	}

}
