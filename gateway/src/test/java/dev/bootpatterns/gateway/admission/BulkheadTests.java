package dev.bootpatterns.gateway.admission;

import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;

import dev.bootpatterns.gateway.FakeReplica;
import dev.bootpatterns.gateway.TestGateway;
import dev.bootpatterns.sharding.Topology;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Two places for requests about documents and searches. */
class BulkheadTests {

	private static TestGateway gateway;

	private static FakeReplica replica;

	@BeforeAll
	static void start() {
		gateway = new TestGateway(Topology.balanced(1), 1,
				"--resilience4j.bulkhead.instances.clients.max-concurrent-calls=2");
		replica = gateway.replica(0, 0);
	}

	@BeforeEach
	void renew() {
		gateway.renew();
	}

	@AfterAll
	static void stop() {
		gateway.close();
	}

	@Test
	void oneTooMany_isRefusedAtOnce_andNothingIsDone() throws Exception {
		replica.behave(replica.hang());
		try (Socket _ = gateway.begin("GET /documents/a"); Socket _ = gateway.begin("GET /search?q=a")) {
			await().until(() -> replica.requests().size() == 2);
			double before = refused();
			for (TestGateway.Answer answer : new TestGateway.Answer[] { gateway.get("/documents/b"),
					gateway.send("PUT", "/documents/b", BodyPublishers.ofString("{}")), gateway.get("/search?q=b"),
					gateway.get("/stats/terms?q=b") }) {
				assertThat(answer.status()).isEqualTo(503);
				assertThat(answer.header("Retry-After")).isEqualTo("1");
				assertThat(answer.detail()).isEqualTo("2 requests are in progress; nothing was done with this one");
			}
			assertThat(replica.requests()).hasSize(2);
			assertThat(refused() - before).isEqualTo(4);
			assertThat(gateway.get("/leader").status()).as("the way to the owners").isEqualTo(200);
			assertThat(gateway.get("/readyz").status()).isEqualTo(200);
		}
	}

	@Test
	void clientsThatGoAway_makeRoom() throws Exception {
		replica.behave(replica.hang());
		try (Socket _ = gateway.begin("GET /documents/a"); Socket _ = gateway.begin("GET /documents/b")) {
			await().until(() -> replica.requests().size() == 2);
			assertThat(gateway.get("/documents/c").status()).isEqualTo(503);
		}
		replica.behave(FakeReplica.json(200, "{}"));
		await().until(() -> gateway.get("/documents/c").status() == 200);
	}

	@Test
	void answers_makeRoom_whateverTheyAre() {
		replica.behave(FakeReplica.json(404, "{}"));
		for (int i = 0; i < 5; i++) {
			assertThat(gateway.get("/documents/a").status()).isEqualTo(404);
		}
		replica.behave(FakeReplica.json(200, "not JSON"));
		for (int i = 0; i < 5; i++) {
			assertThat(gateway.get("/search?q=a").detail()).doesNotContain("in progress");
		}
	}

	private static double refused() {
		return gateway.counter("gateway.bulkhead.refused");
	}

}
