package dev.bootpatterns.shard.admission;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How many searches a leaf takes.
 *
 * @param concurrency how many run at once, 1 to 1024; more than processors only makes
 * each of them slower; without it the number of processors
 * @param maxQueue how many wait at most, 0 to 10000; one more is refused with 503
 */
@Validated
@ConfigurationProperties("shard.search")
record SearchProperties(@Nullable @Min(1) @Max(1024) Integer concurrency,
		@DefaultValue("100") @Min(0) @Max(10_000) int maxQueue) {

	int atOnce() {
		return (this.concurrency != null) ? this.concurrency : Runtime.getRuntime().availableProcessors();
	}

}
