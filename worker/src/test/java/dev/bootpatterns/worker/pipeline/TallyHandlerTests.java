package dev.bootpatterns.worker.pipeline;

import java.util.Map;

import dev.bootpatterns.worker.RejectedException;
import dev.bootpatterns.worker.TestItems;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class TallyHandlerTests {

	private final TallyHandler handler = new TallyHandler(JsonMapper.shared());

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "{} | {\"keys\":0,\"sum\":0}", "{\"a\": 2, \"b\": -5, \"\": 7} | {\"keys\":3,\"sum\":4}",
					"{\"a\": 9223372036854775807, \"b\": 1, \"c\": -1} | {\"keys\":3,\"sum\":9223372036854775807}" })
	void output_isHowManyKeysThereAre_andTheirSum(String content, String output) throws Exception {
		assertThat(TestItems.text(this.handler.handle(TestItems.item("a", content)))).isEqualTo(output);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "text", "[1]", "{\"a\": 0.5}", "{\"a\": 1, \"a\": 2}", "{} {}" })
	void contentThatIsNoSuchObject_isRejected(String content) {
		assertThatExceptionOfType(RejectedException.class)
			.isThrownBy(() -> this.handler.handle(TestItems.item("a", content)))
			.withMessage("the content is not one JSON object of whole numbers of 64 bits");
	}

	@Test
	void sumThatIsTooLarge_andParameters_areRejected() {
		assertThatExceptionOfType(RejectedException.class)
			.isThrownBy(() -> this.handler.handle(TestItems.item("a", "{\"a\": -9223372036854775808, \"b\": -1}")))
			.withMessage("the sum of all numbers is -9223372036854775809, which is no number of 64 bits");
		assertThatExceptionOfType(RejectedException.class)
			.isThrownBy(() -> this.handler.handle(TestItems.item("a", new byte[0], Map.of("by", "key"))))
			.withMessage("parameter 'by' is not known to test, which has none");
	}

}
