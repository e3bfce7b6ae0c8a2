package dev.bootpatterns.owner.election;

import java.time.Instant;

import dev.bootpatterns.owner.web.Problems;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Says who the owner is. Any replica answers, from the table.
 */
@RestController
class LeaderController {

	private final LeaseStore store;

	LeaderController(LeaseStore store) {
		this.store = store;
	}

	@GetMapping("/leader")
	Leader leader() {
		return this.store.find(ElectionConfiguration.OWNER)
			.map((lease) -> new Leader(lease.holder(), lease.term(), lease.acquiredAt(), lease.expiresIn().toMillis()))
			.orElseThrow(() -> Problems.notFound("No replica is the owner at this moment."));
	}

	/**
	 * The answer.
	 *
	 * @param leader who is the owner: replica and start
	 * @param term the term of its ownership
	 * @param acquiredAt since when, by the database's clock
	 * @param expiresInMs how long its lease lasts unless it is renewed
	 */
	record Leader(String leader, long term, Instant acquiredAt, long expiresInMs) {
	}

}
