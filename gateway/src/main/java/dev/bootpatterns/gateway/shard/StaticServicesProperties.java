package dev.bootpatterns.gateway.shard;

import java.net.URI;
import java.util.List;
import java.util.Map;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.bind.Name;
import org.springframework.validation.annotation.Validated;

/**
 * Sharded services that are lists of backends, without an owner.
 *
 * @param services by the name that a route uses
 */
@Validated
@ConfigurationProperties("gateway")
record StaticServicesProperties(@Name("static") @DefaultValue Map<String, @Valid Service> services) {

	/**
	 * One service.
	 *
	 * @param backends who shares the keys; shard 0 is the first
	 * @param function the sharding function: {@code rendezvous}, {@code ketama},
	 * {@code maglev}, {@code jump-back}, {@code modulo}, {@code slots} or
	 * {@code bounded-load}
	 * @param epsilon with {@code bounded-load}: by which share a backend's requests in
	 * flight may exceed the average
	 * @param next who else may answer when a key's backend fails
	 */
	record Service(@NotEmpty @Size(max = 1000) List<@Valid Backend> backends,
			@DefaultValue("rendezvous") String function, @DefaultValue("0.25") double epsilon,
			@DefaultValue("retriable") Next next) {
	}

	/**
	 * One backend.
	 *
	 * @param uri where it is: {@code http://host:port}, without a path
	 * @param weight its share of the keys in proportion to the others; 0 gets none
	 * @param name what is hashed for it, and said in {@code X-Replica}; by default
	 * {@code host:port}
	 */
	record Backend(@NotNull URI uri, @DefaultValue("1") @Min(0) @Max(1_000_000) int weight, @Nullable String name) {
	}

	/** Who answers in place of a backend that fails. */
	enum Next {

		/**
		 * Who would have the key if that backend were not there, by the rule of all
		 * routes: whatever the request if it never got there, else only if it may be
		 * repeated.
		 */
		RETRIABLE,

		/** Nobody: the others do not have what it has. */
		NEVER

	}

}
