package dev.bootpatterns.gateway.shard;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

import dev.bootpatterns.gateway.replicas.ReplicaRouting;

import org.springframework.stereotype.Component;

/**
 * The sharded services that are lists of backends. One that cannot work fails the start.
 */
@Component
class StaticServices {

	private final Map<String, StaticService> services = new HashMap<>();

	StaticServices(StaticServicesProperties properties, ReplicaRouting routing) {
		properties.services().forEach((name, service) -> {
			try {
				this.services.put(name, new StaticService(new Backends(name, service), service.next(), routing));
			}
			catch (IllegalArgumentException ex) {
				throw new IllegalArgumentException("gateway.static.%s: %s".formatted(name, ex.getMessage()), ex);
			}
		});
	}

	Optional<StaticService> find(String name) {
		return Optional.ofNullable(this.services.get(name));
	}

}
