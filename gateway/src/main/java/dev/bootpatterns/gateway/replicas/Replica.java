package dev.bootpatterns.gateway.replicas;

import java.net.URI;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import org.springframework.cloud.client.ServiceInstance;

/**
 * One replica of a service.
 *
 * @param id unique among all replicas, for metrics and logs: {@code shards-0-a}
 * @param service the service's name in discovery
 * @param shard the shard that it is a replica of, from the instance's metadata
 * {@code shard}; null if its service is not sharded
 * @param name among those of its shard, from the metadata {@code replica}: {@code a}
 * @param zone where it runs, from the metadata {@code zone}; null if that is not known
 * @param uri where it is
 */
public record Replica(String id, String service, @Nullable Integer shard, String name, @Nullable String zone, URI uri) {

	static Replica of(ServiceInstance instance) {
		Map<String, String> metadata = Objects.requireNonNullElse(instance.getMetadata(), Map.of());
		String shard = metadata.get("shard");
		String name = metadata.getOrDefault("replica", instance.getHost() + ":" + instance.getPort());
		return new Replica(instance.getServiceId() + ((shard != null) ? "-" + shard : "") + "-" + name,
				instance.getServiceId(), (shard != null) ? Integer.valueOf(shard) : null, name, metadata.get("zone"),
				instance.getUri());
	}

	/**
	 * The address of a resource at this replica.
	 * @param path raw path
	 * @param query raw query, if there is one
	 * @return the address
	 */
	public URI resolve(String path, @Nullable String query) {
		return URI.create("%s://%s%s%s".formatted(this.uri.getScheme(), this.uri.getRawAuthority(), path,
				(query != null) ? "?" + query : ""));
	}

}
