package dev.bootpatterns.gateway.scatter;

import dev.bootpatterns.gateway.FakeReplica;
import dev.bootpatterns.gateway.TestGateway;
import dev.bootpatterns.sharding.Topology;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class TiedRequestsTests {

	private static TestGateway gateway;

	@BeforeAll
	static void start() {
		gateway = new TestGateway(Topology.balanced(1), 2, "--gateway.hedging.mode=tied");
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
	void bothReplicas_getACopy_thatNamesTheOther_andOneThatWasCancelledIsNotIll() {
		FakeReplica a = gateway.replica(0, 0);
		FakeReplica b = gateway.replica(0, 1);
		a.behave(FakeReplica.json(499, ""));
		b.behave(FakeReplica.json(200, "{\"total\":1,\"hits\":[]}"));
		for (int i = 0; i < 20; i++) {
			assertThat(gateway.get("/search?q=x").header("X-Replica")).isEqualTo("b");
		}
		assertThat(gateway.openBreakers()).isEmpty();
	}

	@Test
	void copies_nameEachOther() {
		FakeReplica a = gateway.replica(0, 0);
		FakeReplica b = gateway.replica(0, 1);
		a.behave(a.hang());
		b.behave(b.hang());
		gateway.get("/search?q=x", "X-Deadline-Ms", "300");
		assertThat(a.lastHeaders().getFirst("X-Tied-To")).isEqualTo("b/" + b.lastHeaders().getFirst("X-Search-Id"));
		assertThat(b.lastHeaders().getFirst("X-Tied-To")).isEqualTo("a/" + a.lastHeaders().getFirst("X-Search-Id"));
		assertThat(a.requests()).hasSize(1);
		assertThat(b.requests()).hasSize(1);
	}

}
