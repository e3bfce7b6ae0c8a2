package dev.bootpatterns.worker.wordcount;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

import dev.bootpatterns.worker.Emission;
import dev.bootpatterns.worker.OutputProperties;
import dev.bootpatterns.worker.Partition;
import dev.bootpatterns.worker.RejectedException;
import dev.bootpatterns.worker.TestItems;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class WordcountHandlerTests {

	private final WordcountHandler handler = handler(DataSize.ofMegabytes(1));

	@TempDir
	private Path directory;

	private static WordcountHandler handler(DataSize most) {
		return new WordcountHandler(new OutputProperties(most), JsonMapper.shared());
	}

	@Test
	void output_isEachWordWithItsNumber_byWord() throws Exception {
		assertThat(TestItems.text(this.handler.handle(TestItems.item("a", "b a-b, B1 b_b! a\nb"))))
			.isEqualTo("{\"B1\":1,\"a\":2,\"b\":3,\"b_b\":1}");
	}

	@Test
	void lettersMarksAndNumbersOfAllScripts_areOfAWord_andNothingElseIs() throws Exception {
		assertThat(
				TestItems.text(this.handler.handle(TestItems.item("a", "Ärger ²e\u0301 हिन्दी 日本語。x\ud801\udc00—y"))))
			.isEqualTo("{\"x\ud801\udc00\":1,\"y\":1,\"²e\u0301\":1,\"Ärger\":1,\"हिन्दी\":1,\"日本語\":1}");
	}

	@Test
	void textWithoutWords_andNoText_haveNone() throws Exception {
		assertThat(TestItems.text(this.handler.handle(TestItems.item("a", "")))).isEqualTo("{}");
		assertThat(TestItems.text(this.handler.handle(TestItems.item("a", " -- \n")))).isEqualTo("{}");
	}

	/** This file, counted by what everybody has. */
	@Test
	void count_isThatOfAPlainTool() throws Exception {
		Path source = Path.of("src/test/java", getClass().getName().replace('.', '/') + ".java");
		byte[] ascii = Files.readString(source).replaceAll("[^\\x00-\\x7f]", "?").getBytes(StandardCharsets.US_ASCII);
		Path file = Files.write(this.directory.resolve("file"), ascii);
		Process tools = new ProcessBuilder("sh", "-c",
				"LC_ALL=C grep -oE '[[:alnum:]_]+' \"$0\" | LC_ALL=C sort | uniq -c", file.toString())
			.start();
		Map<String, Integer> counted = new TreeMap<>();
		for (String line : tools.inputReader().lines().toList()) {
			String[] parts = line.strip().split(" ", -1);
			counted.put(parts[1], Integer.valueOf(parts[0]));
		}
		assertThat(counted).hasSizeGreaterThan(100);
		assertThat(counts(TestItems.output(this.handler.handle(TestItems.item("a", ascii, Map.of())))))
			.isEqualTo(counted);
	}

	@Test
	void contentThatIsNotUtf8_isRejected() {
		assertThatExceptionOfType(RejectedException.class)
			.isThrownBy(() -> this.handler.handle(TestItems.item("a", new byte[] { 'a', -1 }, Map.of())))
			.withMessage("the content is not UTF-8");
	}

	@Test
	void moreDifferentWordsThanFitInAnOutput_areRejected_andRepeatedOnesAreNot() throws Exception {
		WordcountHandler small = handler(DataSize.ofBytes(13));
		assertThat(TestItems.text(small.handle(TestItems.item("a", "a b ".repeat(9))))).isEqualTo("{\"a\":9,\"b\":9}");
		assertThatExceptionOfType(RejectedException.class).isThrownBy(() -> small.handle(TestItems.item("a", "a b c")))
			.withMessageContaining("output of 13 bytes");
	}

	/** Whoever sums what goes on to each partition has the count of the whole. */
	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 7, 64 })
	void partitions_shareTheWordsOut_andTogetherHaveEach(int partitions) throws Exception {
		Path source = Path.of("src/test/java", getClass().getName().replace('.', '/') + ".java");
		byte[] text = Files.readAllBytes(source);
		Map<String, Integer> all = new TreeMap<>();
		List<String> ids = new ArrayList<>();
		for (Emission emission : TestItems
			.emissions(this.handler.handle(TestItems.item("dir/a", text, Map.of("partitions", partitions))))) {
			assertThat(emission.to()).isNull();
			String id = Objects.requireNonNull(emission.id());
			ids.add(id);
			Map<String, Integer> words = counts(Objects.requireNonNull(emission.content()));
			assertThat(words).isNotEmpty()
				.allSatisfy((word, _) -> assertThat(id).isEqualTo(Partition.of(word, partitions) + "/dir/a"));
			all.putAll(words);
		}
		assertThat(ids).doesNotHaveDuplicates().hasSizeBetween(Math.min(partitions, 50), partitions);
		assertThat(all)
			.isEqualTo(counts(TestItems.output(this.handler.handle(TestItems.item("dir/a", text, Map.of())))));
	}

	@Test
	void partitionWithoutAWord_doesNotGoOn() throws Exception {
		assertThat(TestItems.emissions(this.handler
			.handle(TestItems.item("a", "b b".getBytes(StandardCharsets.UTF_8), Map.of("partitions", 64)))))
			.singleElement()
			.satisfies((emission) -> {
				assertThat(emission.id()).isEqualTo(Partition.of("b", 64) + "/a");
				assertThat(emission.content()).asString().isEqualTo("{\"b\":2}");
			});
		assertThat(TestItems.emissions(this.handler.handle(TestItems.item("a", new byte[0], Map.of("partitions", 64)))))
			.isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "lower, 1, 'is not known to test, which has partitions'",
			"partitions, 0, must be a whole number from 1 to 64",
			"partitions, 65, must be a whole number from 1 to 64" })
	void parameterThatIsWrong_isRejected_byItsName(String name, int value, String reason) {
		assertThatExceptionOfType(RejectedException.class)
			.isThrownBy(() -> this.handler.handle(TestItems.item("a", new byte[0], Map.of(name, value))))
			.withMessage("parameter '%s' %s".formatted(name, reason));
	}

	private static Map<String, Integer> counts(byte[] json) {
		return JsonMapper.shared().readValue(json, new TypeReference<Map<String, Integer>>() {
		});
	}

}
