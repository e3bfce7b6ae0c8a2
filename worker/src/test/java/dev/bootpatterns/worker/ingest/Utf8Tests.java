package dev.bootpatterns.worker.ingest;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class Utf8Tests {

	@ParameterizedTest
	@ValueSource(strings = { "", "plain", "äöü", "日本", "𝄞 and more" })
	void utf8_isDecoded(String text) {
		assertThat(Utf8.decode(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)))).isEqualTo(new Utf8.Text(text));
	}

	@ParameterizedTest
	@CsvSource({ "61ff62, 1", "c3, 0", "616263c3, 3", "c3a4e697, 2", "eda080, 0", "c0af, 0", "f09d849ef5, 4" })
	void anythingElse_isMalformedAtItsFirstByte(String hex, int offset) {
		byte[] bytes = HexFormat.of().parseHex(hex);
		assertThat(Utf8.decode(ByteBuffer.wrap(bytes))).isEqualTo(new Utf8.Malformed(offset));
	}

}
