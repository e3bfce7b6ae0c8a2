package dev.bootpatterns.gateway.scatter;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.http.HttpHeaders;

import static org.assertj.core.api.Assertions.assertThat;

class LeafTimesTests {

	@Test
	void queueAndService_areRead_whateverElseIsThere() {
		assertThat(times("cache;desc=\"hit\", queue;dur=1.25 , service;dur=8;desc=x", "3"))
			.isEqualTo(new LeafTimes(1.25, 8, 3));
	}

	@ParameterizedTest
	@ValueSource(strings = { "queue;dur=1", "service;dur=1", "queue;dur=x, service;dur=1", "", "queue, service" })
	void halfOfIt_isNothing(String timing) {
		assertThat(times(timing, "3")).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "-1", "many", "12345678" })
	void lengthThatIsNone_isNothing(String length) {
		assertThat(times("queue;dur=1, service;dur=1", length)).isNull();
	}

	@Test
	void noHeaders_areNothing() {
		assertThat(LeafTimes.of(new HttpHeaders())).isNull();
	}

	private static @Nullable LeafTimes times(String timing, String length) {
		HttpHeaders headers = new HttpHeaders();
		headers.set("Server-Timing", timing);
		headers.set("X-Queue-Length", length);
		return LeafTimes.of(headers);
	}

}
