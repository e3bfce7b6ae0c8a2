package dev.bootpatterns.logadapter.live;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

import dev.bootpatterns.logadapter.entry.Severity;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

import static org.assertj.core.api.Assertions.assertThat;

@WebMvcTest(controllers = LogsController.class, properties = "log-adapter.live.max-subscribers=0")
@Import(LiveEntries.class)
class LogsControllerTests {

	private static final Instant TIME = Instant.parse("2026-11-22T19:38:11Z");

	@Autowired
	private MockMvcTester mvc;

	@Autowired
	private LiveEntries entries;

	private final List<Published> published = List.of(entry("1", Severity.INFO, "owner", 0),
			entry("2", Severity.ERROR, "owner", 10), entry("3", Severity.UNKNOWN, "worker", 20));

	@BeforeEach
	void publish() {
		this.entries.publish(this.published);
	}

	@AfterEach
	void clear() {
		// The context is shared: what one test published must not matter to the next.
		this.entries.publish(java.util.Collections.nCopies(2000, entry("0", Severity.TRACE, "none", -1000)));
	}

	@Test
	void recent_isOneJsonObjectALine() {
		assertThat(this.mvc.get().uri("/logs?limit=3")).hasStatusOk()
			.hasHeader("Cache-Control", "no-store")
			.hasContentTypeCompatibleWith(MediaType.APPLICATION_NDJSON)
			.bodyText()
			.isEqualTo("{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n");
	}

	@Test
	void filters_applyBeforeTheLimit() {
		assertThat(this.mvc.get().uri("/logs?service=owner&limit=1")).bodyText().isEqualTo("{\"n\":2}\n");
		assertThat(this.mvc.get().uri("/logs?severity=warn&limit=1")).bodyText().isEqualTo("{\"n\":2}\n");
		assertThat(this.mvc.get().uri("/logs?severity=UNKNOWN&limit=1")).bodyText().isEqualTo("{\"n\":3}\n");
		assertThat(this.mvc.get().uri("/logs?since=2026-11-22T19:38:21Z")).bodyText()
			.isEqualTo("{\"n\":2}\n{\"n\":3}\n");
	}

	@ParameterizedTest
	@ValueSource(strings = { "limit=-1", "limit=x", "severity=loud", "since=yesterday", "follow=true&since=x" })
	void parametersThatMakeNoSense_areRefusedAsProblem(String query) {
		assertThat(this.mvc.get().uri("/logs?" + query)).hasStatus(400)
			.hasContentTypeCompatibleWith(MediaType.APPLICATION_PROBLEM_JSON);
	}

	@Test
	void anotherForm_isNotAcceptable() {
		assertThat(this.mvc.get().uri("/logs").accept(MediaType.TEXT_HTML)).hasStatus(406);
	}

	@ParameterizedTest
	@ValueSource(strings = { "*/*", "text/event-stream", "application/x-ndjson" })
	void moreFollowersThanTheBound_areToldWhenToComeBack(String accept) {
		assertThat(this.mvc.get().uri("/logs?follow=true").header("Accept", accept)).hasStatus(503)
			.hasHeader("Retry-After", "5")
			.hasContentTypeCompatibleWith(MediaType.APPLICATION_PROBLEM_JSON);
	}

	private static Published entry(String name, Severity severity, String service, long seconds) {
		return new Published(("{\"n\":" + name + "}").getBytes(StandardCharsets.UTF_8),
				TIME.plusSeconds(seconds).toEpochMilli(), severity, service);
	}

	@TestConfiguration(proxyBeanMethods = false)
	static class Meters {

		@Bean
		MeterRegistry meterRegistry() {
			return new SimpleMeterRegistry();
		}

	}

}
