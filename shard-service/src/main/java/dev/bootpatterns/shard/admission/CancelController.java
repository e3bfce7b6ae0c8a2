package dev.bootpatterns.shard.admission;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code DELETE /searches/{id}}: nobody waits for that search any more. Who knows the id
 * may cancel; routers make ids that cannot be guessed.
 * <p>
 * With {@code onlyWaiting=true} a search that has begun goes on. Replicas that hold the
 * two copies of a tied request cancel each other so: if both begin at the same moment,
 * both go on, rather than both end and nobody answers.
 */
@RestController
class CancelController {

	private final SearchQueue queue;

	CancelController(SearchQueue queue) {
		this.queue = queue;
	}

	@DeleteMapping("/searches/{id}")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void cancel(@PathVariable String id, @RequestParam(defaultValue = "false") boolean onlyWaiting) {
		Attempt.requireId(id, "The id of a search");
		this.queue.cancel(id, onlyWaiting);
	}

}
