package dev.bootpatterns.owner.topology;

import java.time.Duration;
import java.util.List;

import com.zaxxer.hikari.HikariDataSource;
import dev.bootpatterns.owner.election.FencedOperations;
import dev.bootpatterns.owner.election.FencedOperationsAccess;
import dev.bootpatterns.owner.election.Leadership;
import dev.bootpatterns.owner.election.StaleTermException;
import dev.bootpatterns.owner.election.Term;
import dev.bootpatterns.owner.support.TestDatabase;
import dev.bootpatterns.sharding.Topology;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.Mockito.mock;

/** The steps of a change, on a real PostgreSQL, pass by pass. */
class ResharderTests {

	private static final Topology THREE = Topology.balanced(3);

	private static final Duration LONG = Duration.ofHours(1);

	private static final Duration NONE = Duration.ofMillis(1);

	private final HikariDataSource pool = TestDatabase.migrated().withShards().pool();

	private final JdbcClient jdbc = JdbcClient.create(this.pool);

	private final TopologyStore topologies = new TopologyStore(this.jdbc, JsonMapper.shared());

	private final TopologyChangeStore changes = new TopologyChangeStore(this.jdbc, JsonMapper.shared());

	private final FencedOperations fenced = FencedOperationsAccess.on(this.pool, new SimpleMeterRegistry());

	private Term term = FencedOperationsAccess.granted(this.pool);

	@BeforeEach
	void threeShards() {
		this.topologies.createIfAbsent(THREE, this.term);
		for (int shard = 0; shard < 3; shard++) {
			announce(shard, "a", 1, 1);
			announce(shard, "b", 1, 1);
		}
	}

	@AfterEach
	void close() {
		this.pool.close();
	}

	@Test
	void change_waitsForAllLiveReplicasThatReceive_switches_andEndsAfterTheGrace() throws Exception {
		announce(3, "a", 1, 1);
		announce(3, "b", 1, 1);
		long id = apply(4);
		pass(LONG, NONE);
		assertState(id, TopologyChange.State.PREPARING, 1, "shard-3/a", "shard-3/b");
		announce(3, "a", 1, 2);
		pass(LONG, NONE);
		assertState(id, TopologyChange.State.PREPARING, 1, "shard-3/b");
		announce(3, "b", 1, 2);
		pass(LONG, LONG);
		assertState(id, TopologyChange.State.SWITCHED, 2, "shard-0/a", "shard-0/b", "shard-1/a", "shard-1/b",
				"shard-2/a", "shard-2/b", "shard-3/a", "shard-3/b");
		List.of(0, 1, 2, 3).forEach((shard) -> List.of("a", "b").forEach((replica) -> announce(shard, replica, 2, 2)));
		pass(LONG, LONG);
		assertState(id, TopologyChange.State.SWITCHED, 2);
		pass(LONG, Duration.ZERO);
		assertState(id, TopologyChange.State.DONE, 2);
		assertThat(inForce()).isEqualTo(THREE.resharded(2, 4));
	}

	@Test
	void shardWithoutReplica_isWaitedFor_andSilentReplicasAreNot() throws Exception {
		long id = apply(4);
		pass(LONG, NONE);
		assertState(id, TopologyChange.State.PREPARING, 1, "shard-3 (no replica)");
		announce(3, "a", 1, 1);
		announce(3, "b", 1, 2);
		this.jdbc
			.sql("update documents.replica set seen_at = seen_at - interval '6 s' where shard = 3 and replica = 'a'")
			.update();
		pass(LONG, NONE);
		assertThat(inForce().epoch()).isEqualTo(2);
	}

	@Test
	void preparationThatTakesTooLong_isRolledBack_andItsEpochIsNotUsedAgain() throws Exception {
		long first = apply(4);
		pass(Duration.ZERO, NONE);
		assertState(first, TopologyChange.State.ROLLED_BACK, 1);
		assertThat(this.changes.find(first).orElseThrow().reason()).contains("shard-3 (no replica)");
		apply(2);
		assertThat(this.changes.underWay().orElseThrow().target().epoch()).isEqualTo(3);
	}

	@Test
	void oneChangeAtATime_andNoneFromATopologyThatIsOver() {
		apply(4);
		assertThat(this.changes.begin(THREE, THREE.resharded(9, 5))).isEmpty();
		this.jdbc.sql("delete from owner.topology_change").update();
		assertThat(this.changes.begin(THREE.resharded(9, 4), THREE.resharded(10, 5))).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 2, 3 })
	void ownerThatDiesAtAnyStep_isFollowedByTheNext_andRefusedIfItWakes(int diesAfter) throws Exception {
		long id = apply(4);
		Term dead = this.term;
		List<Runnable> steps = List.of(() -> announce(3, "a", 1, 1), () -> announce(3, "a", 1, 2),
				() -> List.of(0, 1, 2, 3).forEach((shard) -> {
					announce(shard, "a", 2, 2);
					announce(shard, "b", 2, 2);
				}));
		for (int step = 0; step < steps.size(); step++) {
			if (step == diesAfter) {
				this.term = FencedOperationsAccess.superseded(this.pool, dead);
			}
			steps.get(step).run();
			TopologyChange.State before = state(id);
			if (step >= diesAfter) {
				if (step == 0) {
					resharder(LONG, Duration.ZERO).begin(dead).pass();
				}
				else {
					assertThatExceptionOfType(StaleTermException.class)
						.isThrownBy(() -> resharder(LONG, Duration.ZERO).begin(dead).pass());
				}
				assertThat(state(id)).isEqualTo(before);
			}
			pass(LONG, Duration.ZERO);
		}
		assertState(id, TopologyChange.State.DONE, 2);
		assertThat(this.topologies.find().orElseThrow().term())
			.isEqualTo((diesAfter <= 1) ? this.term.number() : dead.number());
	}

	private long apply(int shards) {
		Topology source = inForce();
		return this.changes.begin(source, source.resharded(this.changes.nextEpoch(source), shards)).orElseThrow();
	}

	private Topology inForce() {
		return Topology.of(this.topologies.find().orElseThrow().document());
	}

	private TopologyChange.State state(long id) {
		return this.changes.find(id).orElseThrow().state();
	}

	private void assertState(long id, TopologyChange.State state, long epoch, String... waitingFor) {
		TopologyChange change = this.changes.find(id).orElseThrow();
		assertThat(change.state()).isEqualTo(state);
		assertThat(inForce().epoch()).isEqualTo(epoch);
		assertThat(resharder(LONG, LONG).waitingFor(change)).containsExactly(waitingFor);
	}

	private void pass(Duration prepareTimeout, Duration grace) throws Exception {
		resharder(prepareTimeout, grace).begin(this.term).pass();
	}

	private Resharder resharder(Duration prepareTimeout, Duration grace) {
		return new Resharder(this.changes, new Shards(this.jdbc, JsonMapper.shared()), this.fenced,
				mock(Leadership.class), new ReshardProperties(NONE, prepareTimeout, grace));
	}

	private void announce(int shard, String replica, long epoch, long prepared) {
		this.jdbc.sql("""
				insert into documents.replica values (?, ?, 'http://x', ?, ?, clock_timestamp())
				on conflict (shard, replica) do update set epoch = excluded.epoch,
				    prepared_epoch = excluded.prepared_epoch, seen_at = excluded.seen_at""")
			.params(shard, replica, epoch, prepared)
			.update();
	}

}
