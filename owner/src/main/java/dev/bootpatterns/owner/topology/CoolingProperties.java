package dev.bootpatterns.owner.topology;

import java.time.Duration;

import dev.bootpatterns.sharding.heat.CoolingSettings;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import org.hibernate.validator.constraints.time.DurationMin;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.validation.annotation.Validated;

/**
 * How hot shards are cooled. Loads are multiples of the mean load of a shard.
 *
 * @param enabled whether the owner moves slots for it
 * @param period how often it looks
 * @param start a shard whose load is above this begins to be cooled; more than stop
 * @param stop it is cooled until its load is not above this; more than 1
 * @param moves how many slots move in one period at most
 * @param rest for how many periods a slot that moved stays where it is
 * @param minRate below this mean rate of a shard, in requests per second, nothing moves
 */
@Validated
@ConfigurationProperties("owner.cooling")
record CoolingProperties(boolean enabled, @NotNull @DurationMin(millis = 1) Duration period,
		@DecimalMin("1.01") double start, @DecimalMin("1.01") double stop, @Min(1) @Max(1024) int moves,
		@Min(0) @Max(10_000) int rest, @DecimalMin("0.0") double minRate) {

	/**
	 * A move that relieves by less than a thousandth of a shard's load is not worth it.
	 */
	private static final double MIN_GAIN = 0.001;

	CoolingSettings settings() {
		return new CoolingSettings(this.start, this.stop, this.moves, this.rest, MIN_GAIN, this.minRate);
	}

}
