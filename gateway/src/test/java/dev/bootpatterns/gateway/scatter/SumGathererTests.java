package dev.bootpatterns.gateway.scatter;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.util.LinkedMultiValueMap;

import static org.assertj.core.api.Assertions.assertThat;

class SumGathererTests {

	private final Gathering sum = new SumGatherer().begin(new LinkedMultiValueMap<>());

	@Test
	void numbersInTheSamePlace_areAdded_objectsUnited_theRestLeftOut() {
		add(0, """
				{"shard": 0, "replica": "a", "epoch": 3, "documents": 10, "share": 0.5, "name": "x", "list": [1],
				 "terms": {"map": {"documents": 2}, "set": {"documents": 1}}}""");
		add(1, """
				{"shard": 1, "documents": 5000000000, "share": 0.25, "terms": {"map": {"documents": 3, "other": 1}}}""");
		assertThat(JsonMapper.shared().writeValueAsString(this.sum.result())).isEqualTo(
				"""
						{"documents":5000000010,"share":0.75,"terms":{"map":{"documents":5,"other":1},"set":{"documents":1}}}""");
	}

	@Test
	void numberWhereAnotherLeafHasAnObject_isLeftOut() {
		add(0, "{\"x\": {\"y\": 1}}");
		add(1, "{\"x\": 2}");
		add(2, "{\"x\": {\"y\": 4}}");
		assertThat(JsonMapper.shared().writeValueAsString(this.sum.result())).isEqualTo("{\"x\":{\"y\":5}}");
	}

	private void add(int shard, String json) {
		this.sum.add(shard, JsonMapper.shared().readTree(json));
	}

}
