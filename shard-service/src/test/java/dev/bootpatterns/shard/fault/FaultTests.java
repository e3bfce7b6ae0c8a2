package dev.bootpatterns.shard.fault;

import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

import dev.bootpatterns.shard.TestClient;
import dev.bootpatterns.shard.TestClient.Answer;
import dev.bootpatterns.shard.TestSystem;
import dev.bootpatterns.sharding.Topology;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class FaultTests {

	private static final int NO_BROKER = 1;

	private static final String PATH = "/actuator/faults";

	private static TestSystem system;

	private static TestSystem.Replica replica;

	private static TestClient http;

	private static TestClient management;

	@BeforeAll
	static void start(@TempDir Path directory) throws Exception {
		system = new TestSystem(directory).topology(Topology.balanced(1));
		replica = system.replica("a", NO_BROKER, "--spring.profiles.active=demo");
		http = replica.http();
		management = replica.management();
		await().until(() -> http.get("/readyz").status() == 200);
	}

	@AfterAll
	static void stop() throws Exception {
		system.close();
	}

	@AfterEach
	void withdraw() {
		assertThat(management.delete(PATH).status()).isEqualTo(204);
	}

	@Test
	void faults_withoutTheProfile_areNotThere() {
		TestSystem.Replica plain = system.replica("b", NO_BROKER, "--management.endpoints.web.exposure.include=*",
				"--management.endpoints.access.default=unrestricted");
		assertThat(plain.management().get("/actuator/info").status()).isEqualTo(200);
		assertThat(plain.management().get(PATH).status()).isEqualTo(404);
		assertThat(post(plain.management(), "{\"abort\": 503, \"percent\": 100}").status()).isEqualTo(404);
		assertThat(plain.context().containsBean("faultInterceptor")).isFalse();
		assertThat(replica.context().containsBean("faultInterceptor")).isTrue();
	}

	@Test
	void faults_areNotAtTheServingPort() {
		assertThat(http.get(PATH).status()).isEqualTo(404);
	}

	@Test
	void fault_isTold_whileItIsThere() {
		assertThat(management.get(PATH).response().body()).isEqualTo("{\"percent\":0.0}");
		String fault = "{\"delay\":\"1500ms\",\"abort\":503,\"percent\":0.5}";
		assertThat(post(management, fault).response().body()).isEqualTo(fault);
		assertThat(management.get(PATH).response().body()).isEqualTo(fault);
		management.delete(PATH);
		assertThat(management.get(PATH).response().body()).isEqualTo("{\"percent\":0.0}");
	}

	@Test
	void abort_isAnsweredInsteadOfTheWork() {
		double before = injected("abort");
		inject("{\"abort\": 599, \"percent\": 100}");
		Answer answer = http.put("/documents/aborted", "t", "b");
		assertThat(answer.status()).isEqualTo(599);
		assertThat(answer.detail()).contains("/actuator/faults");
		assertThat(answer.header("X-Replica")).isEqualTo("a");
		assertThat(http.get("/search?q=b").status()).isEqualTo(599);
		assertThat(injected("abort") - before).isEqualTo(2);
		management.delete(PATH);
		assertThat(http.get("/documents/aborted").status()).isEqualTo(404);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/livez", "/readyz" })
	void probe_isNeverStruck(String probe) {
		inject("{\"abort\": 503, \"percent\": 100}");
		assertThat(http.get(probe).status()).isEqualTo(200);
		assertThat(management.get("/actuator/prometheus").response().body()).contains("faults_injected_total{");
	}

	@Test
	void delay_holdsTheRequestBeforeItsWork_untilItIsTakenAway() {
		double before = injected("delay");
		inject("{\"delay\": \"30s\", \"abort\": 503, \"percent\": 100}");
		CompletableFuture<Answer> held = CompletableFuture.supplyAsync(() -> http.put("/documents/held", "t", "b"));
		await().until(() -> injected("delay") == before + 1);
		assertThat(documents("held")).isZero();
		management.delete(PATH);
		assertThat(held.join().status()).as("it is not aborted any more").isEqualTo(201);
		assertThat(documents("held")).isEqualTo(1);
	}

	@Test
	void delay_thatIsOver_letsTheWorkBegin() {
		double before = injected("delay");
		inject("{\"delay\": \"1ms\", \"percent\": 100}");
		assertThat(http.put("/documents/delayed", "t", "b").status()).isEqualTo(201);
		assertThat(injected("delay")).isEqualTo(before + 1);
	}

	@Test
	void delayAndAbort_bothCome() {
		double before = injected("delay");
		inject("{\"delay\": \"1ms\", \"abort\": 400, \"percent\": 100}");
		assertThat(http.get("/search?q=b").status()).isEqualTo(400);
		assertThat(injected("delay")).isEqualTo(before + 1);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			{"abort": 503, "precent": 5}   | 'percent' must be a number from 0 to 100
			{"delay": "31s", "percent": 5} | 'delay' must be a duration from 0s to 30s, such as 500ms
			{"delay": {}, "percent": 5}    | The field 'delay' is unknown or has the wrong type at line 1, column 11
			{"delay                        | The body is not well-formed JSON at line 1, column 8
			""")
	void fault_thatIsNotAsItMustBe_isRefused_andTheOneBeforeStays(String json, String detail) {
		inject("{\"abort\": 500, \"percent\": 0}");
		Answer answer = post(management, json);
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.detail()).isEqualTo(detail);
		assertThat(management.get(PATH).json().path("abort").asInt()).isEqualTo(500);
	}

	private static void inject(String json) {
		assertThat(post(management, json).status()).isEqualTo(200);
	}

	private static Answer post(TestClient client, String json) {
		return client.send("POST", PATH, BodyPublishers.ofString(json));
	}

	private static double injected(String kind) {
		return replica.counter("faults.injected", "kind", kind);
	}

	private static long documents(String id) {
		return system.jdbc()
			.sql("select count(*) from documents.document where id = ?")
			.param(id)
			.query(Long.class)
			.single();
	}

}
