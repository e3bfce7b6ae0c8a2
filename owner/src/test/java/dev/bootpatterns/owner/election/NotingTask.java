package dev.bootpatterns.owner.election;

import java.util.Queue;

/**
 * Notes what is granted.
 *
 * @param role of the task
 * @param granted what was, so far
 */
record NotingTask(String role, Queue<Term> granted) implements LeaderTask {

	@Override
	public void granted(Term term) {
		this.granted.add(term);
	}

	@Override
	public void revoked() {
	}

}
