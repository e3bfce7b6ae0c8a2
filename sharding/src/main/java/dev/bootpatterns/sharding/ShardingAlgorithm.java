package dev.bootpatterns.sharding;

import java.util.List;

/**
 * The sharding functions by name, as a configuration chooses them. What each guarantees
 * and costs stands at its class, and side by side, measured, in
 * {@code docs/patterns/sharding.md}.
 */
public enum ShardingAlgorithm {

	/** {@code hash % n}. */
	MODULO,

	/** The consistent-hashing ring of libketama. */
	KETAMA,

	/** Rendezvous hashing, weighted. */
	RENDEZVOUS,

	/** Maglev's lookup table. */
	MAGLEV,

	/** JumpBackHash. */
	JUMP_BACK,

	/**
	 * The suite's 1024 slots, dealt out by weight: without the topology before it, a
	 * longer list moves many of them.
	 */
	SLOTS;

	/**
	 * The function over these backends.
	 * @param backends all backends; the function answers with an index of this list
	 * @return the function
	 * @throws IllegalArgumentException if there is none with a weight, if two have the
	 * same name, or if the algorithm cannot do what the weights ask for
	 */
	public ShardingFunction over(List<Backend> backends) {
		List<Backend> checked = Backend.check(backends);
		return switch (this) {
			case MODULO -> new Modulo(checked);
			case KETAMA -> new Ketama(checked);
			case RENDEZVOUS -> new Rendezvous(checked);
			case MAGLEV -> new Maglev(checked);
			case JUMP_BACK -> new JumpBack(checked);
			case SLOTS ->
				Topology.balanced(checked.size()).rebalanced(checked.stream().mapToInt(Backend::weight).toArray());
		};
	}

}
