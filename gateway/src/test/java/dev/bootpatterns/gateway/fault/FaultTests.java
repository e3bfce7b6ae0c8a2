package dev.bootpatterns.gateway.fault;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.bootpatterns.fault.Fault;
import dev.bootpatterns.fault.Faults;
import dev.bootpatterns.gateway.TestGateway;
import dev.bootpatterns.gateway.TestGateway.Answer;
import dev.bootpatterns.sharding.Topology;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.server.ServerWebExchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class FaultTests {

	private static final String PATH = "/actuator/faults";

	private static TestGateway gateway;

	private static TestGateway plain;

	@BeforeAll
	static void start() {
		gateway = new TestGateway(Topology.balanced(1), 1, "--spring.profiles.active=demo");
		plain = TestGateway.alone("--management.endpoints.web.exposure.include=*",
				"--management.endpoints.access.default=unrestricted");
	}

	@AfterAll
	static void stop() {
		// Together: one that closes takes Netty's threads from the other.
		plain.close();
		gateway.close();
	}

	@BeforeEach
	void renew() {
		assertThat(gateway.management("DELETE", PATH, "").status()).isEqualTo(204);
		gateway.renew();
	}

	@Test
	void faults_withoutTheProfile_areNotThere() {
		assertThat(plain.management("GET", "/actuator/info", "").status()).isEqualTo(200);
		assertThat(plain.management("GET", PATH, "").status()).isEqualTo(404);
		assertThat(plain.management("POST", PATH, "{\"abort\": 503, \"percent\": 100}").status()).isEqualTo(404);
		assertThat(plain.hasBean("faultFilter")).isFalse();
		assertThat(gateway.hasBean("faultFilter")).isTrue();
	}

	@Test
	void faults_areNotAtTheServingPort() {
		assertThat(gateway.get(PATH).status()).isEqualTo(404);
	}

	@Test
	void fault_isTold_whileItIsThere() {
		assertThat(gateway.management("GET", PATH, "").response().body()).isEqualTo("{\"percent\":0.0}");
		String fault = "{\"delay\":\"1500ms\",\"abort\":503,\"percent\":0.5}";
		assertThat(gateway.management("POST", PATH, fault).response().body()).isEqualTo(fault);
		assertThat(gateway.management("GET", PATH, "").response().body()).isEqualTo(fault);
		gateway.management("DELETE", PATH, "");
		assertThat(gateway.management("GET", PATH, "").response().body()).isEqualTo("{\"percent\":0.0}");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/documents/a", "/search?q=a", "/topology" })
	void abort_isAnsweredInsteadOfTheWork(String path) {
		double before = injected("abort");
		inject("{\"abort\": 599, \"percent\": 100}");
		Answer answer = gateway.get(path);
		assertThat(answer.status()).isEqualTo(599);
		assertThat(answer.detail()).contains("/actuator/faults");
		assertThat(gateway.requests(0)).isEmpty();
		assertThat(injected("abort")).isEqualTo(before + 1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/livez", "/readyz" })
	void probe_isNeverStruck(String probe) {
		inject("{\"abort\": 503, \"percent\": 100}");
		assertThat(gateway.get(probe).status()).isEqualTo(200);
		assertThat(gateway.management("GET", "/actuator/prometheus", "").response().body())
			.contains("faults_injected_total{");
	}

	@Test
	void delay_holdsTheRequestAtTheEntrance_untilItIsTakenAway() {
		double before = injected("delay");
		inject("{\"delay\": \"30s\", \"abort\": 503, \"percent\": 100}");
		CompletableFuture<Answer> held = CompletableFuture.supplyAsync(() -> gateway.get("/documents/held"));
		await().until(() -> injected("delay") == before + 1);
		assertThat(gateway.requests(0)).isEmpty();
		gateway.management("DELETE", PATH, "");
		assertThat(held.join().status()).as("it is not aborted any more").isEqualTo(200);
		assertThat(gateway.requests(0)).containsExactly("GET /documents/held");
	}

	@Test
	void delay_thatIsOver_letsTheRequestPass() {
		double before = injected("delay");
		inject("{\"delay\": \"1ms\", \"percent\": 100}");
		assertThat(gateway.get("/documents/delayed").status()).isEqualTo(200);
		assertThat(injected("delay")).isEqualTo(before + 1);
	}

	@Test
	void delayAndAbort_bothCome() {
		double before = injected("delay");
		inject("{\"delay\": \"1ms\", \"abort\": 400, \"percent\": 100}");
		assertThat(gateway.get("/documents/a").status()).isEqualTo(400);
		assertThat(injected("delay")).isEqualTo(before + 1);
	}

	@Test
	void request_whoseClientHangsUpWhileItIsHeld_reachesNoReplica() throws IOException {
		double before = injected("delay");
		inject("{\"delay\": \"30s\", \"percent\": 100}");
		try (Socket client = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
			client.getOutputStream()
				.write("GET /documents/gone HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
			await().until(() -> injected("delay") == before + 1);
		}
		await().until(() -> gateway.timed("http.server.requests", "status", "UNKNOWN") == 1);
		gateway.management("DELETE", PATH, "");
		assertThat(gateway.get("/documents/there").status()).isEqualTo(200);
		assertThat(gateway.requests(0)).containsExactly("GET /documents/there");
	}

	@Test
	void request_thatIsCancelledWhileItIsHeld_doesNotGoOn() {
		Faults faults = new Faults(() -> 0, new SimpleMeterRegistry());
		faults.replace(Fault.of("30s", null, "100"));
		List<String> passed = new CopyOnWriteArrayList<>();
		Disposable gone = filter(faults, "/gone", passed);
		filter(faults, "/waits", passed);
		gone.dispose();
		assertThat(passed).isEmpty();
		faults.replace(Fault.NONE);
		await().until(() -> !passed.isEmpty());
		assertThat(passed).containsExactly("/waits");
	}

	private static Disposable filter(Faults faults, String path, List<String> passed) {
		ServerWebExchange exchange = MockServerWebExchange.from(MockServerHttpRequest.get(path));
		return new FaultFilter(faults)
			.filter(exchange, (passing) -> Mono.fromRunnable(() -> passed.add(passing.getRequest().getPath().value())))
			.subscribe();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			{"abort": 503, "precent": 5}   | 'percent' must be a number from 0 to 100
			{"delay": "31s", "percent": 5} | 'delay' must be a duration from 0s to 30s, such as 500ms
			{"delay": {}, "percent": 5}    | The field 'delay' has the wrong type
			{"delay                        | The body is not well-formed JSON
			""")
	void fault_thatIsNotAsItMustBe_isRefused_andTheOneBeforeStays(String json, String detail) {
		inject("{\"abort\": 500, \"percent\": 0}");
		Answer answer = gateway.management("POST", PATH, json);
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.detail()).isEqualTo(detail);
		assertThat(gateway.management("GET", PATH, "").json().path("abort").asInt()).isEqualTo(500);
	}

	private static void inject(String json) {
		assertThat(gateway.management("POST", PATH, json).status()).isEqualTo(200);
	}

	private static double injected(String kind) {
		return gateway.counter("faults.injected", "kind", kind);
	}

}
