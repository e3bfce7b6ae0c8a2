package dev.bootpatterns.topz;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class TextTableTests {

	@Test
	void table_looksLikeTop() throws IOException {
		Topz topz = new Topz(Instant.parse("2026-11-22T19:38:10.500Z"), 2.0,
				new Topz.Host(2, 0.137, 1.82, 1.2, null, 8L << 30, 3L << 30),
				new Topz.Limits(512L << 20, 100L << 20, 1.5), 3,
				List.of(new Topz.Usage(4711, 1, "bootpatterns", ProcessState.RUNNING, 1.254, 160_571_392,
						2_491_215_872L, 32, 92L, 93_784.5, "java shard-service.jar"),
						new Topz.Usage(7, 1, "999", ProcessState.ZOMBIE, null, 0, 0, 1, null, 4.2, "[sh]")));
		assertThat(TextTable.of(topz, Instant.parse("2026-11-22T19:38:11Z"))).isEqualTo(expected());
	}

	@ParameterizedTest
	@CsvSource({ "0, 0B", "1023, 1023B", "1024, 1.0K", "1572864, 1.5M", "9223372036854775807, 8192.0P" })
	void bytes_areInPowersOf1024(long bytes, String text) {
		assertThat(TextTable.bytes(bytes)).isEqualTo(text);
	}

	@ParameterizedTest
	@CsvSource({ "0, 0:00", "59.6, 0:59", "3599, 59:59", "3600, 1:00:00", "360611, 4d 04:10:11" })
	void uptime_growsWithTime(double seconds, String text) {
		assertThat(TextTable.uptime(seconds)).isEqualTo(text);
	}

	private static String expected() throws IOException {
		try (InputStream in = TextTableTests.class.getResourceAsStream("/topz.txt")) {
			assertThat(in).isNotNull();
			return new String(in.readAllBytes(), StandardCharsets.UTF_8);
		}
	}

}
