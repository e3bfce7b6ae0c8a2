package dev.bootpatterns.gateway.country;

import java.nio.file.Path;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Where a client's country comes from.
 *
 * @param table a CSV file, {@code CIDR,country} in each line; read once at start. None by
 * default: then no route can use the country
 * @param maxEntries a table with more lines fails the start; each takes up to 40 bytes
 * @param trustedProxies how many proxies in front of the gateway append to
 * {@code X-Forwarded-For}. With 0 that header is ignored and the country is that of the
 * connection's other end
 */
@Validated
@ConfigurationProperties("gateway.country")
public record CountryProperties(@Nullable Path table, @DefaultValue("1000000") @Min(1) @Max(10_000_000) int maxEntries,
		@DefaultValue("0") @Min(0) @Max(100) int trustedProxies) {
}
