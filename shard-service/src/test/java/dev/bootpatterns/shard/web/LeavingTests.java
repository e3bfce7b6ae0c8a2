package dev.bootpatterns.shard.web;

import java.nio.file.Path;

import dev.bootpatterns.shard.TestClient;
import dev.bootpatterns.shard.TestSystem;
import dev.bootpatterns.sharding.Topology;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class LeavingTests {

	private static final int NO_BROKER = 1;

	@Test
	void replicaThatLeaves_isNotReady_andServesOnUntilRoutersKnow(@TempDir Path directory) throws Exception {
		try (TestSystem system = new TestSystem(directory).topology(Topology.balanced(1))) {
			TestSystem.Replica replica = system.replica("a", NO_BROKER, "--shard.leave-delay=1h");
			TestClient http = replica.http();
			await().until(() -> http.get("/readyz").status() == 200);
			Thread leaving = Thread.ofVirtual().start(replica::stop);
			await().until(() -> http.get("/readyz").status() == 503);
			for (int i = 0; i < 20; i++) {
				assertThat(http.put("/documents/" + i, "t", "leaving").status()).isEqualTo(201);
			}
			// The index is still followed.
			await().until(() -> http.get("/search?q=leaving").json().path("total").asInt() == 20);
			assertThat(http.get("/livez").status()).isEqualTo(200);
			leaving.interrupt();
			leaving.join();
		}
	}

}
