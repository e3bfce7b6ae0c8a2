package dev.bootpatterns.gateway.replicas;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;

import dev.bootpatterns.gateway.FakeReplica;
import dev.bootpatterns.gateway.TestGateway;
import dev.bootpatterns.sharding.Topology;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The way to the owners. */
class LoadBalanceTests {

	private static TestGateway gateway;

	@BeforeAll
	static void start() {
		gateway = new TestGateway(Topology.balanced(1), 1, "--gateway.probe-timeout=300ms");
	}

	@BeforeEach
	void renew() {
		gateway.renew();
		gateway.owner(0).requests().clear();
		gateway.owner(1).requests().clear();
	}

	@AfterAll
	static void stop() {
		gateway.close();
	}

	@Test
	void deadOwner_isReplaced_forAnyRequest() {
		gateway.owner(0).close();
		for (int i = 0; i < 4; i++) {
			assertThat(gateway.send("POST", "/jobs", BodyPublishers.ofString("{}")).status()).isEqualTo(200);
			assertThat(gateway.get("/leader").status()).isEqualTo(200);
		}
	}

	@Test
	void probesWithoutAnswer_makeAReplicaUnready_atTheThird() {
		gateway.owner(0).silent();
		await().until(() -> gateway.gauge("gateway.replicas.unready") == 1);
		assertThat(gateway.owner(0).probes()).isGreaterThanOrEqualTo(3);
	}

	@Test
	void ownerThatFails_isReplaced_butAPostIsNotRepeated() {
		gateway.owner(0).behave(FakeReplica.reset());
		gateway.owner(1).behave(FakeReplica.reset());
		assertThat(gateway.get("/jobs/1").status()).isEqualTo(503);
		assertThat(gateway.owner(0).requests()).hasSize(1);
		assertThat(gateway.owner(1).requests()).hasSize(1);
		assertThat(gateway.send("POST", "/jobs", BodyPublishers.ofString("{}")).status()).isEqualTo(503);
		assertThat(gateway.owner(0).requests().size() + gateway.owner(1).requests().size()).isEqualTo(3);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/jobs/1/events", "/locks/a/events" })
	void events_comeAsTheyHappen(String path) throws Exception {
		CountDownLatch seen = new CountDownLatch(1);
		FakeReplica.Behaviour stream = (exchange) -> {
			exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
			exchange.sendResponseHeaders(200, 0);
			exchange.getResponseBody().write("data: first\n\n".getBytes(StandardCharsets.UTF_8));
			exchange.getResponseBody().flush();
			try {
				seen.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			exchange.getResponseBody().write("data: second\n\n".getBytes(StandardCharsets.UTF_8));
		};
		gateway.owner(0).behave(stream);
		gateway.owner(1).behave(stream);
		URI events = URI.create("http://127.0.0.1:" + gateway.port() + path);
		try (HttpClient http = HttpClient.newHttpClient();
				BufferedReader lines = new BufferedReader(new InputStreamReader(
						http.send(HttpRequest.newBuilder(events).build(), BodyHandlers.ofInputStream()).body(),
						StandardCharsets.UTF_8))) {
			assertThat(lines.readLine()).isEqualTo("data: first");
			seen.countDown();
			assertThat(lines.lines()).contains("data: second");
		}
	}

}
