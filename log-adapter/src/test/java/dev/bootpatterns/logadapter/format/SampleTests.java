package dev.bootpatterns.logadapter.format;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.stream.Collectors;

import dev.bootpatterns.logadapter.line.LineSplitter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whole files, as the services write them, against the entries that they must become.
 */
class SampleTests {

	private final JsonMapper json = JsonMapper.builder().build();

	@ParameterizedTest
	@ValueSource(strings = { "boot", "tomcat-access", "netty-access", "mixed" })
	void sample_becomesItsEntries(String name) throws IOException {
		byte[] log = read(name + ".log");
		CollectedEntries sink = new CollectedEntries();
		EntryJoiner joiner = new EntryJoiner(new LineFormats(0.001),
				new EntryJoiner.Limits(1000, 256 * 1024, Duration.ofSeconds(1)),
				new EntryJoiner.Origin(name + ".log", "id", name, "log-adapter", 1),
				InstantSource.fixed(Instant.parse("2026-11-22T12:00:00Z")), () -> 0);
		new LineSplitter(64 * 1024, 0).feed(log, log.length, (line) -> joiner.accept(line, sink));
		joiner.flush(sink);
		assertThat(sink.entries.stream().map(this.json::writeValueAsString).collect(Collectors.joining("\n", "", "\n")))
			.isEqualTo(new String(read(name + ".ndjson"), UTF_8));
		assertThat(sink.lines()).isEqualTo((int) new String(log, UTF_8).lines().count());
	}

	private static byte[] read(String name) throws IOException {
		try (InputStream in = SampleTests.class.getResourceAsStream("/samples/" + name)) {
			assertThat(in).as(name).isNotNull();
			return in.readAllBytes();
		}
	}

}
