package dev.bootpatterns.worker;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Real workers that are killed or frozen around the commit of an effect that must be had
 * once. Each test ends with one payment, whole, and the item DONE.
 */
@Timeout(180)
class KilledPayerTests {

	private static final Duration SOON = Duration.ofSeconds(60);

	private final List<Process> workers = new ArrayList<>();

	@TempDir
	private Path logs;

	private TestBroker broker;

	private EmbeddedPostgres postgres;

	private JdbcClient database;

	private FakeOwner owner;

	@BeforeEach
	void start() throws Exception {
		this.broker = new EmbeddedTestBroker();
		this.postgres = EmbeddedPostgres.start();
		this.database = JdbcClient.create(this.postgres.getPostgresDatabase());
		this.database.sql("create table account (name text primary key, balance int)").update();
		this.database.sql("insert into account values ('payer', 0), ('payee', 0)").update();
		// The first worker declares everything.
		new RunningWorker(this.broker.port(), new TestHandler((_, _) -> Outcome.done())).close();
		this.owner = new FakeOwner(this.broker.port());
		this.owner.listenAndSendAgain("pay");
	}

	@AfterEach
	void stop() throws Exception {
		this.workers.forEach(Process::destroyForcibly);
		for (Process worker : this.workers) {
			worker.waitFor();
		}
		this.owner.close();
		this.broker.close();
		this.postgres.close();
	}

	@Test
	void killedBeforeTheCommit_leavesNothing_andTheNextAttemptPays() throws Exception {
		try (Connection lock = locked("payee")) {
			Process first = startWorker("first", this.broker.port(), "30s");
			this.owner.send("job", "a", "pay");
			awaitBlocked(1);
			first.destroyForcibly().waitFor();
			assertThat(this.owner.results("job")).isEmpty();
			lock.rollback();
		}
		startWorker("second", this.broker.port(), "30s");
		awaitPaidOnce();
	}

	@Test
	void killedBetweenCommitAndAck_isAttemptedAgain_andPaysNoMore() throws Exception {
		try (Link link = new Link(this.broker.port())) {
			Process first = startWorker("first", link.port(), "30s");
			try (Connection lock = locked("payee")) {
				this.owner.send("job", "a", "pay");
				awaitBlocked(1);
				// From here nothing of the worker's reaches the broker, a report neither.
				link.mute();
				lock.rollback();
			}
			await().atMost(SOON).until(() -> balance("payee") == 1);
			first.destroyForcibly().waitFor();
			assertThat(this.owner.results("job")).as("the effect is there, and nobody was told").isEmpty();
		}
		startWorker("second", this.broker.port(), "30s");
		awaitPaidOnce();
	}

	/**
	 * The first is frozen with the item's line in the ledger; the broker takes it for
	 * dead. The database does not wait for it, and it is refused when it wakes up.
	 */
	@Test
	void frozenInTheTransaction_isNotWaitedForForEver_andPaysNoMoreWhenItWakesUp() throws Exception {
		try (Link link = new Link(this.broker.port())) {
			Process first = startWorker("first", link.port(), "5s");
			try (Connection lock = locked("payee")) {
				this.owner.send("job", "a", "pay");
				awaitBlocked(1);
				signal("STOP", first);
				lock.rollback();
			}
			// As the broker does for a client whose heartbeats stay away.
			link.sever();
			Process second = startWorker("second", this.broker.port(), "5s");
			awaitPaidOnce();
			signal("CONT", first);
			second.destroy();
			assertThat(second.waitFor(30, TimeUnit.SECONDS)).isTrue();
			first.destroy();
			assertThat(first.waitFor(60, TimeUnit.SECONDS)).as("ends, though its broker is away").isTrue();
			awaitPaidOnce();
		}
	}

	private void awaitPaidOnce() {
		await().atMost(SOON).until(() -> this.owner.results("job", "DONE").contains("a"));
		assertThat(balance("payee")).isOne();
		assertThat(balance("payer")).isEqualTo(-1);
	}

	private int balance(String name) {
		return this.database.sql("select balance from account where name = ?")
			.param(name)
			.query(Integer.class)
			.single();
	}

	/** Until the connection is rolled back, whoever pays waits. */
	private Connection locked(String name) throws Exception {
		Connection connection = this.postgres.getPostgresDatabase().getConnection();
		connection.setAutoCommit(false);
		try (Statement statement = connection.createStatement()) {
			statement.execute("select from account where name = '%s' for update".formatted(name));
		}
		return connection;
	}

	private void awaitBlocked(int workers) {
		await().atMost(SOON)
			.until(() -> this.database.sql("select count(*) from pg_stat_activity where wait_event_type = 'Lock'")
				.query(Integer.class)
				.single() == workers);
	}

	private static void signal(String signal, Process process) throws Exception {
		assertThat(new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor()).isZero();
	}

	private Process startWorker(String id, int brokerPort, String deadline) throws IOException {
		Process worker = WorkerProcess.startFork(Payer.class, brokerPort, this.logs.resolve(id + ".log"),
				Map.of("WORKER_ID", id, "WORKER_GATEWAY_URL", "http://127.0.0.1:9", "WORKER_HEARTBEAT", "10m",
						"WORKER_CONCURRENCY", "1", "WORKER_DATABASE_URL",
						this.postgres.getJdbcUrl("postgres", "postgres"), "WORKER_DATABASE_USERNAME", "postgres",
						"WORKER_DATABASE_DEADLINE", deadline));
		this.workers.add(worker);
		return worker;
	}

}
