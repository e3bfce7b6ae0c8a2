package dev.bootpatterns.logadapter.live;

import java.time.Duration;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import org.hibernate.validator.constraints.time.DurationMin;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * How much is kept in memory for those who ask.
 *
 * @param recentEntries the most recent entries that are kept
 * @param recentSize the most bytes of them
 * @param maxSubscribers how many may follow at a time
 * @param subscriberEntries how many entries are kept for each that is slow
 * @param subscriberSize the most bytes of them
 * @param heartbeat after how long without an entry a follower gets a sign of life
 */
@Validated
@ConfigurationProperties("log-adapter.live")
record LiveProperties(@DefaultValue("2000") @Min(1) @Max(100_000) int recentEntries,
		@DefaultValue("4MB") @NotNull DataSize recentSize, @DefaultValue("16") @Min(0) @Max(1000) int maxSubscribers,
		@DefaultValue("1000") @Min(1) @Max(100_000) int subscriberEntries,
		@DefaultValue("1MB") @NotNull DataSize subscriberSize,
		@DefaultValue("15s") @DurationMin(millis = 100) Duration heartbeat) {
}
