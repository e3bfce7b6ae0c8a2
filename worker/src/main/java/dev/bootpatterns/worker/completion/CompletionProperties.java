package dev.bootpatterns.worker.completion;

import java.net.URI;
import java.time.Duration;

import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Pattern;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Whether the worker ends by itself, and when.
 *
 * @param exitWhenEmpty whether it does
 * @param quietPeriod without a job: how long there must have been nothing to do; longer
 * than the owner needs to enqueue more, and lets items wait to be tried again
 * @param job the job at whose end it ends
 * @param gatewayUrl where the job is asked for, such as {@code http://127.0.0.1:8080}
 */
@Validated
@ConfigurationProperties("worker")
record CompletionProperties(@DefaultValue("false") boolean exitWhenEmpty,
		@DefaultValue("30s") @DurationMin(millis = 1) Duration quietPeriod,
		@Pattern(regexp = "[0-9]{1,18}",
				message = "is the id of a job, as GET /jobs says (WORKER_JOB)") @Nullable String job,
		@Nullable URI gatewayUrl) {

	@AssertTrue(message = "WORKER_JOB is of use with WORKER_EXIT_WHEN_EMPTY=true alone, and needs WORKER_GATEWAY_URL")
	boolean isJobOfUse() {
		return this.job == null || (this.exitWhenEmpty && this.gatewayUrl != null);
	}

}
