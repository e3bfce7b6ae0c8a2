package dev.bootpatterns.owner.election;

import java.util.function.Supplier;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Effects in SQL that happen only while their term is in force.
 * <p>
 * <b>Guarantee.</b> If {@link #inTransaction} returns, no later term had been granted
 * when the transaction was committed. An owner that was paused in the middle of it (a
 * long collection, SIGSTOP, a suspended machine) finds after waking that the database has
 * ended its session ({@code idle_in_transaction_session_timeout}, shorter than the lease)
 * and rolled the effect back; one that was paused before it is refused.
 * <p>
 * <b>Cost.</b> One round trip more for each transaction: it takes the advisory lock of
 * the lease shared and reads the lease's row.
 * <p>
 * <b>Trade-off.</b> A new grant waits for effects under way, so they must be short: the
 * statement timeout bounds each step.
 *
 * @see PostgresLeaseStore
 * @see PostgresFence
 */
@Component
public class FencedOperations {

	private final JdbcClient jdbc;

	private final TransactionTemplate transactions;

	private final Counter refused;

	FencedOperations(JdbcClient jdbc, PlatformTransactionManager transactionManager, MeterRegistry meters) {
		this.jdbc = jdbc;
		this.transactions = new TransactionTemplate(transactionManager);
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
		return this.transactions.execute((status) -> {
			requireInForce(term);
			return effect.get();
		});
	}

	private void requireInForce(Term term) {
		this.jdbc.sql("select pg_advisory_xact_lock_shared(hashtextextended(:name, 0))")
			.param("name", term.lease())
			.query((row) -> {
			});
		boolean inForce = this.jdbc.sql("""
				select exists (select from owner.lease
				                where name = :name and term = :term
				                   and (expires_at > clock_timestamp() or expires_at = '-infinity'))""")
			.param("name", term.lease())
			.param("term", term.number())
			.query(Boolean.class)
			.single();
		if (!inForce) {
			this.refused.increment();
			throw new StaleTermException(term);
		}
	}

}
