package dev.bootpatterns.logadapter.pipeline;

import java.nio.file.Path;
import java.time.Duration;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * What is followed and where it goes.
 *
 * @param files globs of the files to follow, separated by commas; required
 * @param exclude globs of files not to follow
 * @param pollInterval how long to wait after a turn that read nothing
 * @param scanInterval time between two looks for new and renamed files
 * @param maxFiles the most files at a time; others wait
 * @param maxLine the most bytes of a line that are kept
 * @param goneGrace how long a file is read on after it was renamed or deleted
 * @param accessDurationUnit what a bare whole number at the end of an access-log line
 * counts
 * @param join how lines are joined
 * @param output where entries go
 */
@Validated
@ConfigurationProperties("log-adapter")
record AdapterProperties(@NotBlank String files, @DefaultValue("") String exclude,
		@DefaultValue("250ms") @DurationMin(millis = 10) @DurationMax(seconds = 10) Duration pollInterval,
		@DefaultValue("1s") @DurationMin(millis = 10) @DurationMax(minutes = 1) Duration scanInterval,
		@DefaultValue("256") @Min(1) @Max(10_000) int maxFiles, @DefaultValue("64KB") @NotNull DataSize maxLine,
		@DefaultValue("5s") Duration goneGrace, @DefaultValue("MICROSECONDS") @NotNull DurationUnit accessDurationUnit,
		@DefaultValue @Valid Join join, @DefaultValue @Valid Output output) {

	/**
	 * How lines are joined to one entry.
	 *
	 * @param maxLines the most lines of an entry
	 * @param maxSize the most bytes of an entry of several lines
	 * @param silence after how long without a line an entry is complete
	 */
	record Join(@DefaultValue("1000") @Min(1) @Max(100_000) int maxLines, @DefaultValue("256KB") DataSize maxSize,
			@DefaultValue("1s") @DurationMin(millis = 1) Duration silence) {
	}

	/**
	 * Where entries go.
	 *
	 * @param directory the folder for entries, dead letters and checkpoint; required
	 * @param maxFileSize the size at which a file is full
	 * @param maxFiles the most files of entries, the current one among them
	 * @param checkpointInterval time between two checkpoints
	 * @param retryInterval time between two attempts while writing fails
	 */
	record Output(@NotNull Path directory, @DefaultValue("16MB") DataSize maxFileSize,
			@DefaultValue("4") @Min(2) @Max(10_000) int maxFiles,
			@DefaultValue("1s") @DurationMin(millis = 10) Duration checkpointInterval,
			@DefaultValue("1s") @DurationMin(millis = 10) Duration retryInterval) {
	}

	/**
	 * A unit of time.
	 */
	enum DurationUnit {

		/** Millionths of a second: what {@code %D} is in Tomcat 10 and later. */
		MICROSECONDS(0.001),

		/** Thousandths of a second: what {@code %D} was before. */
		MILLISECONDS(1),

		/** Seconds. */
		SECONDS(1000);

		private final double millis;

		DurationUnit(double millis) {
			this.millis = millis;
		}

		double millis() {
			return this.millis;
		}

	}

}
