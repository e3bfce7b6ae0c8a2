package dev.bootpatterns.owner.concurrency;

import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.dao.CannotAcquireLockException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Two read 100; one adds 10, the other 20. It should be 130. */
class LostUpdateTests {

	private static TwoSessions sessions;

	@BeforeAll
	static void create() {
		sessions = new TwoSessions();
		sessions.jdbc.sql("create table account (balance int not null, version bigint not null)").update();
	}

	@BeforeEach
	void open() {
		sessions.jdbc.sql("truncate account").update();
		sessions.jdbc.sql("insert into account values (100, 1)").update();
	}

	@AfterAll
	static void close() {
		sessions.close();
	}

	@Test
	void readThenWrite_losesAnUpdate_inTransactionsToo() {
		sessions.transaction(() -> {
			int read = balance();
			TwoSessions.result(sessions.meanwhile(() -> sessions.transaction(() -> write(balance() + 20))));
			return write(read + 10);
		});
		assertThat(balance()).as("the 20 are gone, and nobody was told").isEqualTo(110);
	}

	@Test
	void compareAndSwap_refusesWhoCameSecond_whoReadsAgain() {
		Account read = account();
		assertThat(swap(account(), 20)).isTrue();
		assertThat(swap(read, 10)).as("the version is not the one that was read").isFalse();
		assertThat(swap(account(), 10)).isTrue();
		assertThat(balance()).isEqualTo(130);
	}

	@Test
	void selectForUpdate_makesTheSecondWait_beforeItReads() {
		CompletableFuture<Integer> other = sessions.transaction(() -> {
			int read = lockedBalance();
			CompletableFuture<Integer> second = sessions
				.meanwhile(() -> sessions.transaction(() -> write(lockedBalance() + 20)));
			sessions.awaitBlocked();
			write(read + 10);
			return second;
		});
		TwoSessions.result(other);
		assertThat(balance()).isEqualTo(130);
	}

	@Test
	void oneStatement_needsNoReading() {
		CompletableFuture<Integer> other = sessions.transaction(() -> {
			add(10);
			CompletableFuture<Integer> second = sessions.meanwhile(() -> add(20));
			sessions.awaitBlocked();
			return second;
		});
		TwoSessions.result(other);
		assertThat(balance()).isEqualTo(130);
	}

	@Test
	void serializable_failsWhoCameSecond() {
		assertThatExceptionOfType(CannotAcquireLockException.class).isThrownBy(() -> sessions.serializable(() -> {
			int read = balance();
			TwoSessions.result(sessions.meanwhile(() -> sessions.serializable(() -> write(balance() + 20))));
			return write(read + 10);
		}));
		assertThat(balance()).as("it has to begin again").isEqualTo(120);
	}

	private static int balance() {
		return account().balance();
	}

	private static Account account() {
		return sessions.jdbc.sql("select balance, version from account").query(Account.class).single();
	}

	private static int lockedBalance() {
		return sessions.jdbc.sql("select balance from account for update").query(Integer.class).single();
	}

	private static int write(int balance) {
		return sessions.jdbc.sql("update account set balance = ?").param(balance).update();
	}

	private static int add(int amount) {
		return sessions.jdbc.sql("update account set balance = balance + ?").param(amount).update();
	}

	private static boolean swap(Account read, int amount) {
		return sessions.jdbc.sql("update account set balance = ?, version = version + 1 where version = ?")
			.param(read.balance() + amount)
			.param(read.version())
			.update() == 1;
	}

	/** What was read. */
	record Account(int balance, long version) {
	}

}
