package dev.bootpatterns.owner.election;

import java.sql.SQLException;
import java.util.function.Supplier;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.core.NestedExceptionUtils;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Effects in SQL that happen only while their term is in force.
 * <p>
 * <b>Guarantee.</b> If {@link #inTransaction} returns, no later term had been granted
 * when the transaction was committed. An owner that was paused before it (a long
 * collection, SIGSTOP, a suspended machine) is refused. One that was paused in the middle
 * of it finds after waking that the database has ended its session and rolled the effect
 * back: a session may be idle for half of the lease, and so may a statement take, so that
 * the next grant waits for it no longer than for the lease.
 * <p>
 * <b>Cost.</b> Two statements more for each transaction: one takes the advisory lock of
 * the lease shared and bounds the session, the next one, which must see what was
 * committed before the lock was had, reads the lease's row.
 * <p>
 * <b>Trade-off.</b> A new grant waits for effects under way, so they must be short.
 *
 * @see PostgresLeaseStore
 * @see PostgresFence
 */
@Component
public class FencedOperations {

	/** SQLSTATE of a session that was idle in its transaction for too long. */
	private static final String IDLE_IN_TRANSACTION = "25P03";

	private final JdbcClient jdbc;

	private final TransactionTemplate transactions;

	private final String bound;

	private final Counter refused;

	FencedOperations(JdbcClient jdbc, PlatformTransactionManager transactionManager, ElectionProperties times,
			MeterRegistry meters) {
		this.jdbc = jdbc;
		this.transactions = new TransactionTemplate(transactionManager);
		this.bound = Long.toString(times.lease().toMillis() / 2);
		this.refused = Counter.builder("owner.fenced.refused")
			.description("Effects that were refused because their term was over")
			.register(meters);
	}

	/**
	 * Runs an effect in a transaction that is committed only under this term.
	 * @param <T> the type of the result
	 * @param term the term that the caller acts under
	 * @param effect statements on the same data source; short
	 * @return what the effect returned
	 * @throws StaleTermException if the term is over; nothing was changed
	 */
	public <T extends @Nullable Object> T inTransaction(Term term, Supplier<T> effect) {
		try {
			return this.transactions.execute((status) -> {
				begin(term);
				if (!isInForce(term)) {
					throw new StaleTermException(term);
				}
				return effect.get();
			});
		}
		catch (StaleTermException ex) {
			this.refused.increment();
			throw ex;
		}
		catch (RuntimeException ex) {
			if (wasIdleForTooLong(ex) && !isInForce(term)) {
				this.refused.increment();
				throw new StaleTermException(term, ex);
			}
			throw ex;
		}
	}

	private void begin(Term term) {
		this.jdbc.sql("""
				select pg_advisory_xact_lock_shared(hashtextextended(:name, 0)),
				       set_config('idle_in_transaction_session_timeout', :bound, true),
				       set_config('statement_timeout', :bound, true)""")
			.param("name", term.lease())
			.param("bound", this.bound)
			.query((row) -> {
			});
	}

	private boolean isInForce(Term term) {
		return this.jdbc.sql("""
				select exists (select from owner.lease
				                where name = :name and term = :term
				                   and (expires_at > clock_timestamp() or expires_at = '-infinity'))""")
			.param("name", term.lease())
			.param("term", term.number())
			.query(Boolean.class)
			.single();
	}

	/** Then it is known to have been rolled back, whatever was on its way. */
	private static boolean wasIdleForTooLong(RuntimeException ex) {
		return NestedExceptionUtils.getMostSpecificCause(ex) instanceof SQLException cause
				&& IDLE_IN_TRANSACTION.equals(cause.getSQLState());
	}

}
