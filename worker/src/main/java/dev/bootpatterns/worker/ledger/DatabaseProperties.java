package dev.bootpatterns.worker.ledger;

import java.time.Duration;

import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The database that handlers write to.
 *
 * @param url its JDBC URL; without it there is no ledger
 * @param username who the worker is there
 * @param password its password
 * @param deadline how long a connection is waited for, how long one statement may take,
 * and how long a transaction may stand still before the database ends it
 */
@Validated
@ConfigurationProperties("worker.database")
record DatabaseProperties(@Nullable String url, @Nullable String username, @Nullable String password,
		@DefaultValue("30s") @DurationMin(seconds = 1) Duration deadline) {

	/** A record would show the password. */
	@Override
	public String toString() {
		return "DatabaseProperties[username=%s, deadline=%s]".formatted(this.username, this.deadline);
	}

}
