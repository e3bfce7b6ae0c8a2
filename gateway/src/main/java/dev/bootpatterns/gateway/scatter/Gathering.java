package dev.bootpatterns.gateway.scatter;

import java.util.Map;

import tools.jackson.databind.JsonNode;

import org.springframework.util.MultiValueMap;

/**
 * The gathering of the answers to one request.
 */
public interface Gathering {

	/**
	 * What each leaf is asked for.
	 * @return the parameters of its query; the client's, if the merge needs no others
	 */
	MultiValueMap<String, String> leafParameters();

	/**
	 * Whether the leaves must know of each other's terms to answer so that their scores
	 * can be compared.
	 * @return whether {@code /stats/terms} of all leaves is asked first and the sum sent
	 * along
	 */
	default boolean needsStatistics() {
		return false;
	}

	/**
	 * Takes a leaf's answer, as soon as it is there; never two at the same time.
	 * @param shard the leaf's shard
	 * @param answer what it answered
	 */
	void add(int shard, JsonNode answer);

	/**
	 * What the answers make together.
	 * @return the members of the JSON object that the client gets, beside
	 * {@code coverage} and {@code tookMs}
	 */
	Map<String, Object> result();

}
