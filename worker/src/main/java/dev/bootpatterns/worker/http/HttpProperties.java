package dev.bootpatterns.worker.http;

import java.net.URI;
import java.time.Duration;

import jakarta.validation.constraints.AssertTrue;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The container that handles items.
 *
 * @param url where items are POSTed to, such as {@code http://127.0.0.1:8080/work};
 * without it there is no handler {@code http}
 * @param deadline how long one item may take, with the time that is waited for the
 * container to be there
 */
@Validated
@ConfigurationProperties("worker.http")
record HttpProperties(@Nullable URI url, @DefaultValue("60s") @DurationMin(millis = 1) Duration deadline) {

	@AssertTrue(message = "WORKER_HTTP_URL must be an http or https URL with a host")
	boolean isUrlUsable() {
		return this.url == null || (this.url.getHost() != null && this.url.getScheme() != null
				&& this.url.getScheme().matches("https?"));
	}

}
