package dev.bootpatterns.worker;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import dev.bootpatterns.worker.ledger.Ledger;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A worker with a database, from the item's headers to the ledger's line.
 */
@Timeout(120)
class LedgerWiringTests {

	@Test
	void item_whoseDoneWasNotHeard_isDoneAgain_withoutAnotherEffect() throws Exception {
		CompletableFuture<Ledger> ledger = new CompletableFuture<>();
		TestHandler handler = new TestHandler((item, _) -> ledger.get().once(item, (database) -> {
			database.sql("update account set balance = balance + 1").update();
			return Outcome.done();
		}));
		try (EmbeddedPostgres postgres = EmbeddedPostgres.start(); TestBroker broker = new EmbeddedTestBroker()) {
			JdbcClient database = JdbcClient.create(postgres.getPostgresDatabase());
			database.sql("create table account as select 0 as balance").update();
			try (RunningWorker worker = new RunningWorker(broker.port(), handler,
					"worker.database.url=" + postgres.getJdbcUrl("postgres", "postgres"),
					"worker.database.username=postgres"); FakeOwner owner = new FakeOwner(broker.port())) {
				ledger.complete(worker.bean(Ledger.class));
				owner.listen();
				Map<String, Object> headers = FakeOwner.headers("7", "a", "test");
				headers.put("X-Owner-Database", "that one");
				owner.send(headers, "content");
				headers.put("X-Attempt", 2);
				owner.send(headers, "content");
				await().atMost(Duration.ofSeconds(60)).until(() -> owner.results("7", "DONE").size() == 2);
				assertThat(handler.handled()).hasSize(2);
				assertThat(database.sql("select balance from account").query(Integer.class).single()).isOne();
				assertThat(database.sql("select owner_database || '/' || job || '/' || id from work_ledger.item")
					.query(String.class)
					.single()).isEqualTo("that one/7/a");
			}
		}
	}

}
