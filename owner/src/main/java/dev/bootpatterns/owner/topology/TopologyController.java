package dev.bootpatterns.owner.topology;

import java.util.List;

import dev.bootpatterns.owner.web.Problems;
import dev.bootpatterns.sharding.TopologyDocument;

import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Says which topology is in force. Any replica answers, from the table.
 */
@RestController
class TopologyController {

	private final TopologyStore store;

	TopologyController(TopologyStore store) {
		this.store = store;
	}

	@GetMapping("/topology")
	ResponseEntity<View> topology() {
		TopologyStore.Stored stored = this.store.find()
			.orElseThrow(() -> Problems.notFound("There is no topology yet: the first elected owner decides it."));
		TopologyDocument document = stored.document();
		// An epoch names one topology for ever, so it is the entity tag; Spring answers
		// 304 to whoever has it.
		return ResponseEntity.ok()
			.eTag(Long.toString(document.epoch()))
			.cacheControl(CacheControl.noCache())
			.body(new View(document.epoch(), stored.term(), document.shards()));
	}

	/**
	 * The answer.
	 *
	 * @param epoch higher is newer
	 * @param term the term of the owner that decided it
	 * @param shards slots by shard
	 */
	record View(long epoch, long term, List<TopologyDocument.Shard> shards) {
	}

}
