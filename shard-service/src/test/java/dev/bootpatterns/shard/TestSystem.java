package dev.bootpatterns.shard;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import javax.sql.DataSource;

import dev.bootpatterns.sharding.Topology;
import dev.bootpatterns.sharding.TopologyDocument;
import io.micrometer.core.instrument.MeterRegistry;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A real PostgreSQL, and replicas on it.
 */
public final class TestSystem implements AutoCloseable {

	private final EmbeddedPostgres postgres;

	private final Path directory;

	private final List<ConfigurableApplicationContext> replicas = new ArrayList<>();

	public TestSystem(Path directory) throws IOException {
		this.directory = directory;
		this.postgres = EmbeddedPostgres.builder().setServerConfig("fsync", "off").start();
		jdbc().sql("create schema owner").update();
		jdbc().sql("create table owner.topology (document jsonb not null)").update();
		jdbc().sql("create table owner.topology_change (state text, source jsonb, target jsonb)").update();
	}

	/** Writes as the owner does. */
	public TestSystem topology(Topology topology) {
		return transaction((jdbc) -> write(jdbc, topology));
	}

	/**
	 * The term of jobs that was granted last, as the owner's election writes it, beside
	 * the higher one of another role.
	 */
	public void ownersTerm(long term) {
		transaction((jdbc) -> {
			jdbc.sql("create table if not exists owner.lease (name text primary key, term bigint not null)").update();
			jdbc.sql("""
					insert into owner.lease values ('jobs', ?), ('topology', 1000)
					on conflict (name) do update set term = excluded.term""").param(term).update();
		});
	}

	/** Whether a write waits for the row of its slot. */
	public boolean waitsForASlot() {
		return jdbc().sql("""
				select exists (select from pg_stat_activity
				                where wait_event_type = 'Lock' and query like 'update documents.slot_version%')""")
			.query(Boolean.class)
			.single();
	}

	/** The change that is under way. */
	public TestSystem preparing(Topology source, Topology target) {
		return transaction((jdbc) -> write(jdbc, "PREPARING", source, target));
	}

	/** The target is in force, and the copies of what moved are still kept. */
	public TestSystem switched(Topology source, Topology target) {
		return transaction((jdbc) -> {
			write(jdbc, "SWITCHED", source, target);
			write(jdbc, target);
		});
	}

	/** No change is under way any more. */
	public TestSystem changeEnded() {
		return transaction((jdbc) -> jdbc.sql("delete from owner.topology_change").update());
	}

	private static void write(JdbcClient jdbc, Topology topology) {
		jdbc.sql("delete from owner.topology").update();
		jdbc.sql("insert into owner.topology values (?::jsonb)").param(json(topology)).update();
	}

	private static void write(JdbcClient jdbc, String state, Topology source, Topology target) {
		jdbc.sql("delete from owner.topology_change").update();
		jdbc.sql("insert into owner.topology_change values (?, ?::jsonb, ?::jsonb)")
			.params(state, json(source), json(target))
			.update();
	}

	private TestSystem transaction(Consumer<JdbcClient> statements) {
		DataSource database = this.postgres.getPostgresDatabase();
		new TransactionTemplate(new JdbcTransactionManager(database))
			.executeWithoutResult((status) -> statements.accept(JdbcClient.create(database)));
		return this;
	}

	private static String json(Topology topology) {
		return JsonMapper.shared().writeValueAsString(topology.toDocument());
	}

	public static Topology topology(long epoch, String... slotsByShard) {
		List<TopologyDocument.Shard> shards = new ArrayList<>();
		for (String slots : slotsByShard) {
			shards.add(new TopologyDocument.Shard(shards.size(), slots));
		}
		return Topology.of(new TopologyDocument(epoch, shards));
	}

	/** Whoever reads changes of that slot fails at it, and has read lower slots. */
	public void breakDocument(String id, int slot) {
		jdbc().sql("""
				insert into documents.document (id, slot, version, title, body, attributes)
				values (?, ?, 1000000, '', '', '[]')""").params(id, slot).update();
	}

	/** Without a trace. */
	public void removeDocument(String id) {
		jdbc().sql("delete from documents.document where id = ?").param(id).update();
	}

	public Path indexDirectory(String replica) {
		return this.directory.resolve("index-" + replica);
	}

	/** Starts a replica of shard 0; a broker port of 1 is a broker that is down. */
	public Replica replica(String name, int brokerPort, String... properties) {
		List<String> all = new ArrayList<>(List.of("--server.port=0", "--management.server.port=0", "--shard.id=0",
				"--shard.replica=" + name, "--shard.index-directory=" + indexDirectory(name),
				"--shard.refresh-interval=20ms", "--shard.topology-period=50ms", "--shard.announce-period=50ms",
				"--shard.heat-period=50ms", "--shard.advertised-uri=http://" + name + ".example:8101",
				"--shard.leave-delay=0", "--spring.datasource.url=" + this.postgres.getJdbcUrl("postgres", "postgres"),
				"--spring.rabbitmq.port=" + brokerPort, "--spring.rabbitmq.connection-timeout=200ms"));
		for (String property : properties) {
			all.removeIf((other) -> other.startsWith(property.substring(0, property.indexOf('=') + 1)));
			all.add(property);
		}
		ConfigurableApplicationContext context = new SpringApplicationBuilder(ShardServiceApplication.class)
			.run(all.toArray(String[]::new));
		this.replicas.add(context);
		return new Replica(context);
	}

	public JdbcClient jdbc() {
		return JdbcClient.create(this.postgres.getPostgresDatabase());
	}

	public Connection connection() throws SQLException {
		return this.postgres.getPostgresDatabase().getConnection();
	}

	public void stopDatabase() throws IOException {
		this.postgres.close();
	}

	@Override
	public void close() throws IOException {
		this.replicas.forEach(ConfigurableApplicationContext::close);
		this.postgres.close();
	}

	/** A running replica, as its clients see it. */
	public record Replica(ConfigurableApplicationContext context) {

		public TestClient http() {
			return at("local.server.port");
		}

		public TestClient management() {
			return at("local.management.port");
		}

		private TestClient at(String port) {
			return new TestClient("http://127.0.0.1:" + this.context.getEnvironment().getRequiredProperty(port));
		}

		public double counter(String name, String... tags) {
			return this.context.getBean(MeterRegistry.class).get(name).tags(tags).counter().count();
		}

		public double gauge(String name) {
			return this.context.getBean(MeterRegistry.class).get(name).gauge().value();
		}

		public void stop() {
			this.context.close();
		}

	}

}
