package dev.bootpatterns.worker.ingest;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import dev.bootpatterns.worker.Outcome;
import dev.bootpatterns.worker.WorkHandler;
import dev.bootpatterns.worker.WorkItem;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.springboot.bulkhead.autoconfigure.BulkheadAutoConfiguration;
import io.github.resilience4j.springboot.circuitbreaker.autoconfigure.CircuitBreakerAutoConfiguration;
import io.github.resilience4j.springboot.timelimiter.autoconfigure.TimeLimiterAutoConfiguration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.annotation.UserConfigurations;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.boot.http.client.autoconfigure.HttpClientAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.imperative.ImperativeHttpClientAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.restclient.autoconfigure.RestClientAutoConfiguration;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ContextConsumer;
import org.springframework.context.ApplicationContext;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.putRequestedFor;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The handler with the service's own configuration against an HTTP server; time passes
 * only where the handler waits.
 */
class IngestHandlerTests {

	private static final WireMockServer gateway = new WireMockServer(options().dynamicPort().bindAddress("127.0.0.1"));

	private final FakeTime time = new FakeTime();

	@BeforeAll
	static void start() {
		gateway.start();
	}

	@AfterAll
	static void stop() {
		gateway.stop();
	}

	@BeforeEach
	void reset() {
		gateway.resetAll();
	}

	@ParameterizedTest
	@ValueSource(ints = { 200, 201, 204 })
	void success_isDone(int status) {
		answer(aResponse().withStatus(status));
		assertThat(ingest("java.base/java/lang/String.java", "class Ä {}\n")).isEqualTo(Outcome.done());
		LoggedRequest request = requests().getFirst();
		assertThat(request.getUrl()).isEqualTo("/documents/java.base/java/lang/String.java");
		assertThat(request.getMethod().getName()).isEqualTo("PUT");
		assertThat(request.getBodyAsString())
			.isEqualTo("{\"title\":\"String.java\",\"body\":\"class Ä {}\\n\",\"attributes\":{\"language\":\"java\"}}");
		assertThat(request.getHeader("Content-Type")).isEqualTo("application/json");
		assertThat(request.getHeader("Content-Length")).isNotNull();
		assertThat(request.getHeader("X-Owner-Term")).isEqualTo("7");
		assertThat(request.containsHeader("Upgrade")).as("no HTTP/2 upgrade").isFalse();
	}

	@Test
	void id_isSentEncoded() {
		answer(aResponse().withStatus(201));
		assertThat(ingest("a b/ä#c?d%2F;e", "x")).isEqualTo(Outcome.done());
		assertThat(requests().getFirst().getUrl()).isEqualTo("/documents/a%20b/%C3%A4%23c%3Fd%252F%3Be");
	}

	@Test
	void id_withDotDot_isRejectedWithoutACall() {
		assertThat(ingest("a/../../jobs", "x"))
			.isEqualTo(Outcome.rejected("the id has an empty, '.' or '..' segment, which no URL can carry"));
		assertThat(requests()).isEmpty();
	}

	@Test
	void content_notUtf8_isRejectedWithItsOffset() {
		Outcome outcome = ingest("a.bin", new byte[] { 'a', 'b', (byte) 0xff, 'c' }, List.of());
		assertThat(outcome).isEqualTo(Outcome.rejected("the content is not UTF-8: malformed at byte 2"));
		assertThat(requests()).isEmpty();
	}

	@Test
	void problem_isRejectedWithItsTitleAndDetail() {
		answer(aResponse().withStatus(400)
			.withHeader("Content-Type", "application/problem+json")
			.withBody("{\"title\":\"Bad document\",\"detail\":\"body is too odd\",\"status\":400}"));
		assertThat(ingest("a", "x")).isEqualTo(
				Outcome.rejected("gateway %s answered 400 Bad document: body is too odd".formatted(gateway.baseUrl())));
		assertThat(requests()).hasSize(1);
	}

	@ParameterizedTest
	@CsvSource({ "413, Content Too Large", "404, Not Found", "401, Unauthorized" })
	void refusal_withoutProblem_isRejectedWithTheStatus(int status, String name) {
		answer(aResponse().withStatus(status).withBody("<html>nginx</html>").withHeader("Content-Type", "text/html"));
		assertThat(ingest("a", "x"))
			.isEqualTo(Outcome.rejected("gateway %s answered %d %s".formatted(gateway.baseUrl(), status, name)));
	}

	@Test
	void ownerWhoseTermIsOver_isStaleAtOnce_forTheNextOneToTry() {
		answer(aResponse().withStatus(409)
			.withHeader("Content-Type", "application/problem+json")
			.withBody("{\"title\":\"Conflict\",\"detail\":\"the term is over\",\"status\":409}"));
		assertThat(ingest("a", "x")).isEqualTo(
				Outcome.stale("gateway %s answered 409 Conflict: the term is over".formatted(gateway.baseUrl())));
		assertThat(requests()).hasSize(1);
	}

	@ParameterizedTest
	@ValueSource(ints = { 500, 302 })
	void otherAnswer_isFailedAtOnce(int status) {
		answer(aResponse().withStatus(status).withHeader("Location", "/elsewhere"));
		assertThat(ingest("a", "x")).isInstanceOf(Outcome.Failed.class);
		assertThat(requests()).hasSize(1);
	}

	@ParameterizedTest
	@ValueSource(ints = { 408, 421, 425, 429, 502, 503, 504 })
	void passingTrouble_isTriedAgain(int status) {
		answers(aResponse().withStatus(status), aResponse().withStatus(status), aResponse().withStatus(201));
		assertThat(ingest("a", "x")).isEqualTo(Outcome.done());
		assertThat(this.time.pauses()).hasSize(2)
			.satisfies(
					(pauses) -> assertThat(pauses.getFirst()).isBetween(Duration.ofMillis(100), Duration.ofMillis(300)))
			.satisfies(
					(pauses) -> assertThat(pauses.getLast()).isBetween(Duration.ofMillis(200), Duration.ofMillis(600)));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "7|7", "Thu, 01 Jan 2026 00:00:09 GMT|9" })
	void retryAfter_isHonoured(String retryAfter, int seconds) {
		answers(aResponse().withStatus(503).withHeader("Retry-After", retryAfter), aResponse().withStatus(201));
		assertThat(ingest("a", "x")).isEqualTo(Outcome.done());
		assertThat(this.time.pauses()).containsExactly(Duration.ofSeconds(seconds));
	}

	@Test
	void retryAfter_beyondTheDeadline_isFailedWithoutWaiting() {
		answer(aResponse().withStatus(429).withHeader("Retry-After", "3600"));
		assertThat(ingest("a", "x"))
			.isEqualTo(Outcome.failed("gateway %s: gave up after 1 tries in 0 ms; the last: 429 Too Many Requests"
				.formatted(gateway.baseUrl())));
		assertThat(this.time.pauses()).isEmpty();
	}

	@Test
	void troubleThatStays_isFailedWithinTheDeadline_namingTargetAndLastStatus() {
		answer(aResponse().withStatus(503));
		Outcome outcome = ingest("a", "x", "resilience4j.circuitbreaker.instances.gateway.minimum-number-of-calls=100");
		assertThat(outcome).isInstanceOfSatisfying(Outcome.Failed.class,
				(failed) -> assertThat(failed.reason()).startsWith("gateway " + gateway.baseUrl() + ": gave up after ")
					.endsWith("; the last: 503 Service Unavailable"));
		assertThat(this.time.now()).isBetween(Duration.ofSeconds(15), Duration.ofSeconds(25));
		assertThat(requests()).hasSizeBetween(5, 15);
	}

	@Test
	void slowPeer_isCutOffAndTriedAgain() {
		answers(aResponse().withStatus(201).withFixedDelay(10_000), aResponse().withStatus(201));
		assertThat(ingest("a", "x", "resilience4j.timelimiter.instances.gateway.timeout-duration=200ms"))
			.isEqualTo(Outcome.done());
		assertThat(this.time.pauses()).hasSize(1);
	}

	@Test
	void slowBody_isCutOffToo() {
		answers(aResponse().withStatus(503).withBody("x".repeat(1000)).withChunkedDribbleDelay(20, 20_000),
				aResponse().withStatus(201));
		assertThat(ingest("a", "x", "resilience4j.timelimiter.instances.gateway.timeout-duration=200ms"))
			.isEqualTo(Outcome.done());
	}

	@Test
	void connectionReset_isTriedAgain() {
		answers(aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER), aResponse().withStatus(201));
		assertThat(ingest("a", "x")).isEqualTo(Outcome.done());
	}

	@Test
	void connectionRefused_isFailedInTheEnd() {
		Outcome outcome = ingest("a", "x", "worker.gateway-url=http://127.0.0.1:1");
		assertThat(outcome).isInstanceOfSatisfying(Outcome.Failed.class,
				(failed) -> assertThat(failed.reason()).startsWith("gateway http://127.0.0.1:1: gave up after ")
					.endsWith("the last: ConnectException"));
	}

	@Test
	void breaker_opens_andNothingIsSentUntilItCloses() {
		answer(aResponse().withStatus(503));
		run((context) -> {
			CircuitBreaker breaker = context.getBean(CircuitBreakerRegistry.class).circuitBreaker("gateway");
			assertThat(handle(context, "a", "x".getBytes(StandardCharsets.UTF_8))).isInstanceOf(Outcome.Failed.class);
			int sent = requests().size();
			breaker.transitionToOpenState();
			// Recovers while the second item waits.
			this.time.atPause(() -> {
				if (this.time.pauses().size() > 20 && breaker.getState() == CircuitBreaker.State.OPEN) {
					assertThat(requests()).hasSize(sent);
					answer(aResponse().withStatus(200));
					breaker.transitionToHalfOpenState();
				}
			});
			this.time.pauses().clear();
			assertThat(handle(context, "b", "x".getBytes(StandardCharsets.UTF_8))).isEqualTo(Outcome.done());
			assertThat(this.time.pauses()).hasSize(21).containsOnly(Duration.ofMillis(250));
		}, List.of());
	}

	@Test
	void breaker_opensByItself_afterFailures() {
		answer(aResponse().withStatus(503));
		run((context) -> {
			for (int i = 0; i < 4; i++) {
				handle(context, "a" + i, "x".getBytes(StandardCharsets.UTF_8));
			}
			assertThat(context.getBean(CircuitBreakerRegistry.class).circuitBreaker("gateway").getState())
				.isEqualTo(CircuitBreaker.State.OPEN);
			assertThat(requests()).hasSizeLessThan(20);
		}, List.of());
	}

	@Test
	void refusals_doNotOpenTheBreaker() {
		answer(aResponse().withStatus(400));
		run((context) -> {
			for (int i = 0; i < 30; i++) {
				handle(context, "a" + i, "x".getBytes(StandardCharsets.UTF_8));
			}
			assertThat(context.getBean(CircuitBreakerRegistry.class).circuitBreaker("gateway").getState())
				.isEqualTo(CircuitBreaker.State.CLOSED);
			assertThat(requests()).hasSize(30);
		}, List.of());
	}

	@Test
	void deadline_shorterThanOneTry_refusesToStart() {
		runner(List.of("worker.ingest.deadline=5s")).run((context) -> assertThat(context).hasFailed()
			.getFailure()
			.rootCause()
			.hasMessage("worker.ingest.deadline (PT5S) must be longer than the time limit of one try (PT5S)"));
	}

	private static void answer(ResponseDefinitionBuilder answer) {
		gateway.stubFor(any(anyUrl()).willReturn(answer));
	}

	private static void answers(ResponseDefinitionBuilder... answers) {
		for (int i = 0; i < answers.length; i++) {
			gateway.stubFor(any(anyUrl()).inScenario("answers")
				.whenScenarioStateIs((i == 0) ? "Started" : "answer " + i)
				.willSetStateTo("answer " + (i + 1))
				.willReturn(answers[i]));
		}
	}

	private static List<LoggedRequest> requests() {
		return gateway.findAll(putRequestedFor(anyUrl()));
	}

	private Outcome ingest(String id, String content, String... properties) {
		return ingest(id, content.getBytes(StandardCharsets.UTF_8), List.of(properties));
	}

	private Outcome ingest(String id, byte[] content, List<String> properties) {
		Outcome[] outcome = new Outcome[1];
		run((context) -> outcome[0] = handle(context, id, content), properties);
		return outcome[0];
	}

	private static Outcome handle(ApplicationContext context, String id, byte[] content) throws Exception {
		return context.getBean(WorkHandler.class)
			.handle(new WorkItem("job", id, 1, "ingest", Map.of(), "", 7, ByteBuffer.wrap(content)));
	}

	private void run(ContextConsumer<? super AssertableApplicationContext> consumer, List<String> properties) {
		runner(properties).run(consumer);
	}

	private ApplicationContextRunner runner(List<String> properties) {
		return new ApplicationContextRunner().withInitializer(new ConfigDataApplicationContextInitializer())
			.withInitializer(
					(context) -> context.getEnvironment().setConversionService(new ApplicationConversionService()))
			.withConfiguration(AutoConfigurations.of(HttpClientAutoConfiguration.class,
					ImperativeHttpClientAutoConfiguration.class, RestClientAutoConfiguration.class,
					JacksonAutoConfiguration.class, CircuitBreakerAutoConfiguration.class,
					TimeLimiterAutoConfiguration.class, BulkheadAutoConfiguration.class))
			.withConfiguration(UserConfigurations.of(IngestConfiguration.class, Properties.class))
			.withBean(FakeTime.class, () -> this.time)
			.withPropertyValues("worker.gateway-url=" + gateway.baseUrl())
			.withPropertyValues(properties.toArray(String[]::new));
	}

	@EnableConfigurationProperties(IngestProperties.class)
	static class Properties {

	}

}
