package dev.bootpatterns.worker.ingest;

import java.net.URI;
import java.time.Duration;

import jakarta.validation.Valid;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.NotNull;
import org.hibernate.validator.constraints.time.DurationMin;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.Conditional;
import org.springframework.validation.annotation.Validated;

/**
 * Where documents go, and how long that is tried.
 *
 * @param gatewayUrl the gateway, such as {@code http://127.0.0.1:8080}; required
 * ({@code WORKER_GATEWAY_URL}), unless the worker has a program or a container to do its
 * work
 * @param ingest how long and how often
 */
@Validated
@Conditional(GatewayNeeded.class)
@ConfigurationProperties("worker")
record IngestProperties(
		@NotNull(message = "is required: set WORKER_GATEWAY_URL, the base URL of the gateway") URI gatewayUrl,
		@DefaultValue @Valid Ingest ingest) {

	@AssertTrue(message = "WORKER_GATEWAY_URL must be an http or https URL with a host")
	boolean isGatewayUrlUsable() {
		// Absent is reported as such.
		return this.gatewayUrl == null || (this.gatewayUrl.getHost() != null && this.gatewayUrl.getScheme() != null
				&& this.gatewayUrl.getScheme().matches("https?"));
	}

	/**
	 * The patience of one handling.
	 *
	 * @param deadline handling an item ends within this, all tries and waits included;
	 * longer than the time limit of one try
	 * @param backoff the wait after the first failed try; doubles with each
	 * @param maxBackoff the longest of these waits
	 * @param jitter the part of a wait that is random, 0 to 0.9
	 * @param breakerPause how long to wait before asking an open circuit breaker again
	 */
	record Ingest(@DefaultValue("30s") @DurationMin(millis = 1) Duration deadline,
			@DefaultValue("200ms") @DurationMin(millis = 1) Duration backoff,
			@DefaultValue("5s") @DurationMin(millis = 1) Duration maxBackoff,
			@DefaultValue("0.5") @DecimalMin("0") @DecimalMax("0.9") double jitter,
			@DefaultValue("250ms") @DurationMin(millis = 1) Duration breakerPause) {
	}

}
