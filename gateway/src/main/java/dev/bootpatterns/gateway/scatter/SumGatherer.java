package dev.bootpatterns.gateway.scatter;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.stereotype.Component;
import org.springframework.util.MultiValueMap;

/**
 * {@code sum}: numbers that are in the same place are added, objects united. What is
 * neither is left out, as is what a leaf says of itself; where leaves differ in kind, the
 * first is believed.
 */
@Component
class SumGatherer implements Gatherer {

	private static final Set<String> OF_THE_LEAF = Set.of("shard", "replica", "epoch", "tookMs");

	@Override
	public String name() {
		return "sum";
	}

	@Override
	public Gathering begin(MultiValueMap<String, String> parameters) {
		return new Sum(parameters);
	}

	private record Sum(MultiValueMap<String, String> leafParameters, ObjectNode sum) implements Gathering {

		Sum(MultiValueMap<String, String> leafParameters) {
			this(leafParameters, JsonNodeFactory.instance.objectNode());
		}

		@Override
		public void add(int shard, JsonNode answer) {
			answer.properties()
				.stream()
				.filter((member) -> !OF_THE_LEAF.contains(member.getKey()))
				.forEach((member) -> add(this.sum, member.getKey(), member.getValue()));
		}

		private static void add(ObjectNode to, String name, JsonNode value) {
			JsonNode known = to.get(name);
			if (value.isObject() && (known == null || known.isObject())) {
				ObjectNode part = (known instanceof ObjectNode object) ? object : to.putObject(name);
				value.properties().forEach((member) -> add(part, member.getKey(), member.getValue()));
			}
			else if (value.isNumber() && (known == null || known.isNumber())) {
				if (value.isIntegralNumber() && (known == null || known.isIntegralNumber())) {
					to.put(name, value.asLong() + ((known != null) ? known.asLong() : 0));
				}
				else {
					to.put(name, value.asDouble() + ((known != null) ? known.asDouble() : 0));
				}
			}
		}

		@Override
		public Map<String, Object> result() {
			Map<String, Object> result = new LinkedHashMap<>();
			this.sum.properties().forEach((member) -> result.put(member.getKey(), member.getValue()));
			return result;
		}

	}

}
