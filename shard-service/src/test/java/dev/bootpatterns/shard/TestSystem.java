package dev.bootpatterns.shard;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import dev.bootpatterns.sharding.Topology;
import dev.bootpatterns.sharding.TopologyDocument;
import io.micrometer.core.instrument.MeterRegistry;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

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
	}

	/** Writes as the owner does. */
	public TestSystem topology(Topology topology) {
		String document = JsonMapper.shared().writeValueAsString(topology.toDocument());
		jdbc().sql("delete from owner.topology").update();
		jdbc().sql("insert into owner.topology values (?::jsonb)").param(document).update();
		return this;
	}

	public static Topology topology(long epoch, String... slotsByShard) {
		List<TopologyDocument.Shard> shards = new ArrayList<>();
		for (String slots : slotsByShard) {
			shards.add(new TopologyDocument.Shard(shards.size(), slots));
		}
		return Topology.of(new TopologyDocument(epoch, shards));
	}

	public Path indexDirectory(String replica) {
		return this.directory.resolve("index-" + replica);
	}

	/** Starts a replica of shard 0; a broker port of 1 is a broker that is down. */
	public Replica replica(String name, int brokerPort, String... properties) {
		List<String> all = new ArrayList<>(List.of("--server.port=0", "--management.server.port=0", "--shard.id=0",
				"--shard.replica=" + name, "--shard.index-directory=" + indexDirectory(name),
				"--shard.refresh-interval=20ms", "--shard.topology-period=50ms",
				"--spring.datasource.url=" + this.postgres.getJdbcUrl("postgres", "postgres"),
				"--spring.rabbitmq.port=" + brokerPort, "--spring.rabbitmq.connection-timeout=200ms"));
		all.addAll(List.of(properties));
		ConfigurableApplicationContext context = new SpringApplicationBuilder(ShardServiceApplication.class)
			.run(all.toArray(String[]::new));
		this.replicas.add(context);
		return new Replica(context);
	}

	public JdbcClient jdbc() {
		return JdbcClient.create(this.postgres.getPostgresDatabase());
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
			return new TestClient(
					"http://127.0.0.1:" + this.context.getEnvironment().getRequiredProperty("local.server.port"));
		}

		public double counter(String name) {
			return this.context.getBean(MeterRegistry.class).get(name).counter().count();
		}

		public void stop() {
			this.context.close();
		}

	}

}
