package dev.bootpatterns.gateway;

import java.time.Duration;

import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * The gateway's own bounds and periods.
 *
 * @param topologyPeriod how often the owner is asked for the topology
 * @param probePeriod how often the replicas are listed and each is asked whether it is
 * ready
 * @param probeTimeout a replica that takes longer to answer that three times in a row is
 * not ready
 * @param maxRequestSize a larger request body is refused with 413; a body is kept in
 * memory while the request may have to go to another replica
 * @param maxBufferedSize the bodies of all requests that are on their way together; one
 * more is refused with 503
 * @param bodyTimeout how long a client may take to send a body; then 408
 * @param latencyDecay how fast it is forgotten how slow a replica was: after this time a
 * peak of its latency weighs 1/e
 * @param zone where this gateway runs, as replicas' metadata {@code zone} has it; blank:
 * replicas of all zones are alike
 * @param crossZoneCost a replica in another zone is chosen when those in this one cost so
 * many times as much: 1 is as if there were no zones
 * @param affinityGain a replica that the client prefers ({@code X-Affinity}) is chosen
 * until it costs so many times as much as another: 1 is as if there were no preference
 * @param maxFanOut how many leaves one request asks at the same time
 * @param retryBudget retries allowed per request, over time: 0.1 is one in ten. Attempts
 * that never reached a replica do not count
 * @param defaultDeadline how long a search may take unless the client says so
 * @param maxDeadline the longest that a client may ask for
 */
@Validated
@ConfigurationProperties("gateway")
public record GatewayProperties(@DefaultValue("2s") Duration topologyPeriod, @DefaultValue("1s") Duration probePeriod,
		@DefaultValue("1s") Duration probeTimeout, @DefaultValue("5MB") DataSize maxRequestSize,
		@DefaultValue("64MB") DataSize maxBufferedSize, @DefaultValue("30s") Duration bodyTimeout,
		@DefaultValue("5s") Duration latencyDecay, @DefaultValue("") String zone,
		@DefaultValue("3") @DecimalMin("1") double crossZoneCost,
		@DefaultValue("2") @DecimalMin("1") double affinityGain, @DefaultValue("64") @Min(1) @Max(1024) int maxFanOut,
		@DefaultValue("0.1") double retryBudget, @DefaultValue("2s") Duration defaultDeadline,
		@DefaultValue("30s") Duration maxDeadline) {
}
