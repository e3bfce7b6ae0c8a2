package dev.bootpatterns.owner.topology;

import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import com.zaxxer.hikari.HikariDataSource;
import dev.bootpatterns.owner.election.FencedOperations;
import dev.bootpatterns.owner.election.FencedOperationsAccess;
import dev.bootpatterns.owner.election.LeaderLoop;
import dev.bootpatterns.owner.election.Leadership;
import dev.bootpatterns.owner.election.StaleTermException;
import dev.bootpatterns.owner.election.Term;
import dev.bootpatterns.owner.support.TestDatabase;
import dev.bootpatterns.sharding.Slots;
import dev.bootpatterns.sharding.Topology;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.Mockito.mock;

/** What the owner does about hot shards, on a real PostgreSQL, period by period. */
class CoolerTests {

	private static final Topology FOUR = Topology.balanced(4);

	private final HikariDataSource pool = TestDatabase.migrated().withShards().pool();

	private final JdbcClient jdbc = JdbcClient.create(this.pool);

	private final TopologyStore topologies = new TopologyStore(this.jdbc, JsonMapper.shared());

	private final TopologyChangeStore changes = new TopologyChangeStore(this.jdbc, JsonMapper.shared());

	private final Shards shards = new Shards(this.jdbc, JsonMapper.shared());

	private final FencedOperations fenced = FencedOperationsAccess.on(this.pool, new SimpleMeterRegistry());

	private final Term term = FencedOperationsAccess.granted(this.pool);

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	@BeforeEach
	void fourShards() {
		this.topologies.createIfAbsent(FOUR, this.term);
	}

	@AfterEach
	void close() {
		this.pool.close();
	}

	@Test
	void hotShard_isCooledPeriodByPeriod_andThenLeftAlone() throws Exception {
		float[] rates = new float[Slots.COUNT];
		Arrays.fill(rates, 1);
		// The first 60 slots of shard 0 are asked for six times as often.
		Arrays.fill(rates, 0, 60, 6);
		report(0, rates, "[]");
		LeaderLoop.Work work = cooler(true).begin(this.term);
		int periods = 0;
		while (periods < 50 && periodChanges(work)) {
			periods++;
		}
		assertThat(periods).isBetween(2, 12);
		Topology after = inForce();
		assertThat(FOUR.movesTo(after)).allMatch((move) -> move.from() == 0);
		assertThat(Heat.of(after, this.shards.heat()).shards()).allMatch((shard) -> shard.load() <= 1.1);
		assertThat(this.meters.get("owner.cooling.moves").counter().count())
			.isEqualTo(FOUR.movesTo(after).stream().mapToInt((move) -> move.slots().size()).sum());
		for (int i = 0; i < 20; i++) {
			assertThat(periodChanges(work)).isFalse();
		}
	}

	@Test
	void hotKey_isNeverMovedToAndFro() throws Exception {
		float[] rates = new float[Slots.COUNT];
		Arrays.fill(rates, 0.5f);
		rates[Slots.of("hot")] = 900;
		report(0, rates, "[{\"key\":\"hot\",\"requestsPerSecond\":899.5,\"error\":1}]");
		LeaderLoop.Work work = cooler(true).begin(this.term);
		for (int i = 0; i < 20; i++) {
			assertThat(periodChanges(work)).isFalse();
		}
		Heat heat = Heat.of(FOUR, this.shards.heat());
		assertThat(heat.hotKeys()).singleElement().satisfies((key) -> {
			assertThat(key.key()).isEqualTo("hot");
			assertThat(key.slot()).isEqualTo(Slots.of("hot"));
			assertThat(key.share()).isBetween(0.6, 0.7);
		});
		assertThat(heat.chiSquare()).isNotNull();
		assertThat(heat.shards()).hasSize(4);
	}

	@Test
	void littleIsAskedFor_orItIsSwitchedOff_orAChangeIsUnderWay_nothingMoves() throws Exception {
		float[] rates = new float[Slots.COUNT];
		Arrays.fill(rates, 0, 100, 0.1f);
		report(0, rates, "[]");
		assertThat(periodChanges(cooler(true).begin(this.term))).isFalse();
		Arrays.fill(rates, 0, 100, 10f);
		report(0, rates, "[]");
		assertThat(periodChanges(cooler(false).begin(this.term))).isFalse();
		this.changes.begin(FOUR, FOUR.resharded(2, 5));
		cooler(true).begin(this.term).pass();
		assertThat(this.changes.underWay().orElseThrow().target().shards()).isEqualTo(5);
		this.jdbc.sql("update documents.heat set seen_at = seen_at - interval '16 s'").update();
		assertThat(this.shards.heat().rates()).containsOnly(0);
	}

	@Test
	void ownerWhoseTermIsOver_beginsNoChange() {
		float[] rates = new float[Slots.COUNT];
		Arrays.fill(rates, 1);
		Arrays.fill(rates, 0, 60, 6);
		report(0, rates, "[]");
		LeaderLoop.Work work = cooler(true).begin(this.term);
		FencedOperationsAccess.superseded(this.pool, this.term);
		assertThatExceptionOfType(StaleTermException.class).isThrownBy(work::pass);
		assertThat(this.changes.underWay()).isEmpty();
		assertThat(this.meters.get("owner.cooling.moves").counter().count()).isZero();
	}

	@Test
	void replicas_areAddedUp() {
		float[] rates = new float[Slots.COUNT];
		rates[7] = 3;
		report(0, rates, "[{\"key\":\"k\",\"requestsPerSecond\":2,\"error\":0.5}]");
		report(1, rates, "[{\"key\":\"k\",\"requestsPerSecond\":1,\"error\":0.5}]");
		Heat.SlotHeat heat = this.shards.heat();
		assertThat(heat.rates()[7]).isEqualTo(6);
		assertThat(heat.counts()[7]).isEqualTo(174);
		assertThat(heat.hotKeys()).containsExactly(new Heat.KeyHeat("k", 3, 1));
	}

	/** One period, and the change that it began, if it did, in force. */
	private boolean periodChanges(LeaderLoop.Work work) throws Exception {
		long epoch = inForce().epoch();
		work.pass();
		this.changes.underWay().ifPresent((change) -> this.fenced.inTransaction(this.term, () -> {
			this.changes.switchOver(change, this.term);
			this.changes.end(this.changes.find(change.id()).orElseThrow(), TopologyChange.State.DONE, null, this.term);
			return true;
		}));
		return inForce().epoch() > epoch;
	}

	private Topology inForce() {
		return Topology.of(this.topologies.find().orElseThrow().document());
	}

	private Cooler cooler(boolean enabled) {
		return new Cooler(this.topologies, this.changes, this.shards, this.fenced, mock(Leadership.class),
				new CoolingProperties(enabled, Duration.ofSeconds(30), 1.3, 1.1, 8, 10, 10), mock(Resharder.class),
				this.meters);
	}

	private void report(int replica, float[] rates, String hotKeys) {
		String array = IntStream.range(0, rates.length)
			.mapToObj((slot) -> Float.toString(rates[slot]))
			.collect(Collectors.joining(",", "{", "}"));
		this.jdbc.sql("""
				insert into documents.heat values (0, ?, ?::real[], 29, ?::jsonb)
				on conflict (shard, replica) do update set rates = excluded.rates""")
			.params("replica-" + replica, array, hotKeys)
			.update();
	}

}
