package dev.bootpatterns.worker.completion;

import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;

import com.github.tomakehurst.wiremock.WireMockServer;
import io.micrometer.core.instrument.MockClock;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.web.client.RestClient;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;

/** When a worker has nothing left to do, and when that is only not known. */
class EndTests {

	private static final WireMockServer GATEWAY = new WireMockServer(options().dynamicPort().bindAddress("127.0.0.1"));

	@BeforeAll
	static void start() {
		GATEWAY.start();
	}

	@AfterAll
	static void stop() {
		GATEWAY.stop();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "200 | {'state':'DONE','done':5,'dead':0} | 0", "200 | {'state':'DONE','done':5,'dead':1} | 1",
					"200 | {'state':'FAILED','dead':0} | 1", "404 | {'title':'Not Found'} | 1",
					"200 | {'state':'LISTING','dead':0} | -1", "200 | {'state':'RUNNING','done':5,'dead':0} | -1",
					"503 | {'state':'DONE'} | -1", "200 | <html> | -1" })
	void jobThatIsOver_isTheEnd_butNotWhatTheOwnerHasNotSaid(int status, String answer, int code) {
		GATEWAY.stubFor(get("/jobs/7").willReturn(aResponse().withStatus(status).withBody(answer.replace('\'', '"'))));
		assertThat(new JobEnd(RestClient.create(GATEWAY.baseUrl()), JsonMapper.shared(), "7").reached())
			.isEqualTo((code < 0) ? OptionalInt.empty() : OptionalInt.of(code));
	}

	@Test
	void gatewayThatIsAway_hasNotSaidThatTheJobIsOver() {
		assertThat(new JobEnd(RestClient.create("http://127.0.0.1:1"), JsonMapper.shared(), "7").reached()).isEmpty();
	}

	@Test
	void queueThatIsEmpty_isTheEnd_onlyAfterTheWholeQuietPeriod() {
		MockClock clock = new MockClock();
		AtomicBoolean idle = new AtomicBoolean(true);
		QuietEnd end = new QuietEnd(idle::get, Duration.ofSeconds(30), clock);
		clock.add(Duration.ofSeconds(29));
		assertThat(end.reached()).isEmpty();
		idle.set(false);
		clock.add(Duration.ofSeconds(2));
		assertThat(end.reached()).as("an item came").isEmpty();
		idle.set(true);
		clock.add(Duration.ofSeconds(29));
		assertThat(end.reached()).as("the period begins again").isEmpty();
		clock.add(Duration.ofSeconds(1));
		assertThat(end.reached()).hasValue(0);
	}

}
