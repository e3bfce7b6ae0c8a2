package dev.bootpatterns.owner.concurrency;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An owner looks whether it is the owner, is paused, and goes on when another is. Its own
 * look cannot help: the pause comes after it.
 */
class StaleOwnerTests {

	private static TwoSessions sessions;

	@BeforeAll
	static void create() {
		sessions = new TwoSessions();
		sessions.jdbc.sql("create table lease (holder text, token bigint, expired boolean)").update();
		sessions.jdbc.sql("create table report (body text, token bigint not null)").update();
	}

	@BeforeEach
	void begin() {
		sessions.jdbc.sql("truncate lease, report").update();
		sessions.jdbc.sql("insert into lease values ('ann', 1, false)").update();
		sessions.jdbc.sql("insert into report values ('empty', 0)").update();
	}

	@AfterAll
	static void close() {
		sessions.close();
	}

	@Test
	void ownerThatIsPausedAfterItHasLooked_overwritesItsSuccessor() {
		assertThat(holds("ann")).isTrue();
		pausedWhile(() -> sessions.jdbc.sql("update report set body = 'by bob'").update());
		sessions.jdbc.sql("update report set body = 'by ann'").update();
		assertThat(body()).as("bob's work is gone").isEqualTo("by ann");
	}

	@Test
	void fencingToken_isRefused_byWhatIsWrittenTo() {
		assertThat(holds("ann")).isTrue();
		pausedWhile(() -> assertThat(writeFenced("by bob", 2)).isTrue());
		assertThat(writeFenced("by ann", 1)).as("older than what was written last").isFalse();
		assertThat(body()).isEqualTo("by bob");
		assertThat(writeFenced("by bob again", 2)).isTrue();
	}

	@Test
	void fencingToken_isRefused_onlyOnceTheSuccessorHasWritten_unlessTheGrantIsAskedFor() {
		assertThat(holds("ann")).isTrue();
		pausedWhile(() -> {
		});
		assertThat(writeIfInForce("by ann", 1)).as("bob has the lock and has not written yet").isFalse();
		assertThat(writeFenced("by ann", 1)).as("what is written to has not heard of bob").isTrue();
		assertThat(writeFenced("by bob", 2)).isTrue();
		assertThat(writeFenced("by ann, later", 1)).isFalse();
		assertThat(body()).isEqualTo("by bob");
	}

	/** Ann's pause: her lease runs out, bob gets it, and acts. */
	private static void pausedWhile(Runnable successor) {
		TwoSessions.result(sessions.meanwhile(() -> {
			sessions.jdbc.sql("update lease set expired = true").update();
			sessions.jdbc.sql("update lease set holder = 'bob', token = token + 1, expired = false where expired")
				.update();
			assertThat(holds("bob")).isTrue();
			successor.run();
			return true;
		}));
	}

	private static boolean holds(String holder) {
		return sessions.jdbc.sql("select exists (select from lease where holder = ? and not expired)")
			.param(holder)
			.query(Boolean.class)
			.single();
	}

	private static boolean writeFenced(String body, long token) {
		return sessions.jdbc.sql("update report set body = :body, token = :token where token <= :token")
			.param("body", body)
			.param("token", token)
			.update() == 1;
	}

	/** Where lease and effect are in one database: both in one transaction. */
	private static boolean writeIfInForce(String body, long token) {
		return sessions
			.transaction(() -> !sessions.jdbc.sql("select token from lease where token = ? and not expired for share")
				.param(token)
				.query(Long.class)
				.list()
				.isEmpty() && writeFenced(body, token));
	}

	private static String body() {
		return sessions.jdbc.sql("select body from report").query(String.class).single();
	}

}
