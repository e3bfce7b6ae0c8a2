package dev.bootpatterns.topz;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * The whole sidecar over this process and a child of it.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "management.server.port=0", "topz.sample-interval=200ms" })
class TopzApplicationTests {

	private static final HttpClient HTTP = HttpClient.newHttpClient();

	private static Process child;

	@LocalServerPort
	private int port;

	@LocalManagementPort
	private int managementPort;

	@BeforeAll
	static void startChild() throws IOException {
		// Reads its input, which never comes: there until it is ended.
		child = new ProcessBuilder("cat", "-", "--", "password=secret").start();
	}

	@AfterAll
	static void endChild() {
		child.destroyForcibly();
	}

	@DynamicPropertySource
	static void root(DynamicPropertyRegistry registry) {
		registry.add("topz.root-pid", () -> ProcessHandle.current().pid());
	}

	@Test
	void text_showsThisProcessAndItsChild_withoutArguments() throws Exception {
		HttpResponse<String> response = get(this.port, "/topz", "*/*");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().firstValue("Content-Type")).hasValue("text/plain;charset=UTF-8");
		assertThat(response.body()).contains("host: ").contains("  cat\n".strip()).doesNotContain("secret");
		assertThat(response.body().lines().filter((line) -> line.strip().startsWith(child.pid() + " "))).singleElement()
			.asString()
			.endsWith(" cat");
	}

	@Test
	void json_hasRatesAlready_andABusyProcessIsSeenBusy() throws Exception {
		Thread busy = Thread.ofPlatform().daemon().start(() -> {
			while (!Thread.currentThread().isInterrupted()) {
				Thread.onSpinWait();
			}
		});
		try {
			org.awaitility.Awaitility.await().untilAsserted(() -> {
				JsonNode first = JsonMapper.shared()
					.readTree(get(this.port, "/topz?sort=cpu&limit=1", "application/json").body())
					.path("processes")
					.get(0);
				assertThat(first.path("pid").longValue()).isEqualTo(ProcessHandle.current().pid());
				assertThat(first.path("cpuRatio").doubleValue()).isGreaterThan(0.3);
			});
		}
		finally {
			busy.interrupt();
		}
	}

	@Test
	void probesAndMetrics_areThere() throws Exception {
		assertThat(get(this.port, "/livez", "*/*").statusCode()).isEqualTo(200);
		assertThat(get(this.port, "/readyz", "*/*").statusCode()).isEqualTo(200);
		get(this.port, "/topz", "*/*");
		assertThat(get(this.managementPort, "/actuator/prometheus", "*/*").body()).contains("topz_sample_seconds_count",
				"topz_processes", "topz_sample_failures_total");
	}

	@Test
	void settingThatMakesNoSense_isNamed() {
		assertThatException()
			.isThrownBy(() -> SpringApplication.run(TopzApplication.class, "--server.port=0",
					"--management.server.port=0", "--topz.max-wait=5s"))
			.satisfies((ex) -> assertThat(ex.getCause()).rootCause().hasMessageContaining("maxWait"));
	}

	private static HttpResponse<String> get(int port, String path, String accept)
			throws IOException, InterruptedException {
		return HTTP.send(
				HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)).header("Accept", accept).build(),
				BodyHandlers.ofString());
	}

}
