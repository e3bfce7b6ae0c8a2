package dev.bootpatterns.sharding;

import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class SlotsTests {

	/**
	 * Rows in databases carry these numbers: a change here is a migration of every stored
	 * document.
	 */
	@ParameterizedTest
	@CsvSource(ignoreLeadingAndTrailingWhitespace = false, value = { "'',194", "a,543", "é,179",
			"java.base/java/util/HashMap.java,1005", "java.base/java/util/concurrent/ConcurrentHashMap.java,777" })
	void slot_ofAKey_isPinned(String key, int slot) {
		assertThat(Slots.of(key)).isEqualTo(slot);
	}

	/**
	 * 1023 degrees of freedom: chi-square stays below 1168 in 999 of 1000 uniform samples
	 * (Wilson-Hilferty).
	 */
	@Test
	void slots_ofSequentialKeys_areUniform() {
		int keys = 1_000_000;
		int[] counts = new int[Slots.COUNT];
		IntStream.range(0, keys).forEach((i) -> counts[Slots.of("key-" + i)]++);
		double expected = (double) keys / Slots.COUNT;
		double chiSquare = IntStream.of(counts).mapToDouble((count) -> Math.pow(count - expected, 2) / expected).sum();
		assertThat(chiSquare).isLessThan(1168).isGreaterThan(885);
	}

}
