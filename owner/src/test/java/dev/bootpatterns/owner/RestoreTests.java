package dev.bootpatterns.owner;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import com.zaxxer.hikari.HikariDataSource;
import dev.bootpatterns.broker.EmbeddedBroker;
import dev.bootpatterns.owner.support.FakeWorker;
import dev.bootpatterns.owner.support.RunningOwner;
import dev.bootpatterns.owner.support.TestDatabase;
import org.awaitility.Awaitility;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What {@code docs/upgrade-and-restore.md} promises of a restore. The backup is a copy of
 * the database: the embedded PostgreSQL has no {@code pg_dump}.
 */
class RestoreTests {

	private final TestDatabase database = TestDatabase.migrated();

	@TempDir
	private Path corpus;

	@BeforeEach
	void migrateShards() {
		Flyway.configure()
			.dataSource(this.database.url(), "postgres", "")
			.locations("filesystem:../shard-service/src/main/resources/db/migration")
			.schemas("documents")
			.defaultSchema("documents")
			.load()
			.migrate();
	}

	@Test
	void jobThatRanAtTheBackup_endsAfterTheRestore_andWhoeverHoldsSomethingOfTheLostTimeLoses() throws IOException {
		for (int i = 0; i < 10; i++) {
			Files.writeString(this.corpus.resolve(i + ".txt"), "content " + i);
		}
		String job;
		try (EmbeddedBroker broker = EmbeddedBroker.onFreePort();
				FakeWorker worker = FakeWorker.hanging(broker.port());
				RunningOwner owner = start(broker)) {
			owner.awaitLeader("owner-1");
			job = owner.job();
			worker.awaitTaken(1);
			owner.awaitState(job, "RUNNING");
		}
		sql("insert into owner.named_lock (name, holder, token, expires_at, version)"
				+ " values ('held', 'ann', 1, now() + interval '1 hour', nextval('owner.lock_version'))");
		String name = this.database.url().replaceFirst(".*/(test_\\d+).*", "$1");
		copy(name, name + "_backup");
		String lostJob;
		try (EmbeddedBroker broker = EmbeddedBroker.onFreePort();
				FakeWorker _ = FakeWorker.working(broker.port());
				RunningOwner owner = start(broker)) {
			owner.awaitState(job, "DONE");
			lostJob = owner.job();
			owner.awaitState(lostJob, "DONE");
		}
		try (EmbeddedBroker broker = EmbeddedBroker.onFreePort(); RunningOwner owner = start(broker)) {
			owner.awaitLeader("owner-1");
			Awaitility.await().until(() -> number("select term from owner.lease where name = 'jobs'") == 3);
		}
		sql("update documents.slot_version set version = 99");
		long lostTerm = number("select term from owner.lease where name = 'jobs'");
		long lostToken = number("select max(nextval('owner.lock_version')) from generate_series(1, 1000)");
		long lostEpoch = number("select epoch from owner.topology");
		long lostIdentity = number("select hashtext(id::text) from owner.identity");
		copy(name + "_backup", name);
		assertThat(number("select term from owner.lease where name = 'jobs'")).as("goes back").isLessThan(lostTerm);
		sql(Files.readString(Path.of("../docs/after-restore.sql")));
		try (EmbeddedBroker broker = EmbeddedBroker.onFreePort();
				FakeWorker worker = FakeWorker.working(broker.port());
				RunningOwner owner = start(broker)) {
			owner.awaitState(job, "DONE");
			assertThat(owner.json(job).path("done").asInt()).isEqualTo(10);
			assertThat(owner.get(lostJob).statusCode()).as("since the backup").isEqualTo(404);
			assertThat(owner.job()).as("its number is not used again").isNotEqualTo(lostJob);
			assertThat(owner.json("/leader").path("term").asLong()).isGreaterThan(lostTerm);
			assertThat(worker.taken())
				.allSatisfy((item) -> assertThat(Long.parseLong(FakeWorker.header(item, "X-Owner-Term")))
					.isGreaterThan(lostTerm));
			Awaitility.await()
				.until(() -> number("select count(*) from owner.named_lock where holder is not null") == 0);
		}
		assertThat(number("select nextval('owner.lock_version')")).isGreaterThan(lostToken);
		assertThat(number("select epoch from owner.topology")).isGreaterThan(lostEpoch)
			.isEqualTo(number("select (document->>'epoch')::bigint from owner.topology"));
		assertThat(number("select hashtext(id::text) from owner.identity")).isNotEqualTo(lostIdentity);
		assertThat(number("select min(version) from documents.slot_version")).isGreaterThan(99);
	}

	private RunningOwner start(EmbeddedBroker broker) {
		return RunningOwner.start("owner-1", this.database, broker.port(), this.corpus);
	}

	/** Over what is there. */
	private void copy(String from, String to) {
		JdbcClient admin = JdbcClient.create(new DriverManagerDataSource(
				this.database.url().replaceFirst("/test_\\d+", "/postgres"), "postgres", ""));
		this.database.shutOut();
		admin.sql("drop database if exists %s with (force)".formatted(to)).update();
		admin.sql("create database %s template %s".formatted(to, from)).update();
		this.database.admit();
	}

	private void sql(String statements) {
		try (HikariDataSource pool = this.database.pool()) {
			new JdbcTemplate(pool).execute(statements);
		}
	}

	private long number(String query) {
		try (HikariDataSource pool = this.database.pool()) {
			return JdbcClient.create(pool).sql(query).query(Long.class).single();
		}
	}

}
