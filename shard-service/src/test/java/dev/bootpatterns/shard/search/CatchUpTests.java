package dev.bootpatterns.shard.search;

import java.nio.file.Path;
import java.time.Duration;

import dev.bootpatterns.broker.EmbeddedBroker;
import dev.bootpatterns.shard.TestClient;
import dev.bootpatterns.shard.TestSystem;
import dev.bootpatterns.shard.topology.LoadedSlots;
import dev.bootpatterns.sharding.Slots;
import dev.bootpatterns.sharding.Topology;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** How a replica's index follows the system of record, whatever fails. */
@ExtendWith(OutputCaptureExtension.class)
class CatchUpTests {

	private static final int NO_BROKER = 1;

	private static final String NEVER = "--shard.catch-up-period=1h";

	private TestSystem system;

	@BeforeEach
	void start(@TempDir Path directory) throws Exception {
		this.system = new TestSystem(directory);
	}

	@AfterEach
	void stop() throws Exception {
		this.system.close();
	}

	@Test
	void replica_isNotReadyBeforeItKnowsItsSlots() {
		TestSystem.Replica replica = this.system.replica("a", NO_BROKER);
		TestClient http = replica.http();
		assertThat(http.get("/readyz").status()).isEqualTo(503);
		assertThat(metrics(replica)).contains("shard_caught_up{application=\"shard-service\",shard=\"0\"} 0.0",
				"shard_topology_shards{application=\"shard-service\"} 0.0");
		assertThat(http.get("/documents/x").status()).isEqualTo(421);
		this.system.topology(Topology.balanced(1));
		await().until(() -> http.get("/readyz").status() == 200);
		assertThat(metrics(replica)).contains("shard_caught_up{application=\"shard-service\",shard=\"0\"} 1.0",
				"shard_topology_shards{application=\"shard-service\"} 1.0");
	}

	private static String metrics(TestSystem.Replica replica) {
		return replica.management().get("/actuator/prometheus").response().body();
	}

	/** A router that finds no replica ready asks those that are not. */
	@Test
	void replicaThatIsNotReady_givesNoPartForTheWhole() throws Exception {
		this.system.topology(Topology.balanced(1));
		TestClient first = ready(this.system.replica("a", NO_BROKER));
		first.put("/documents/x", "t", "everywhere");
		this.system.jdbc().sql("alter table documents.document rename to hidden").update();
		TestClient second = this.system.replica("b", NO_BROKER).http();
		await().until(() -> second.get("/livez").header("X-Shard-Epoch").equals("1"));
		assertThat(second.get("/search?q=everywhere").status()).isEqualTo(503);
		this.system.jdbc().sql("alter table documents.hidden rename to document").update();
		await().atMost(Duration.ofSeconds(20)).until(() -> second.get("/search?q=everywhere").status() == 200);
		assertThat(second.find("everywhere")).containsExactly("x");
	}

	@Test
	void newReplica_hasEverythingBeforeItIsReady() {
		this.system.topology(Topology.balanced(1));
		TestClient first = ready(this.system.replica("a", NO_BROKER));
		for (int i = 0; i < 100; i++) {
			first.put("/documents/" + i, "t", "everywhere");
		}
		first.delete("/documents/0");
		TestClient second = ready(this.system.replica("b", NO_BROKER, NEVER));
		assertThat(second.get("/search?q=everywhere").json().path("total").asInt()).isEqualTo(99);
	}

	@Test
	void event_bringsTheOtherReplicaUpToDate_withoutThePeriodicCatchUp() {
		try (EmbeddedBroker broker = EmbeddedBroker.onFreePort()) {
			this.system.topology(Topology.balanced(1));
			TestClient first = ready(this.system.replica("a", broker.port(), NEVER));
			TestSystem.Replica second = this.system.replica("b", broker.port(), NEVER);
			ready(second);
			first.put("/documents/x", "t", "announced");
			await().until(() -> !second.http().find("announced").isEmpty());
			first.put("/documents/x", "t", "again");
			await().until(() -> second.http().find("announced").isEmpty());
			assertThat(second.counter("shard.index.repaired")).isZero();
		}
	}

	@Test
	void lostEvent_isRepairedByThePeriodicCatchUp_andCounted() {
		this.system.topology(Topology.balanced(1));
		TestClient first = ready(this.system.replica("a", NO_BROKER));
		TestSystem.Replica second = this.system.replica("b", NO_BROKER, "--shard.catch-up-period=100ms");
		ready(second);
		first.put("/documents/x", "t", "unannounced");
		await().until(() -> !second.http().find("unannounced").isEmpty());
		await().untilAsserted(() -> assertThat(second.counter("shard.index.repaired")).isEqualTo(1));
	}

	@Test
	void brokerThatComesBack_carriesEventsAgain() {
		try (EmbeddedBroker broker = EmbeddedBroker.onFreePort()) {
			this.system.topology(Topology.balanced(1));
			TestClient first = ready(this.system.replica("a", broker.port(), NEVER));
			TestClient second = ready(this.system.replica("b", broker.port(), NEVER));
			broker.restart();
			await().atMost(Duration.ofSeconds(20)).until(() -> {
				first.put("/documents/x", "t", "returned " + System.nanoTime());
				return !second.find("returned").isEmpty();
			});
		}
	}

	@Test
	void newTopology_movesSlotsInAndOut() {
		String own = "a";
		String others = "b";
		int boundary = (Slots.of(own) + Slots.of(others)) / 2;
		this.system.topology(Topology.balanced(1));
		TestClient http = ready(this.system.replica("a", NO_BROKER, NEVER));
		http.put("/documents/" + own, "t", "twofold");
		http.put("/documents/" + others, "t", "twofold");
		await().until(() -> http.find("twofold").size() == 2);
		boolean first = Slots.of(own) <= boundary;
		String low = "0-" + boundary;
		String high = (boundary + 1) + "-1023";
		this.system.topology(TestSystem.topology(2, first ? low : high, first ? high : low));
		await().until(() -> http.find("twofold").size() == 1);
		TestClient.Answer refused = http.get("/documents/" + others);
		assertThat(refused.status()).isEqualTo(421);
		assertThat(refused.header("X-Shard-Epoch")).isEqualTo("2");
		assertThat(http.get("/documents/" + own).status()).isEqualTo(200);
		this.system.topology(TestSystem.topology(3, "0-1023"));
		await().until(() -> http.find("twofold").size() == 2);
	}

	@Test
	void slotsThatMovedAway_whileNothingCouldBeRead_areFoundNoMore(CapturedOutput log) {
		String own = "b";
		String others = "a";
		assertThat(Slots.of(own)).isLessThan(512);
		assertThat(Slots.of(others)).isGreaterThanOrEqualTo(512);
		this.system.topology(Topology.balanced(1));
		TestSystem.Replica replica = this.system.replica("a", NO_BROKER, NEVER);
		TestClient http = ready(replica);
		http.put("/documents/" + own, "t", "twofold");
		http.put("/documents/" + others, "t", "twofold");
		await().until(() -> http.find("twofold").size() == 2);
		this.system.breakDocument("broken", Slots.of(own));
		this.system.topology(TestSystem.topology(2, "0-511", "512-1023"));
		await().until(() -> log.getOut().contains("could not be brought up to date"));
		this.system.removeDocument("broken");
		await().until(() -> replica.context().getBean(LoadedSlots.class).loaded().size() == 512);
		assertThat(http.find("twofold")).containsExactly(own);
	}

	@Test
	void databaseGone_searchGoesOn_theRestSaysSo() throws Exception {
		this.system.topology(Topology.balanced(1));
		TestClient http = ready(this.system.replica("a", NO_BROKER));
		http.put("/documents/x", "t", "kept");
		await().until(() -> !http.find("kept").isEmpty());
		this.system.stopDatabase();
		TestClient.Answer refused = http.put("/documents/y", "t", "b");
		assertThat(refused.status()).isEqualTo(503);
		assertThat(refused.header("Retry-After")).isEqualTo("1");
		assertThat(http.get("/documents/x").status()).isEqualTo(503);
		assertThat(http.find("kept")).containsExactly("x");
		assertThat(http.get("/readyz").status()).isEqualTo(200);
	}

	/**
	 * As a full disk leaves it: once it could not be written, Lucene closes it for good.
	 */
	@Test
	void indexThatBroke_isBuiltAnew() throws Exception {
		this.system.topology(Topology.balanced(1));
		TestClient http = ready(this.system.replica("a", NO_BROKER));
		http.put("/documents/x", "t", "everywhere");
		await().until(() -> http.find("everywhere").size() == 1);
		FileSystemUtils.deleteRecursively(this.system.indexDirectory("a"));
		http.put("/documents/y", "t", "everywhere");
		await().until(() -> http.find("everywhere").size() == 2);
		assertThat(http.get("/readyz").status()).isEqualTo(200);
	}

	/** As when a merge, or a commit, could not be written: no change has failed. */
	@Test
	void indexThatBrokeMeanwhile_isBuiltAnew_whole() throws Exception {
		this.system.topology(Topology.balanced(1));
		TestSystem.Replica replica = this.system.replica("a", NO_BROKER, NEVER);
		TestClient http = ready(replica);
		http.put("/documents/x", "t", "everywhere");
		await().until(() -> http.find("everywhere").size() == 1);
		replica.context().getBean(SlotIndex.class).destroy();
		http.put("/documents/y", "t", "everywhere");
		await().ignoreExceptions().until(() -> http.find("everywhere").size() == 2);
		assertThat(http.get("/readyz").status()).isEqualTo(200);
	}

	private static TestClient ready(TestSystem.Replica replica) {
		await().atMost(Duration.ofSeconds(20)).until(() -> replica.http().get("/readyz").status() == 200);
		return replica.http();
	}

}
