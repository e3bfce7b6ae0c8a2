package dev.bootpatterns.owner.election;

import jakarta.validation.constraints.NotBlank;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.validation.annotation.Validated;

/**
 * Who this replica is.
 *
 * @param id its name, such as {@code owner-1}; a random part is added at each start, so
 * two replicas with one name do no harm
 */
@Validated
@ConfigurationProperties("owner")
record OwnerProperties(@NotBlank String id) {
}
