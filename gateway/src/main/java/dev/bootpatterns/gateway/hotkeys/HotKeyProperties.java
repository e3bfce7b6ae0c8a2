package dev.bootpatterns.gateway.hotkeys;

import java.time.Duration;

import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Positive;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * When a key is hot, and what its readers share.
 *
 * @param enabled whether anything is shared at all
 * @param rate a key is hot when it certainly gets more reads per second than this
 * @param share and more than this part of the reads of its service; so there are at most
 * 1 / share hot keys
 * @param halfLife after which time a read counts half
 * @param period how often it is decided which keys are hot
 * @param ttl how old an answer may be when its reader asks. 0: it is fetched after the
 * reader asked, so that all gateways together show no old value
 * @param patience how long a reader waits for a fetch to begin before it asks by itself
 * @param maxReaders who wait for one fetch; one more asks by itself
 * @param maxEntrySize a larger answer is not shared
 * @param maxSize of all copies of a service together
 */
@Validated
@ConfigurationProperties("gateway.hot-keys")
record HotKeyProperties(@DefaultValue("true") boolean enabled, @DefaultValue("50") @Positive double rate,
		@DefaultValue("0.01") @DecimalMin("0.001") @DecimalMax("1") double share,
		@DefaultValue("2s") @DurationMin(millis = 100) Duration halfLife,
		@DefaultValue("500ms") @DurationMin(millis = 10) Duration period,
		@DefaultValue("0s") @DurationMin @DurationMax(minutes = 1) Duration ttl,
		@DefaultValue("2s") @DurationMin Duration patience, @DefaultValue("1000") @Min(1) @Max(100_000) int maxReaders,
		@DefaultValue("64KB") DataSize maxEntrySize, @DefaultValue("8MB") DataSize maxSize) {
}
