package dev.bootpatterns.owner.election;

import java.util.List;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Pattern;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.validation.annotation.Validated;

/**
 * Who this replica is.
 *
 * @param id its name, such as {@code owner-1}; a random part is added at each start, so
 * two replicas with one name do no harm
 * @param roles the roles that it is a candidate for; {@code GET /leader} speaks of the
 * first
 */
@Validated
@ConfigurationProperties("owner")
record OwnerProperties(@NotBlank String id,
		@NotEmpty List<@Pattern(regexp = "[a-z0-9]([a-z0-9-]{0,18}[a-z0-9])?") String> roles) {
}
