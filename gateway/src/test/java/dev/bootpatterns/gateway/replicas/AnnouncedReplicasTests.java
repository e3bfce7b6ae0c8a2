package dev.bootpatterns.gateway.replicas;

import dev.bootpatterns.gateway.FakeReplica;
import dev.bootpatterns.gateway.TestGateway;
import dev.bootpatterns.sharding.Topology;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Replicas that no configuration lists: an owner tells of those that announced
 * themselves.
 */
class AnnouncedReplicasTests {

	private static final int OWNERS = 2;

	private static TestGateway gateway;

	@BeforeAll
	static void start() {
		gateway = new TestGateway(Topology.balanced(1), 0, "--gateway.zone=east", "--gateway.cross-zone-cost=100000");
	}

	@AfterAll
	static void stop() {
		gateway.close();
	}

	@Test
	void replicas_areThoseThatWereAnnounced_andTheOwnZoneIsPreferred() {
		try (FakeReplica near = new FakeReplica(FakeReplica.json(200, "{}"));
				FakeReplica far = new FakeReplica(FakeReplica.json(200, "{}"));
				FakeReplica somewhere = new FakeReplica(FakeReplica.json(200, "{}"))) {
			String west = "{\"shard\":0,\"replica\":\"a\",\"uri\":\"%s\",\"zone\":\"west\"}".formatted(far.uri());
			String nowhere = "{\"shard\":0,\"replica\":\"b\",\"uri\":\"%s\"}".formatted(somewhere.uri());
			String east = "{\"shard\":0,\"replica\":\"c\",\"uri\":\"%s\",\"zone\":\"east\"}".formatted(near.uri());
			announce("[%s,%s,%s]".formatted(west, nowhere, east));
			await().until(() -> gateway.gauge("gateway.replicas.ready") == OWNERS + 3);
			for (int i = 0; i < 30; i++) {
				assertThat(gateway.get("/documents/key").status()).isEqualTo(200);
			}
			// One that was never asked may be tried out, wherever it is.
			assertThat(near.requests()).hasSizeGreaterThan(25);
		}
	}

	private static void announce(String replicas) {
		for (int owner = 0; owner < OWNERS; owner++) {
			FakeReplica.Behaviour topology = gateway.owner(owner).behaviour();
			gateway.owner(owner)
				.behave((exchange) -> (exchange.getRequestURI().getPath().equals("/topology/replicas")
						? FakeReplica.json(200, replicas) : topology)
					.answer(exchange));
		}
	}

}
