package dev.bootpatterns.gateway.scatter;

import java.util.concurrent.atomic.AtomicBoolean;

import dev.bootpatterns.gateway.FakeReplica;
import dev.bootpatterns.gateway.TestGateway;
import dev.bootpatterns.sharding.Topology;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/** What is known of how long leaves take is of requests of one kind. */
class LeafKindsTests {

	private static final int CALLS = 120;

	/** Long after what a fake replica takes, and long before the deadline. */
	private static final String INITIAL_DELAY = "--gateway.hedging.initial-delay=1500ms";

	private static TestGateway gateway;

	@BeforeAll
	static void start() {
		gateway = new TestGateway(Topology.balanced(1), 2, INITIAL_DELAY, "--gateway.hedging.min-delay=100ms");
	}

	@BeforeEach
	void renew() {
		gateway.renew();
		for (int replica = 0; replica < 2; replica++) {
			gateway.replica(0, replica).behave(FakeReplica.json(200, "{\"total\":1,\"hits\":[]}"));
		}
	}

	@AfterAll
	static void stop() {
		gateway.close();
	}

	/** Of searches nothing is known yet, however much of counts is. */
	@Test
	void leafThatIsLate_isSoByTheTimesOfItsOwnKind_andOnlySearchesArePredicted() {
		for (int i = 0; i < CALLS; i++) {
			gateway.get("/stats/terms?q=x");
		}
		TestGateway.Answer prediction = gateway.get("/topology/fanout");
		assertThat(prediction.status()).isEqualTo(503);
		assertThat(prediction.detail()).contains("search something first");
		assertThat(hedgedAfter("/search?q=x&explain=timing")).isGreaterThanOrEqualTo(1500);
		assertThat(hedgedAfter("/stats/terms?q=x&explain=timing")).isLessThan(1500);
	}

	/** How long the first replica was waited for, which says nothing. */
	private static double hedgedAfter(String path) {
		AtomicBoolean asked = new AtomicBoolean();
		for (int replica = 0; replica < 2; replica++) {
			FakeReplica.Behaviour hang = gateway.replica(0, replica).hang();
			gateway.replica(0, replica)
				.behave((exchange) -> (asked.compareAndSet(false, true) ? hang
						: FakeReplica.json(200, "{\"total\":1,\"hits\":[]}"))
					.answer(exchange));
		}
		JsonNode attempts = gateway.get(path, "X-Deadline-Ms", "20000")
			.json()
			.path("timing")
			.path("leaves")
			.path(0)
			.path("attempts");
		assertThat(attempts.path(1).path("reason").asString()).as(attempts.toString()).isEqualTo("hedge");
		return attempts.path(1).path("startMs").asDouble() - attempts.path(0).path("startMs").asDouble();
	}

}
