package dev.bootpatterns.gateway.scatter;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import tools.jackson.databind.JsonNode;

import org.springframework.stereotype.Component;
import org.springframework.util.MultiValueMap;

/**
 * {@code concatenate}: the items of the leaves' JSON arrays, shard by shard, as
 * {@code items}. An answer that is no array is one item.
 */
@Component
class ConcatenateGatherer implements Gatherer {

	@Override
	public String name() {
		return "concatenate";
	}

	@Override
	public Gathering begin(MultiValueMap<String, String> parameters) {
		Map<Integer, List<JsonNode>> items = new TreeMap<>();
		return new Gathering() {

			@Override
			public MultiValueMap<String, String> leafParameters() {
				return parameters;
			}

			@Override
			public void add(int shard, JsonNode answer) {
				List<JsonNode> own = new ArrayList<>();
				if (answer.isArray()) {
					answer.forEach(own::add);
				}
				else {
					own.add(answer);
				}
				items.put(shard, own);
			}

			@Override
			public Map<String, Object> result() {
				return Map.of("items", items.values().stream().flatMap(List::stream).toList());
			}

		};
	}

}
