package dev.bootpatterns.gateway.scatter;

import java.time.Duration;

import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import org.hibernate.validator.constraints.time.DurationMin;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * When another replica of a leaf is asked while the first has not answered.
 *
 * @param mode {@code hedge}: when the first is late; {@code tied}: at once, and whichever
 * begins first cancels the other, at the price of one more message for each leaf;
 * {@code off}: only when the first has failed
 * @param quantile a leaf is late when it takes longer than this part of its recent calls
 * @param halfLife of the calls of which that is known: one that is as old counts half
 * @param initialDelay a leaf is late after this time while too few of its calls are known
 * @param minDelay a leaf is never late before this time
 * @param tiedDelay how much later the second of two tied copies is sent; more than a
 * message takes, so that both do not begin at the same time on replicas that are idle
 * @param budget hedges and retries of leaf calls, as a share of the leaf calls; and
 * hedges at once, of the calls on their way
 */
@Validated
@ConfigurationProperties("gateway.hedging")
record HedgingProperties(@DefaultValue("hedge") Mode mode,
		@DefaultValue("0.95") @DecimalMin("0.5") @DecimalMax("0.999") double quantile,
		@DefaultValue("10s") @DurationMin(millis = 100) Duration halfLife,
		@DefaultValue("200ms") @DurationMin(millis = 1) Duration initialDelay,
		@DefaultValue("2ms") @DurationMin Duration minDelay, @DefaultValue("1ms") @DurationMin Duration tiedDelay,
		@DefaultValue("0.05") @DecimalMin("0") @DecimalMax("1") double budget) {

	/** What is done about a leaf that is slow. */
	enum Mode {

		HEDGE, TIED, OFF

	}

}
