package dev.bootpatterns.owner.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicInteger;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.flywaydb.core.Flyway;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * One PostgreSQL for all tests of this JVM, and a database of its own for each test
 * class.
 */
public final class TestDatabase {

	private static final AtomicInteger COUNT = new AtomicInteger();

	private final String name;

	private TestDatabase(String name) {
		this.name = name;
	}

	/** An empty database. */
	public static TestDatabase empty() {
		String name = "test_" + COUNT.incrementAndGet();
		JdbcClient.create(Server.POSTGRES.getPostgresDatabase()).sql("create database " + name).update();
		return new TestDatabase(name);
	}

	/** A database with the owner's tables. */
	public static TestDatabase migrated() {
		TestDatabase database = empty();
		Flyway.configure()
			.dataSource(database.url(), "postgres", "")
			.schemas("owner")
			.defaultSchema("owner")
			.load()
			.migrate();
		return database;
	}

	/** With what the owner reads of the shards' tables. */
	public TestDatabase withShards() {
		try (HikariDataSource pool = pool()) {
			JdbcClient jdbc = JdbcClient.create(pool);
			jdbc.sql("create schema documents").update();
			jdbc.sql("""
					create table documents.replica (shard smallint, replica text, uri text, epoch bigint,
					    prepared_epoch bigint, seen_at timestamptz, primary key (shard, replica))""").update();
			jdbc.sql("""
					create table documents.heat (shard smallint, replica text, rates real[], seconds real,
					    hot_keys jsonb, seen_at timestamptz default clock_timestamp(),
					    primary key (shard, replica))""").update();
			jdbc.sql("create table documents.document (slot smallint, deleted boolean, title text, body text)")
				.update();
		}
		return this;
	}

	public String url() {
		return Server.POSTGRES.getJdbcUrl("postgres", this.name);
	}

	/** A pool of its own, to be closed by the caller. */
	public HikariDataSource pool() {
		HikariConfig pool = new HikariConfig();
		pool.setJdbcUrl(url());
		pool.setUsername("postgres");
		pool.setMaximumPoolSize(4);
		pool.setMinimumIdle(0);
		pool.setConnectionTimeout(1000);
		return new HikariDataSource(pool);
	}

	/** Lets nobody in until {@link #admit()}, and ends all connections. */
	public void shutOut() {
		JdbcClient admin = JdbcClient.create(Server.POSTGRES.getPostgresDatabase());
		admin.sql("alter database " + this.name + " allow_connections false").update();
		admin.sql("select pg_terminate_backend(pid) from pg_stat_activity where datname = :name")
			.param("name", this.name)
			.query((row) -> {
			});
	}

	public void admit() {
		JdbcClient.create(Server.POSTGRES.getPostgresDatabase())
			.sql("alter database " + this.name + " allow_connections true")
			.update();
	}

	private static final class Server {

		private static final EmbeddedPostgres POSTGRES = start();

		private static EmbeddedPostgres start() {
			try {
				return EmbeddedPostgres.builder()
					.setServerConfig("max_connections", "100")
					.setServerConfig("fsync", "off")
					.setServerConfig("log_min_messages", "fatal")
					.start();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

	}

}
