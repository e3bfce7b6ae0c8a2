package dev.bootpatterns.worker.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import dev.bootpatterns.worker.Outcome;
import dev.bootpatterns.worker.OutputProperties;
import dev.bootpatterns.worker.Pause;
import dev.bootpatterns.worker.TestItems;
import dev.bootpatterns.worker.WorkItem;
import io.micrometer.core.instrument.Clock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.util.unit.DataSize;
import org.springframework.web.client.RestClient;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;

/** Against an HTTP server beside it. */
class HttpHandlerTests {

	private final AtomicInteger waits = new AtomicInteger();

	private final WireMockServer container = new WireMockServer(options().port(freePort()).bindAddress("127.0.0.1"));

	private static int freePort() {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new java.io.UncheckedIOException(ex);
		}
	}

	@BeforeEach
	void start() {
		this.container.start();
	}

	@AfterEach
	void stop() {
		this.container.stop();
	}

	@Test
	void item_isPosted_withAllThatIsKnownOfIt() throws Exception {
		answer(aResponse().withStatus(200));
		byte[] content = { 0, -1, 'a' };
		handler(Duration.ofSeconds(30))
			.handle(TestItems.item("dir/ä %41.txt", content, Map.of("a", List.of(1, "é\n"))));
		LoggedRequest request = requests().getFirst();
		assertThat(request.getBody()).isEqualTo(content);
		assertThat(List.of("X-Job", "X-Item", "X-Attempt", "X-Parameters", "X-Owner-Term", "Content-Type"))
			.map(request::getHeader)
			.containsExactly("17", "dir/%C3%A4%20%2541.txt", "2", "{\"a\":[1,\"\\u00E9\\n\"]}", "7",
					"application/octet-stream");
		assertThat(request.containsHeader("Upgrade")).as("no HTTP/2 upgrade").isFalse();
		assertThat(request.getUrl()).isEqualTo("/work");
	}

	@Test
	void success_isDone_andTheBodyIsTheOutput() throws Exception {
		answer(aResponse().withStatus(201).withBody(new byte[] { 1, 0, -1 }));
		assertThat(TestItems.output(handle())).containsExactly(1, 0, -1);
		answer(aResponse().withStatus(204));
		assertThat(handle()).isEqualTo(Outcome.done());
	}

	@Test
	void outputThatIsTooLarge_isRejected_withBothNumbers() throws Exception {
		answer(aResponse().withBody(new byte[1025]));
		assertThat(handle()).isEqualTo(Outcome.rejected("output of 1025 bytes, more than the limit of 1024"));
		answer(aResponse().withBody(new byte[1024]));
		assertThat(TestItems.output(handle())).hasSize(1024);
	}

	@Test
	void conflict_isStale() throws Exception {
		answer(aResponse().withStatus(409));
		assertThat(handle()).isEqualTo(Outcome.stale(url() + " answered 409 Conflict"));
	}

	@ParameterizedTest
	@CsvSource({ "408, Request Timeout", "425, Too Early", "429, Too Many Requests", "500, Internal Server Error",
			"503, Service Unavailable", "302, Found" })
	void trouble_isFailed_andNotTriedAgainHere(int status, String name) throws Exception {
		answer(aResponse().withStatus(status).withHeader("Retry-After", "1").withHeader("Location", "/elsewhere"));
		assertThat(handle()).isEqualTo(Outcome.failed("%s answered %d %s".formatted(url(), status, name)));
		assertThat(requests()).hasSize(1);
	}

	@Test
	void refusal_isRejected_withTheProblemsTitleAndDetail() throws Exception {
		answer(aResponse().withStatus(422)
			.withHeader("Content-Type", "application/problem+json")
			.withBody("{\"title\":\"No image\",\"detail\":\"it is a text\"}"));
		assertThat(handle()).isEqualTo(Outcome.rejected(url() + " answered 422 No image: it is a text"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "text/html", "application/problem+json" })
	void refusalWithoutAProblem_isRejected_withTheNameOfItsStatus(String type) throws Exception {
		answer(aResponse().withStatus(400).withHeader("Content-Type", type).withBody("<html>"));
		assertThat(handle()).isEqualTo(Outcome.rejected(url() + " answered 400 Bad Request"));
	}

	@Test
	void containerThatIsNotThereYet_isWaitedFor() throws Exception {
		this.container.stop();
		HttpHandler handler = handler(Duration.ofSeconds(60), (duration) -> {
			if (this.waits.incrementAndGet() == 3) {
				this.container.start();
				answer(aResponse().withBody("x"));
			}
		});
		assertThat(TestItems.text(handler.handle(item()))).isEqualTo("x");
		assertThat(this.waits).hasValue(3);
	}

	@Test
	void containerThatNeverComes_isFailed_atTheDeadline() throws Exception {
		this.container.stop();
		assertThat(handler(Duration.ofMillis(700)).handle(item()))
			.isEqualTo(Outcome.failed(url() + ": ConnectException"));
		assertThat(this.waits).hasPositiveValue();
	}

	@Test
	void containerThatBreaksOff_isFailed_andNotTriedAgainHere() throws Exception {
		answer(aResponse().withFault(Fault.EMPTY_RESPONSE));
		assertThat(handle()).isInstanceOf(Outcome.Failed.class);
		assertThat(this.waits).hasValue(0);
	}

	@Test
	void answerThatDoesNotCome_orDoesNotEnd_isFailed_atTheDeadline() throws Exception {
		Outcome late = Outcome.failed(url() + ": no answer within PT0.5S");
		answer(aResponse().withFixedDelay(30_000));
		assertThat(handler(Duration.ofMillis(500)).handle(item())).isEqualTo(late);
		answer(aResponse().withBody("slow").withChunkedDribbleDelay(4, 30_000));
		assertThat(handler(Duration.ofMillis(500)).handle(item())).isEqualTo(late);
	}

	private Outcome handle() throws Exception {
		return handler(Duration.ofSeconds(30)).handle(item());
	}

	private HttpHandler handler(Duration deadline) {
		return handler(deadline, (duration) -> this.waits.incrementAndGet());
	}

	private HttpHandler handler(Duration deadline, Pause pause) {
		return new HttpConfiguration().httpHandler(new HttpProperties(URI.create(url()), deadline),
				new OutputProperties(DataSize.ofKilobytes(1)), RestClient.builder(), JsonMapper.shared(), pause,
				Clock.SYSTEM);
	}

	private static WorkItem item() {
		return TestItems.item("a", "content");
	}

	private String url() {
		return "http://127.0.0.1:%d/work".formatted(this.container.getOptions().portNumber());
	}

	private void answer(ResponseDefinitionBuilder response) {
		this.container.stubFor(any(anyUrl()).willReturn(response));
	}

	private List<LoggedRequest> requests() {
		return this.container.findAll(postRequestedFor(anyUrl()));
	}

}
