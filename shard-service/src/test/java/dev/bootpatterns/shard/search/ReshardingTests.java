package dev.bootpatterns.shard.search;

import java.nio.file.Path;
import java.util.List;

import dev.bootpatterns.shard.TestClient;
import dev.bootpatterns.shard.TestSystem;
import dev.bootpatterns.sharding.Slots;
import dev.bootpatterns.sharding.Topology;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A replica of shard 0 while slots come and go: {@code kept} stays its own, {@code moved}
 * comes or goes.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReshardingTests {

	private static final String KEPT = "a";

	private static final String MOVED = "b";

	private static final int NO_BROKER = 1;

	private TestSystem system;

	private TestSystem.Replica replica;

	private TestClient http;

	/** Epochs go on from test to test. */
	private long epoch;

	@BeforeAll
	void start(@TempDir Path directory) throws Exception {
		this.system = new TestSystem(directory);
		this.system.topology(whole());
		this.replica = this.system.replica("a", NO_BROKER);
		this.http = this.replica.http();
		await().until(() -> this.http.get("/readyz").status() == 200);
		this.http.put("/documents/" + KEPT, "t", "twofold");
		this.http.put("/documents/" + MOVED, "t", "twofold");
		await().until(() -> this.http.find("twofold").size() == 2);
	}

	@AfterAll
	void stop() throws Exception {
		this.system.close();
	}

	@BeforeEach
	void endOfChange() {
		this.system.changeEnded();
	}

	/** All slots are shard 0's. */
	private Topology whole() {
		return TestSystem.topology(++this.epoch, "0-1023");
	}

	/** All but the slot of {@code moved} are. */
	private Topology without() {
		int slot = Slots.of(MOVED);
		return TestSystem.topology(++this.epoch, "0-%d,%d-1023".formatted(slot - 1, slot + 1), Integer.toString(slot));
	}

	@Test
	void slotThatComes_isLoadedAndAnnounced_beforeItIsServed() {
		Topology before = without();
		this.system.topology(before);
		await().until(() -> this.replica.gauge("shard.index.documents") == 1 && epochSeen() == before.epoch());
		Topology after = whole();
		this.system.preparing(before, after);
		String prepared = "%d %d http://a.example:8101".formatted(before.epoch(), after.epoch());
		await().until(() -> announced().equals(prepared));
		assertThat(this.replica.gauge("shard.index.documents")).isEqualTo(2);
		assertThat(this.http.find("twofold")).containsExactly(KEPT);
		assertThat(find(before.epoch())).containsExactly(KEPT);
		assertThat(this.http.get("/documents/" + MOVED).status()).isEqualTo(421);
		TestClient.Answer early = search(after.epoch());
		assertThat(early.status()).isEqualTo(421);
		assertThat(early.header("X-Shard-Epoch")).isEqualTo(Long.toString(before.epoch()));
		this.system.switched(before, after);
		assertThat(find(after.epoch())).containsExactly(KEPT, MOVED);
		assertThat(find(before.epoch())).containsExactly(KEPT);
		assertThat(this.http.get("/documents/" + MOVED).status()).isEqualTo(200);
	}

	@Test
	void preparationThatIsRolledBack_leavesNothing() {
		Topology before = without();
		this.system.topology(before);
		await().until(() -> epochSeen() == before.epoch());
		this.system.preparing(before, whole());
		await().until(() -> this.replica.gauge("shard.index.documents") == 2);
		this.system.changeEnded();
		await().until(() -> this.replica.gauge("shard.index.documents") == 1);
		assertThat(this.http.find("twofold")).containsExactly(KEPT);
	}

	@Test
	void slotThatWent_isKeptForSearchesUnderTheTopologyBefore_untilTheChangeIsOver() {
		Topology before = whole();
		this.system.topology(before);
		await().until(() -> find(before.epoch()).size() == 2);
		Topology after = without();
		this.system.switched(before, after);
		assertThat(find(after.epoch())).containsExactly(KEPT);
		assertThat(find(before.epoch())).containsExactly(KEPT, MOVED);
		assertThat(this.http.find("twofold")).containsExactly(KEPT);
		assertThat(search(before.epoch() - 1).status()).isEqualTo(421);
		assertThat(this.http.get("/documents/" + MOVED).status()).isEqualTo(421);
		this.system.changeEnded();
		await().until(() -> search(before.epoch()).status() == 421);
		await().until(() -> this.replica.gauge("shard.index.documents") == 1);
		assertThat(find(after.epoch())).containsExactly(KEPT);
	}

	@Test
	void routerThatIsAhead_makesTheReplicaLookAtOnce() throws Exception {
		Topology before = whole();
		this.system.topology(before);
		TestSystem.Replica slow = this.system.replica("slow", NO_BROKER, "--shard.topology-period=1h");
		await().until(() -> slow.http().get("/readyz").status() == 200);
		Topology after = without();
		this.system.switched(before, after);
		assertThat(slow.http().get("/documents/" + MOVED).status()).isEqualTo(200);
		assertThat(slow.http().get("/documents/" + MOVED, "X-Shard-Epoch", "x").status()).isEqualTo(200);
		assertThat(slow.http().get("/documents/" + MOVED, "X-Shard-Epoch", Long.toString(after.epoch())).status())
			.isEqualTo(421);
		slow.stop();
		assertThat(this.system.jdbc().sql("select replica from documents.replica").query(String.class).list())
			.containsExactly("a");
	}

	@Test
	void zone_isAnnounced_ifThereIsOne() {
		this.system.topology(whole());
		TestSystem.Replica zoned = this.system.replica("zoned", NO_BROKER, "--shard.zone=east-1");
		await().until(() -> "east-1".equals(zoneOf("zoned")));
		assertThat(zoneOf("a")).isEqualTo("none");
		zoned.stop();
	}

	private String zoneOf(String replica) {
		return this.system.jdbc()
			.sql("select coalesce(zone, 'none') from documents.replica where replica = ?")
			.param(replica)
			.query(String.class)
			.optional()
			.orElse("not there");
	}

	private long epochSeen() {
		return Long.parseLong(this.http.get("/livez").header("X-Shard-Epoch"));
	}

	private TestClient.Answer search(long under) {
		return this.http.get("/search?q=twofold", "X-Shard-Epoch", Long.toString(under));
	}

	private List<String> find(long under) {
		TestClient.Answer answer = search(under);
		return answer.json().path("hits").valueStream().map((hit) -> hit.path("id").asString()).toList();
	}

	private String announced() {
		return this.system.jdbc()
			.sql("select epoch || ' ' || prepared_epoch || ' ' || uri from documents.replica where replica = 'a'")
			.query(String.class)
			.single();
	}

}
