package dev.bootpatterns.topz;

import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.context.annotation.Bean;
import org.springframework.http.MediaType;
import org.springframework.test.context.bean.override.mockito.MockitoBean;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;

@WebMvcTest(TopzController.class)
class TopzControllerTests {

	private static final MediaType OPEN_METRICS = MediaType.parseMediaType("application/openmetrics-text");

	@Autowired
	private MockMvcTester mvc;

	@MockitoBean
	private Sampler sampler;

	@BeforeEach
	void sample() {
		given(this.sampler.latest()).willReturn(new Topz(Instant.parse("2026-11-22T19:38:10Z"), 2.0,
				new Topz.Host(2, 0.1, 1.0, 1.0, 1.0, 8L << 30, 3L << 30), null, 3,
				List.of(usage(1, 0.5, 100), usage(2, null, 300), usage(3, 1.5, 200))));
	}

	@ParameterizedTest
	@ValueSource(strings = { "*/*", "text/plain", "text/*", "text/html,*/*;q=0.8" })
	void text_isTheDefault(String accept) {
		assertThat(this.mvc.get().uri("/topz").header("Accept", accept)).hasStatusOk()
			.hasContentTypeCompatibleWith(MediaType.TEXT_PLAIN)
			.hasHeader("Cache-Control", "no-store")
			.bodyText()
			.startsWith("topz ")
			.contains("PID", "app-1", "app-2", "app-3");
	}

	@Test
	void json_hasUnitsInItsNames() {
		assertThat(this.mvc.get().uri("/topz?limit=1").accept(MediaType.APPLICATION_JSON)).hasStatusOk()
			.bodyJson()
			.isStrictlyEqualTo("""
					{"sampledAt": "2026-11-22T19:38:10Z", "intervalSeconds": 2.0,
					 "host": {"cpus": 2, "busyRatio": 0.1, "load1": 1.0, "load5": 1.0, "load15": 1.0,
					          "memoryTotalBytes": 8589934592, "memoryUsedBytes": 3221225472},
					 "limits": null, "processesSeen": 3,
					 "processes": [{"pid": 3, "parentPid": 1, "user": "root", "state": "SLEEPING", "cpuRatio": 1.5,
					                "residentBytes": 200, "virtualBytes": 1000, "threads": 4, "openFiles": 5,
					                "uptimeSeconds": 60.0, "command": "app-3"}]}""");
	}

	@ParameterizedTest
	@CsvSource({ "'', 3 1 2", "?sort=cpu, 3 1 2", "?sort=rss, 2 3 1", "?sort=PID, 1 2 3", "?sort=pid&limit=2, 1 2" })
	void sortAndLimit(String query, String pids) {
		assertThat(this.mvc.get().uri("/topz" + query).accept(MediaType.APPLICATION_JSON)).bodyJson()
			.extractingPath("$.processes[*].pid")
			.asArray()
			.extracting(Object::toString)
			.containsExactly(pids.split(" "));
	}

	@Test
	void anotherForm_isNotAcceptable() {
		assertThat(this.mvc.get().uri("/topz").accept(MediaType.TEXT_HTML)).hasStatus(406);
		assertThat(this.mvc.get().uri("/topz").accept(OPEN_METRICS)).hasStatus(406);
	}

	@ParameterizedTest
	@ValueSource(strings = { "sort=name", "limit=0", "limit=-1", "limit=all" })
	void parametersThatMakeNoSense_areRefusedAsProblem(String query) {
		assertThat(this.mvc.get().uri("/topz?" + query)).hasStatus(400)
			.hasContentTypeCompatibleWith(MediaType.APPLICATION_PROBLEM_JSON);
	}

	@ParameterizedTest
	@ValueSource(strings = { "*/*", "text/plain", "application/json" })
	void noSample_isSaidAsProblem(String accept) {
		given(this.sampler.latest()).willThrow(new Sampler.NoSampleException());
		assertThat(this.mvc.get().uri("/topz").header("Accept", accept)).hasStatus(503)
			.hasHeader("Retry-After", "1")
			.hasContentTypeCompatibleWith(MediaType.APPLICATION_PROBLEM_JSON);
	}

	private static Topz.Usage usage(int pid, @org.jspecify.annotations.Nullable Double cpuRatio, long residentBytes) {
		return new Topz.Usage(pid, 1, "root", ProcessState.SLEEPING, cpuRatio, residentBytes, 1000, 4, 5L, 60,
				"app-" + pid);
	}

	@TestConfiguration(proxyBeanMethods = false)
	static class Converters {

		@Bean
		TextTableConverter textTableConverter() {
			return new TextTableConverter(() -> Instant.parse("2026-11-22T19:38:11Z"));
		}

	}

}
