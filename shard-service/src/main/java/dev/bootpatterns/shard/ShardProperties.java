package dev.bootpatterns.shard;

import java.nio.file.Path;
import java.time.Duration;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Who this replica is, and its bounds.
 *
 * @param id the shard that it is a replica of, from 0; required
 * @param replica its name among the shard's replicas, up to 63 of
 * {@code a-z A-Z 0-9 . _ -}; required
 * @param indexDirectory where the index is kept, in a folder {@code lucene}; this
 * replica's own. What does not fit any more is thrown away, since the index is derived
 * data; required
 * @param refreshInterval a change is found by search after this time at the latest, while
 * its event arrives
 * @param catchUpPeriod how often the database is asked for changes whose events were lost
 * @param topologyPeriod how often the topology is read
 * @param announcePeriod how often this replica says where it is and how far; the owner
 * waits for nobody who said nothing for five seconds
 * @param advertisedUri where routers reach it, for instance
 * {@code http://shard-0-a:8101}; without it no router and no owner learns of this replica
 * @param zone where it runs, up to 63 of {@code a-z A-Z 0-9 . _ -}, as the gateways'
 * {@code gateway.zone} has it; announced to routers, none if it is not there
 * @param heatPeriod how often it is written down which slots are asked for how often
 * @param leaveDelay how long it serves on after it was told to end and says that it is
 * not ready: longer than a router takes to notice; 0 is not at all
 * @param maxRequestSize a larger request body is refused with 413
 */
@Validated
@ConfigurationProperties("shard")
public record ShardProperties(@NotNull @Min(0) @Max(1023) Integer id,
		@NotNull @Pattern(regexp = "[a-zA-Z0-9._-]{1,63}") String replica, @NotNull Path indexDirectory,
		@DefaultValue("1s") Duration refreshInterval, @DefaultValue("5s") Duration catchUpPeriod,
		@DefaultValue("1s") Duration topologyPeriod, @DefaultValue("1s") Duration announcePeriod,
		@Nullable @Pattern(regexp = "https?://[^/?#]+") String advertisedUri,
		@Nullable @Pattern(regexp = "[a-zA-Z0-9._-]{1,63}") String zone, @DefaultValue("5s") Duration heatPeriod,
		@DefaultValue("2s") Duration leaveDelay, @DefaultValue("5MB") DataSize maxRequestSize) {
}
