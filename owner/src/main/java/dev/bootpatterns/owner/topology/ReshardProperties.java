package dev.bootpatterns.owner.topology;

import java.time.Duration;

import jakarta.validation.constraints.NotNull;
import org.hibernate.validator.constraints.time.DurationMin;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.validation.annotation.Validated;

/**
 * How a change of the topology is brought to its end.
 *
 * @param poll how often the owner looks whether the next step can be done
 * @param prepareTimeout a change whose replicas have not loaded what they receive by then
 * is rolled back
 * @param grace how long the copies of moved slots are kept after the change. Longer than
 * the period in which routers ask for the topology
 */
@Validated
@ConfigurationProperties("owner.reshard")
record ReshardProperties(@NotNull @DurationMin(millis = 1) Duration poll,
		@NotNull @DurationMin(millis = 1) Duration prepareTimeout, @NotNull @DurationMin(millis = 1) Duration grace) {
}
