package dev.bootpatterns.worker.ingest;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class DocumentPathTests {

	@ParameterizedTest
	@CsvSource(quoteCharacter = '"', textBlock = """
			java.base/java/lang/String.java, java.base/java/lang/String.java
			a b/c d.txt,                     a%20b/c%20d.txt
			a#b?c%d,                         a%23b%3Fc%25d
			a%2Fb,                           a%252Fb
			a;v=1/b&c=d+e,                   a%3Bv%3D1/b%26c%3Dd%2Be
			ä/日本/𝄞,                         %C3%A4/%E6%97%A5%E6%9C%AC/%F0%9D%84%9E
			.../..a/.b,                      .../..a/.b
			a\\b,                            a%5Cb
			{id},                            %7Bid%7D
			""")
	void id_isEncodedBySegment(String id, String path) {
		assertThat(DocumentPath.of(id)).hasValue(path);
	}

	@ParameterizedTest
	@ValueSource(strings = { "..", "a/../b", "../jobs", ".", "a/./b", "a//b", "/a", "a/", "" })
	void id_thatServersWouldCollapse_hasNoPath(String id) {
		assertThat(DocumentPath.of(id)).isEmpty();
	}

	@Test
	void newline_isEncoded() {
		assertThat(DocumentPath.of("a\r\nb")).hasValue("a%0D%0Ab");
	}

}
