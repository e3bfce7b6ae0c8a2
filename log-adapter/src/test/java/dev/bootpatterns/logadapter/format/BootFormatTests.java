package dev.bootpatterns.logadapter.format;

import java.util.Objects;

import dev.bootpatterns.logadapter.entry.LogEntry.HttpExchange;
import dev.bootpatterns.logadapter.entry.LogEntry.Kind;
import dev.bootpatterns.logadapter.entry.Severity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class BootFormatTests {

	private final BootFormat format = new BootFormat();

	@Test
	void suiteLine_givesAllFields() {
		Head head = parsed("2026-11-22T19:38:11.123Z  WARN 4711 --- [shard-service] [nio-8101-exec-1] "
				+ "[0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7] d.b.shard.Documents                      : a : b");
		assertThat(head).isEqualTo(new Head(Kind.BOOT, new Moment(1795376291123L, "2026-11-22T19:38:11.123Z", 24),
				Severity.WARN, "shard-service", 4711, "nio-8101-exec-1", "d.b.shard.Documents", "a : b",
				"0af7651916cd43dd8448eb211c80319c", "00f067aa0ba902b7", null));
	}

	@Test
	void noTrace_givesNone() {
		Head head = parsed("2026-11-22T19:38:11.123Z  INFO 1 --- [owner] [           main] [-] d.b.O   : started");
		assertThat(head.traceId()).isNull();
		assertThat(head.spanId()).isNull();
		assertThat(head.thread()).isEqualTo("main");
	}

	@Test
	void bootsOwnDefault_hasNeitherServiceNorTrace() {
		Head head = parsed("2026-11-22T19:38:11.123+01:00 DEBUG 1 --- [           main] a.B      : x");
		assertThat(head.service()).isNull();
		assertThat(head.thread()).isEqualTo("main");
		assertThat(head.moment().text()).isEqualTo("2026-11-22T18:38:11.123Z");
	}

	@Test
	void emptyMessage_isEmpty() {
		Head head = parsed("2026-11-22T19:38:11.123Z ERROR 1 --- [a] [main] [-] a.B : ");
		assertThat(head.message()).isEmpty();
	}

	@Test
	void virtualThreadWithoutName_hasNone() {
		Head head = parsed("2026-11-22T19:38:11.123Z ERROR 1 --- [a] [               ] [-] a.B : x");
		assertThat(head.thread()).isNull();
		assertThat(head.service()).isEqualTo("a");
	}

	@Test
	void nettyAccessLine_getsItsRequest_inMilliseconds() {
		Head head = parsed("2026-11-22T19:38:11.123Z  INFO 1 --- [gateway] [or-http-epoll-1] [-] "
				+ "r.netty.http.server.AccessLog            : 127.0.0.1 - - [22/Nov/2026:19:38:11 +0000] "
				+ "\"GET /search?q=a HTTP/1.1\" 200 345 12");
		assertThat(head.kind()).isEqualTo(Kind.BOOT);
		assertThat(head.http())
			.isEqualTo(new HttpExchange("GET", "/search?q=a", 200, 345L, 12.0, "127.0.0.1", null, null));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "hello", "2026-11-22", "2026-11-22T19:38:11.123Z", "2026-11-22T19:38:11.123Z  INFO",
			"2026-11-22T19:38:11.123Z  LOUD 1 --- [a] [main] [-] a.B : x",
			"2026-13-22T19:38:11.123Z  INFO 1 --- [a] [main] [-] a.B : x",
			"2026-11-31T19:38:11.123Z  INFO 1 --- [a] [main] [-] a.B : x",
			"2026-11-22T25:38:11.123Z  INFO 1 --- [a] [main] [-] a.B : x",
			"2026-11-22T19:38:11.123   INFO 1 --- [a] [main] [-] a.B : x",
			"2026-11-22T19:38:11.123Z  INFO x --- [a] [main] [-] a.B : x",
			"2026-11-22T19:38:11.123Z  INFO 1 --- [a [main [- a.B : x",
			"2026-11-22T19:38:11.123Z  INFO 1 --- [a] [main] [-] no logger here",
			"2026-11-22T19:38:11.123Z  INFO 1 --- a.B : x" })
	void anythingElse_isAnotherFormat(String line) {
		assertThat(this.format.parse(line)).isNull();
	}

	private Head parsed(String line) {
		return Objects.requireNonNull(this.format.parse(line), line);
	}

}
