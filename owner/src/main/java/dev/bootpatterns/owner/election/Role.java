package dev.bootpatterns.owner.election;

/**
 * The roles of this service. Each is elected on its own, so they may be on different
 * replicas. A fork adds one by a {@link LeaderTask} that names it, and by listing it in
 * {@code owner.roles}.
 */
public final class Role {

	/** The source of work: lists jobs, enqueues their items, follows the results. */
	public static final String JOBS = "jobs";

	/** The shards' topology: the first one, its changes, cooling. */
	public static final String TOPOLOGY = "topology";

	private Role() {
	}

}
