package dev.bootpatterns.topz;

import java.time.Duration;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Positive;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * What is looked at, and how often.
 *
 * @param rootPid only this process and its descendants; every process in sight if absent
 * @param showArguments whether the command column shows all arguments, which may hold
 * secrets, instead of the executable with its jar or main class
 * @param sampleInterval time between two samples while somebody asks, 100 ms to 1 minute
 * @param idleAfter how long after the last request sampling goes on
 * @param maxWait the longest that a request waits for a sample, at most 1 s
 * @param maxProcesses the most processes that a sample keeps, those with most CPU and
 * memory first; the others are counted only
 */
@Validated
@ConfigurationProperties("topz")
record TopzProperties(@Nullable @Positive Integer rootPid, @DefaultValue("false") boolean showArguments,
		@DefaultValue("2s") @DurationMin(millis = 100) @DurationMax(minutes = 1) Duration sampleInterval,
		@DefaultValue("1m") @DurationMin(seconds = 1) @DurationMax(hours = 1) Duration idleAfter,
		@DefaultValue("900ms") @DurationMin(millis = 10) @DurationMax(seconds = 1) Duration maxWait,
		@DefaultValue("1024") @Min(1) @Max(32768) int maxProcesses) {
}
