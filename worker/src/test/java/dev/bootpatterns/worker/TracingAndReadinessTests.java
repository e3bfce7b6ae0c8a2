package dev.bootpatterns.worker;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import org.springframework.core.env.Environment;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.putRequestedFor;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What others see of a worker: its traces, its metrics, whether it is ready.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TracingAndReadinessTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	private final WireMockServer gateway = new WireMockServer(options().dynamicPort().bindAddress("127.0.0.1"));

	private final HttpClient http = HttpClient.newHttpClient();

	private TestBroker broker;

	@BeforeAll
	void start() throws Exception {
		this.broker = new EmbeddedTestBroker();
		this.gateway.start();
		this.gateway.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(201)));
	}

	@AfterAll
	void stop() {
		this.gateway.stop();
		this.broker.close();
		this.http.close();
	}

	@Test
	void trace_goesFromTheItemThroughTheGatewayIntoTheResult() throws Exception {
		String trace = "0af7651916cd43dd8448eb211c80319c";
		try (RunningWorker worker = new RunningWorker(this.broker.port(), new TestHandler((_, _) -> Outcome.done()),
				"worker.gateway-url=" + this.gateway.baseUrl()); FakeOwner owner = new FakeOwner(this.broker.port())) {
			owner.listen();
			Map<String, Object> headers = FakeOwner.headers("traced", "a b/c.java", "ingest");
			headers.put("traceparent", "00-%s-b7ad6b7169203331-01".formatted(trace));
			owner.send(headers, "class C {}");
			await().atMost(SOON).until(() -> owner.results("traced").size() == 1);

			LoggedRequest put = this.gateway.findAll(putRequestedFor(anyUrl())).getFirst();
			assertThat(put.getUrl()).isEqualTo("/documents/a%20b/c.java");
			assertThat(put.getHeader("traceparent")).startsWith("00-" + trace);
			FakeOwner.Result result = owner.results("traced").getFirst();
			assertThat(result.outcome()).isEqualTo("DONE");
			assertThat(result.header("traceparent")).startsWith("00-" + trace);
			MeterRegistry meters = worker.bean(MeterRegistry.class);
			assertThat(meters.get("work.handling").tags("handler", "ingest", "outcome", "done").timer().count())
				.isEqualTo(1);
			assertThat(meters.get("http.client.requests").tag("uri", "/documents/{id}").timer().count()).isEqualTo(1);
			assertThat(meters.get("resilience4j.circuitbreaker.calls")
				.tags("name", "gateway", "kind", "successful")
				.timer()
				.count()).isEqualTo(1);
		}
	}

	@Test
	void ready_isConsuming() throws Exception {
		try (Link link = new Link(this.broker.port());
				RunningWorker worker = new RunningWorker(link.port(), new TestHandler((_, _) -> Outcome.done()),
						"spring.main.web-application-type=servlet", "server.port=0", "management.server.port=0")) {
			String url = "http://127.0.0.1:" + worker.bean(Environment.class).getProperty("local.server.port");
			await().atMost(SOON).until(() -> status(url + "/readyz") == 200);
			link.sever();
			await().atMost(SOON).until(() -> status(url + "/readyz") == 503);
			assertThat(status(url + "/livez")).isEqualTo(200);
		}
	}

	private int status(String url) throws Exception {
		return this.http
			.send(HttpRequest.newBuilder(URI.create(url)).timeout(SOON).build(), HttpResponse.BodyHandlers.discarding())
			.statusCode();
	}

}
