package dev.bootpatterns.shard.topology;

import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * Where the other replicas of this shard are, as each of them announced it.
 */
@Component
public class Siblings {

	private volatile Map<String, String> uris = Map.of();

	/**
	 * Where a replica is.
	 * @param replica its name
	 * @return its base URI, as it was an announce period ago; null if there is no other
	 * replica of this shard with that name
	 */
	public @Nullable String uri(String replica) {
		return this.uris.get(replica);
	}

	void are(Map<String, String> uriByReplica) {
		this.uris = Map.copyOf(uriByReplica);
	}

}
