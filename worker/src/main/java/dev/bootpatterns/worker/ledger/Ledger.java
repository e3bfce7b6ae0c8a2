package dev.bootpatterns.worker.ledger;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;

import dev.bootpatterns.worker.Outcome;
import dev.bootpatterns.worker.OutputProperties;
import dev.bootpatterns.worker.WorkItem;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * One effect for each item, though attempts are repeated: for handlers whose effect is in
 * a database, and not the same when it is had twice, such as adding to a balance.
 * <p>
 * <b>How.</b> The line that says that an item is done is inserted in the transaction that
 * has its effect, so both are there or none is. It is inserted first: a unique key makes
 * a second attempt wait until the first one's transaction is over, also when it is a
 * worker that has only lost the broker. If that was committed, the second attempt answers
 * with the output that was stored, and does nothing. This is the idempotent receiver of
 * Hohpe and Woolf's <i>Enterprise Integration Patterns</i>, with the transaction that it
 * needs.
 * <p>
 * <b>Cost.</b> Two statements more, one line for each item, and a transaction that is
 * open as long as the handler works: it should do what is slow before it asks the ledger.
 * Nobody waits for ever for a worker that is frozen in a transaction: the database ends
 * that after {@code worker.database.deadline}.
 * <p>
 * <b>Not guaranteed.</b> Effects outside of this database. What was done with other
 * content is not done again and not taken for the same either: that item is rejected.
 */
public class Ledger {

	private final JdbcClient database;

	private final TransactionTemplate transaction;

	private final String deadlineMillis;

	private final OutputProperties outputs;

	Ledger(JdbcClient database, TransactionTemplate transaction, Duration deadline, OutputProperties outputs) {
		this.database = database;
		this.transaction = transaction;
		this.deadlineMillis = Long.toString(deadline.toMillis());
		this.outputs = outputs;
	}

	/**
	 * Has an item's effect, unless it was had before.
	 * @param item the item
	 * @param effect what to do; all that it writes with the client that it gets is taken
	 * back unless its outcome is {@link Outcome.Done}
	 * @return its outcome, or the one with which the item was done before
	 * @throws org.springframework.dao.DataAccessException if the database fails, or
	 * another worker is at the item for longer than the deadline. Whether the effect is
	 * there may then be unknown; the next attempt finds out
	 */
	public Outcome once(WorkItem item, Effect effect) {
		return Objects.requireNonNull(this.transaction.execute((status) -> inTransaction(item, effect, status)));
	}

	private Outcome inTransaction(WorkItem item, Effect effect, TransactionStatus status) {
		this.database.sql("""
				select set_config('statement_timeout', :millis, true),
				       set_config('idle_in_transaction_session_timeout', :millis, true)""")
			.param("millis", this.deadlineMillis)
			.query((_, _) -> "")
			.list();
		byte[] digest = digest(item);
		int inserted = this.database.sql("""
				insert into work_ledger.item (owner_database, job, id, digest)
				values (:database, :job, :id, :digest) on conflict do nothing""")
			.param("database", item.ownerDatabase())
			.param("job", item.job())
			.param("id", item.id())
			.param("digest", digest)
			.update();
		if (inserted == 0) {
			return before(item, digest);
		}
		Outcome outcome = bounded(effect.apply(this.database));
		if (!(outcome instanceof Outcome.Done done)) {
			status.setRollbackOnly();
			return outcome;
		}
		if (done.output() != null) {
			this.database.sql("""
					update work_ledger.item set output = :output
					where owner_database = :database and job = :job and id = :id""")
				.param("output", done.output())
				.param("database", item.ownerDatabase())
				.param("job", item.job())
				.param("id", item.id())
				.update();
		}
		return outcome;
	}

	private Outcome before(WorkItem item, byte[] digest) {
		Line line = this.database.sql("""
				select digest, output from work_ledger.item
				where owner_database = :database and job = :job and id = :id""")
			.param("database", item.ownerDatabase())
			.param("job", item.job())
			.param("id", item.id())
			.query((row, _) -> new Line(row.getBytes("digest"), row.getBytes("output")))
			.single();
		if (!Arrays.equals(digest, line.digest())) {
			return Outcome.rejected("the ledger says that it was done with other content; that effect stands");
		}
		return (line.output() != null) ? Outcome.done(line.output()) : Outcome.done();
	}

	/** Before the commit: an effect that cannot be reported must not be had. */
	private Outcome bounded(Outcome outcome) {
		if (!(outcome instanceof Outcome.Done done)) {
			return outcome;
		}
		if (done.emissions() != null) {
			throw new IllegalArgumentException("The ledger keeps outputs, not emissions: return done(output)");
		}
		byte[] output = done.output();
		return (output != null && this.outputs.exceededBy(output.length)) ? this.outputs.tooLarge(output.length)
				: outcome;
	}

	private static byte[] digest(WorkItem item) {
		try {
			MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
			sha256.update(item.content());
			return sha256.digest();
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java has SHA-256", ex);
		}
	}

	/**
	 * What a handler does in its database.
	 */
	@FunctionalInterface
	public interface Effect {

		/**
		 * Does it.
		 * @param database for statements in the transaction of the ledger
		 * @return how it ended
		 */
		Outcome apply(JdbcClient database);

	}

	@SuppressWarnings("ArrayRecordComponent")
	private record Line(byte[] digest, byte @Nullable [] output) {
	}

}
