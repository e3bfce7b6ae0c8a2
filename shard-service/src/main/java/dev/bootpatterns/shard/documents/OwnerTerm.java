package dev.bootpatterns.shard.documents;

import java.util.OptionalLong;
import java.util.regex.Pattern;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ResponseStatusException;

/**
 * Refuses writes on behalf of an owner of jobs whose term is over: what a worker writes
 * for an item carries the term that the item was sent under. The database knows the term
 * that was granted last, so a header that somebody makes up can only get its own request
 * refused.
 * <p>
 * <b>Guarantee.</b> A write that locks its slot after a later term was granted changes
 * nothing. One that had its slot by then may be committed a moment after the grant; it
 * was first, as any write that came a moment earlier.
 * <p>
 * <b>Cost.</b> One statement for a write that carries a term, none for others.
 */
@Component
class OwnerTerm {

	static final String HEADER = "X-Owner-Term";

	private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,17}");

	private final JdbcClient jdbc;

	private final Counter refused;

	private volatile boolean elects;

	OwnerTerm(JdbcClient jdbc, MeterRegistry meters) {
		this.jdbc = jdbc;
		this.refused = Counter.builder("shard.writes.refused")
			.tag("reason", "owner-term")
			.description("Writes that changed nothing because the term of the owner that they were for is over")
			.register(meters);
	}

	/**
	 * Reads the header.
	 * @param headers of the request
	 * @return the term, empty if the write is not on behalf of an owner
	 * @throws ResponseStatusException 400 if it is no term
	 */
	static OptionalLong of(HttpHeaders headers) {
		@Nullable String header = headers.getFirst(HEADER);
		if (header == null) {
			return OptionalLong.empty();
		}
		if (!NUMBER.matcher(header).matches()) {
			throw new ResponseStatusException(HttpStatus.BAD_REQUEST, HEADER + " must be a number from 1");
		}
		return OptionalLong.of(Long.parseLong(header));
	}

	/**
	 * Whether a later term was granted, as of now and not of the transaction's begin.
	 * @param term the write's
	 * @return whether the write is to be refused
	 */
	boolean isOver(OptionalLong term) {
		if (term.isEmpty() || !elects()) {
			return false;
		}
		boolean over = this.jdbc.sql("select exists (select from owner.lease where name = 'jobs' and term > ?)")
			.param(term.getAsLong())
			.query(Boolean.class)
			.single();
		if (over) {
			this.refused.increment();
		}
		return over;
	}

	/** Where no owner has ever been, there is no later one. */
	private boolean elects() {
		if (!this.elects) {
			this.elects = this.jdbc.sql("select to_regclass('owner.lease') is not null").query(Boolean.class).single();
		}
		return this.elects;
	}

}
