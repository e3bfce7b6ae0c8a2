package dev.bootpatterns.owner.topology;

import dev.bootpatterns.sharding.Slots;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.validation.annotation.Validated;

/**
 * The topology that a new system starts with.
 *
 * @param shards how many shards; required, 1 to 1024. Without effect once there is a
 * topology
 */
@Validated
@ConfigurationProperties("owner")
record TopologyProperties(@Min(1) @Max(Slots.COUNT) int shards) {
}
