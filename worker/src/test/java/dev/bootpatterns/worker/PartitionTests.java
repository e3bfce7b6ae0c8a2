package dev.bootpatterns.worker;

import java.util.Arrays;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class PartitionTests {

	/** Of {@code zlib.crc32(key.encode()) % parts} in Python. */
	@ParameterizedTest
	@CsvSource({ "'', 3, 0", "'a', 2, 1", "'hello', 64, 6", "'java.base/java/util/List.java', 7, 2", "'日本語', 64, 37",
			"'123456789', 1000000, 780262" })
	void part_isTheSameForEver(String key, int parts, int part) {
		assertThat(Partition.of(key, parts)).isEqualTo(part);
	}

	/** Whether keys look like each other or not. */
	@ParameterizedTest
	@ValueSource(ints = { 2, 3, 10, 64 })
	void keys_areSpreadEvenly(int parts) {
		Random random = new Random(1);
		assertEven(parts, (i) -> "line-%06d".formatted(i));
		assertEven(parts, (i) -> "java.base/java/util/Class%d.java".formatted(i));
		assertEven(parts, (_) -> Long.toHexString(random.nextLong()));
	}

	private static void assertEven(int parts, IntFunction<String> key) {
		int each = 2000;
		int[] count = new int[parts];
		IntStream.range(0, each * parts).mapToObj(key).forEach((name) -> count[Partition.of(name, parts)]++);
		assertThat(Arrays.stream(count).boxed())
			.allSatisfy((keys) -> assertThat(keys).isBetween(each * 9 / 10, each * 11 / 10));
	}

	@Test
	void onePart_hasAllKeys() {
		assertThat(Partition.of("a", 1)).isZero();
	}

}
