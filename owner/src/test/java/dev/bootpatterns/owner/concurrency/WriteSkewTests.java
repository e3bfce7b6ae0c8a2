package dev.bootpatterns.owner.concurrency;

import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.DuplicateKeyException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * One of two must stay on call. Each sees that the other is, and leaves: no row was
 * written twice, so no version has changed under anybody.
 */
class WriteSkewTests {

	private static TwoSessions sessions;

	@BeforeAll
	static void create() {
		sessions = new TwoSessions();
		sessions.jdbc.sql("create table on_call (name text primary key)").update();
		sessions.jdbc.sql("create table leader (place int unique, name text)").update();
	}

	@BeforeEach
	void begin() {
		sessions.jdbc.sql("truncate on_call, leader").update();
		sessions.jdbc.sql("insert into on_call values ('ann'), ('bob')").update();
	}

	@AfterAll
	static void close() {
		sessions.close();
	}

	@Test
	void whatEachHasChecked_isNotTrueOfBoth() {
		sessions.transaction(() -> {
			boolean mayLeave = others("ann") > 0;
			TwoSessions.result(sessions.meanwhile(() -> sessions.transaction(() -> others("bob") > 0 && leave("bob"))));
			return mayLeave && leave("ann");
		});
		assertThat(onCall()).as("nobody is left").isZero();
	}

	@Test
	void serializable_failsWhoCameSecond() {
		assertThatExceptionOfType(CannotAcquireLockException.class).isThrownBy(() -> sessions.serializable(() -> {
			boolean mayLeave = others("ann") > 0;
			TwoSessions
				.result(sessions.meanwhile(() -> sessions.serializable(() -> others("bob") > 0 && leave("bob"))));
			return mayLeave && leave("ann");
		}));
		assertThat(onCall()).isEqualTo(1);
	}

	@Test
	void lockingWhatIsChecked_makesTheSecondCheckAfterTheFirst() {
		CompletableFuture<Boolean> other = sessions.transaction(() -> {
			lockAll();
			CompletableFuture<Boolean> second = sessions.meanwhile(() -> sessions.transaction(() -> {
				lockAll();
				return others("bob") > 0 && leave("bob");
			}));
			sessions.awaitBlocked();
			assertThat(others("ann") > 0 && leave("ann")).isTrue();
			return second;
		});
		assertThat(TwoSessions.result(other)).as("bob has to stay").isFalse();
		assertThat(onCall()).isEqualTo(1);
	}

	/** Rows that are not there cannot be locked: each sees that there is no leader. */
	@Test
	void uniqueConstraint_letsOneInsert_whereEachHasSeenNothing() {
		assertThatExceptionOfType(DuplicateKeyException.class).isThrownBy(() -> sessions.transaction(() -> {
			assertThat(leaders()).isZero();
			TwoSessions.result(sessions.meanwhile(() -> sessions.transaction(() -> {
				assertThat(leaders()).isZero();
				return lead("bob");
			})));
			return lead("ann");
		}));
		assertThat(leaders()).isEqualTo(1);
	}

	private static int others(String name) {
		return sessions.jdbc.sql("select count(*) from on_call where name <> ?")
			.param(name)
			.query(Integer.class)
			.single();
	}

	private static boolean leave(String name) {
		return sessions.jdbc.sql("delete from on_call where name = ?").param(name).update() == 1;
	}

	private static void lockAll() {
		sessions.jdbc.sql("select name from on_call order by name for update").query(String.class).list();
	}

	private static int onCall() {
		return sessions.jdbc.sql("select count(*) from on_call").query(Integer.class).single();
	}

	private static int leaders() {
		return sessions.jdbc.sql("select count(*) from leader").query(Integer.class).single();
	}

	private static int lead(String name) {
		return sessions.jdbc.sql("insert into leader values (1, ?)").param(name).update();
	}

}
