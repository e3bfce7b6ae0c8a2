package dev.bootpatterns.fault;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class FaultTests {

	@Test
	void fault_isReadAsItIsWritten() {
		assertThat(Fault.of("500ms", "503", "0.5")).isEqualTo(new Fault(Duration.ofMillis(500), 503, 0.5));
		assertThat(Fault.of("30s", null, "0")).isEqualTo(new Fault(Duration.ofSeconds(30), 0, 0));
		assertThat(Fault.of(null, "400", "100")).isEqualTo(new Fault(Duration.ZERO, 400, 100));
		assertThat(Fault.of("0s", "599", "100")).isEqualTo(new Fault(Duration.ZERO, 599, 100));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			31s                 |      | 5     | 'delay' must be a duration from 0s to 30s, such as 500ms
			-1ms                |      | 5     | 'delay' must be a duration from 0s to 30s, such as 500ms
			999999999999999999d |      | 5     | 'delay' must be a duration from 0s to 30s, such as 500ms
			``                  |      | 5     | 'delay' must be a duration from 0s to 30s, such as 500ms
			                    | 399  | 5     | 'abort' must be a status from 400 to 599
			                    | 600  | 5     | 'abort' must be a status from 400 to 599
			                    | often | 5    | 'abort' must be a status from 400 to 599
			                    | 503  | -0.1  | 'percent' must be a number from 0 to 100
			                    | 503  | 100.1 | 'percent' must be a number from 0 to 100
			                    | 503  | NaN   | 'percent' must be a number from 0 to 100
			                    | 503  |       | 'percent' must be a number from 0 to 100
			0s                  |      | 5     | Give 'delay', 'abort' or both
			                    |      | 5     | Give 'delay', 'abort' or both
			""")
	void fault_thatIsNotAsItMustBe_isRefused(@Nullable String delay, @Nullable String abort, @Nullable String percent,
			String rule) {
		assertThatIllegalArgumentException().isThrownBy(() -> Fault.of(delay, abort, percent)).withMessage(rule);
	}

}
