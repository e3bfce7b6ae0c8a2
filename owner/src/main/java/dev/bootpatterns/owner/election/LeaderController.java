package dev.bootpatterns.owner.election;

import java.time.Instant;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

import dev.bootpatterns.owner.web.Problems;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Says who the owner is. Any replica answers, from the store.
 */
@RestController
@RequestMapping("/leader")
class LeaderController {

	private final LeaseStore store;

	private final LeaseHistory history;

	private final String first;

	private final TreeSet<String> roles;

	LeaderController(LeaseStore store, LeaseHistory history, OwnerProperties owner, List<LeaderTask> tasks) {
		this.store = store;
		this.history = history;
		this.first = owner.roles().getFirst();
		this.roles = tasks.stream().map(LeaderTask::role).collect(Collectors.toCollection(TreeSet::new));
	}

	@GetMapping
	Leader leader() {
		return leader(this.first);
	}

	@GetMapping("/{role}")
	Leader leader(@PathVariable String role) {
		if (!this.roles.contains(role)) {
			throw Problems.notFound("There is no such role, only %s.".formatted(String.join(", ", this.roles)));
		}
		return this.store.find(role)
			.map((lease) -> new Leader(lease.holder(), lease.term(), lease.acquiredAt(), lease.expiresIn().toMillis()))
			.orElseThrow(() -> Problems.notFound("No replica is the owner of %s at this moment.".formatted(role)));
	}

	@GetMapping("/history")
	List<LeaseHistory.Transition> history() {
		return this.history.last();
	}

	/**
	 * The answer.
	 *
	 * @param leader who is the owner: replica and start
	 * @param term the term of its ownership
	 * @param acquiredAt since when, by the database's clock; in Kubernetes by the owner's
	 * @param expiresInMs how long its lease lasts unless it is renewed
	 */
	record Leader(String leader, long term, Instant acquiredAt, long expiresInMs) {
	}

}
