package dev.bootpatterns.logadapter.format;

import java.util.Objects;

import dev.bootpatterns.logadapter.entry.LogEntry.HttpExchange;
import dev.bootpatterns.logadapter.entry.Severity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class AccessFormatTests {

	private static final String COMMON = "127.0.0.1 - - [22/Nov/2026:20:38:11 +0100] \"GET /a/b?c=d HTTP/1.1\" 200 12";

	private final AccessFormat format = new AccessFormat(0.001);

	@Test
	void common_givesRequestAndAnswer() {
		Head head = parsed(COMMON);
		assertThat(head.moment().text()).isEqualTo("2026-11-22T19:38:11Z");
		assertThat(head.severity()).isEqualTo(Severity.INFO);
		assertThat(head.message()).isEqualTo(COMMON);
		assertThat(head.http()).isEqualTo(new HttpExchange("GET", "/a/b?c=d", 200, 12L, null, "127.0.0.1", null, null));
	}

	@ParameterizedTest
	@CsvSource({ "1234, 1.234", "5us, 0.005", "17ms, 17", "2s, 2000", "0.017, 17", "1.5ms, 1.5" })
	void timeTaken_isInMillisecondsWhateverItsUnit(String time, double millis) {
		Head head = parsed(COMMON + " " + time);
		assertThat(head.http()).isNotNull().extracting(HttpExchange::durationMs).isEqualTo(millis);
	}

	@Test
	void combined_givesRefererAndAgent_withOrWithoutTime() {
		Head head = parsed(COMMON + " \"-\" \"curl \\\"8\\\"\" 2000");
		assertThat(head.http())
			.isEqualTo(new HttpExchange("GET", "/a/b?c=d", 200, 12L, 2.0, "127.0.0.1", null, "curl \\\"8\\\""));
		assertThat(this.format.parse(COMMON + " \"http://x/\" \"agent\"")).isNotNull();
	}

	@Test
	void answerWithoutBody_hasNoSize_andServerErrorIsAnError() {
		Head head = parsed("::1 - bob [22/Nov/2026:20:38:11 +0000] \"DELETE / HTTP/2.0\" 503 -");
		assertThat(head.severity()).isEqualTo(Severity.ERROR);
		assertThat(head.http()).isEqualTo(new HttpExchange("DELETE", "/", 503, null, null, "::1", null, null));
	}

	@Test
	void requestThatCouldNotBeRead_hasNoMethod() {
		Head head = parsed("::1 - - [22/Nov/2026:20:38:11 +0000] \"-\" 400 -");
		assertThat(head.http()).isNotNull().extracting(HttpExchange::method).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "a b c [d] e", "127.0.0.1 - - [22/Nov/2026:20:38:11 +0100]",
			"127.0.0.1 - - [22/Foo/2026:20:38:11 +0100] \"GET / HTTP/1.1\" 200 1",
			"127.0.0.1 - - [22/Nov/2026:20:38:11 +0100] \"GET / HTTP/1.1", COMMON + " 12 13", COMMON + " soon",
			"127.0.0.1 - - [22/Nov/2026:20:38:11 +0100] \"GET / HTTP/1.1\" ok 1",
			"127.0.0.1 - - [22/Nov/2026:20:38:11 +0100] \"GET / HTTP/1.1\"200 1" })
	void anythingElse_isAnotherFormat(String line) {
		assertThat(this.format.parse(line)).isNull();
	}

	private Head parsed(String line) {
		return Objects.requireNonNull(this.format.parse(line), line);
	}

}
