package dev.bootpatterns.worker.exec;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import jakarta.validation.constraints.NotNull;
import org.hibernate.validator.constraints.time.DurationMin;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The program that handles items.
 *
 * @param command the program and its arguments; without it there is no handler
 * {@code exec}
 * @param deadline how long one item may take; then the program and all that it has
 * started is ended, and the item has failed
 * @param grace how long these have between SIGTERM and SIGKILL
 * @param directory where the item and its output are while the program runs, each in a
 * folder of its own that only this user can read; the usual one of temporary files
 * @param environment the names of this worker's own environment variables that the
 * program gets, beside those of the contract; no others
 */
@Validated
@ConfigurationProperties("worker.exec")
record ExecProperties(@DefaultValue List<String> command,
		@DefaultValue("5m") @DurationMin(millis = 1) Duration deadline,
		@DefaultValue("5s") @DurationMin(millis = 0) Duration grace, @NotNull Path directory, @DefaultValue( {
				"PATH", "LANG", "LC_ALL", "TZ" }) List<String> environment){
}
