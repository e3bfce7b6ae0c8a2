package dev.bootpatterns.worker.queue;

import java.util.List;
import java.util.stream.Stream;

import dev.bootpatterns.worker.Emission;
import dev.bootpatterns.worker.OutputProperties;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

class EmissionBoundsTests {

	private static final OutputProperties OUTPUTS = new OutputProperties(DataSize.ofKilobytes(1));

	static Stream<String> idsThatCannotBe() {
		return Stream.of("", "a\0b", "ä".repeat(257), "x".repeat(513));
	}

	@ParameterizedTest
	@MethodSource("idsThatCannotBe")
	void idThatNoItemCanHave_isNamedByItsPlace(String id) {
		assertThat(problem(Emission.unchanged(), new Emission(null, id, null)))
			.startsWith("the id of emission 2 must be 1 to 512 bytes of UTF-8 without U+0000, not ");
	}

	@Test
	void idsStagesAndContents_countTogether() {
		Emission half = new Emission("ä", "i", new byte[509]);
		assertThat(problem(half, half)).isNull();
		assertThat(problem(half, new Emission("ä", "i", new byte[510])))
			.isEqualTo("emissions of 1025 bytes, more than the limit of 1024");
		assertThat(problem(half, half, new Emission(null, "i", null))).isNotNull();
	}

	@Test
	void longestIds_andNone_areNoProblem() {
		assertThat(problem(new Emission(null, "ä".repeat(256), null))).isNull();
		assertThat(problem()).isNull();
	}

	private static @Nullable String problem(Emission... emissions) {
		return EmissionBounds.problem(List.of(emissions), OUTPUTS);
	}

}
