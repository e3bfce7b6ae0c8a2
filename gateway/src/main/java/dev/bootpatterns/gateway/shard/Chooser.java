package dev.bootpatterns.gateway.shard;

import java.util.List;
import java.util.Locale;

import dev.bootpatterns.sharding.Backend;
import dev.bootpatterns.sharding.BoundedLoad;
import dev.bootpatterns.sharding.ShardingAlgorithm;
import dev.bootpatterns.sharding.ShardingFunction;

/**
 * A sharding function in use: some count what is in flight.
 */
interface Chooser {

	/**
	 * Chooses for a request.
	 * @param key its key
	 * @return the index of a backend
	 */
	int acquire(String key);

	/**
	 * The request has ended.
	 * @param backend what was chosen for it
	 */
	default void release(int backend) {
	}

	/** Makes the function of a name over backends. */
	@FunctionalInterface
	interface Factory {

		/**
		 * Makes it.
		 * @param backends the backends
		 * @return the function
		 * @throws IllegalArgumentException if it cannot do with them
		 */
		Chooser over(List<Backend> backends);

		/**
		 * Finds a function.
		 * @param name its name
		 * @param epsilon by how much a backend may exceed the average, for the function
		 * that knows a bound
		 * @return what makes it
		 * @throws IllegalArgumentException if there is none of that name
		 */
		static Factory named(String name, double epsilon) {
			if (name.equals("bounded-load")) {
				return (backends) -> bounded(new BoundedLoad(backends, epsilon));
			}
			for (ShardingAlgorithm algorithm : ShardingAlgorithm.values()) {
				if (name.equals(nameOf(algorithm))) {
					return (backends) -> {
						ShardingFunction function = algorithm.over(backends);
						return function::shardOf;
					};
				}
			}
			throw new IllegalArgumentException("the function '%s' is unknown; known are %s and bounded-load"
				.formatted(name, List.of(ShardingAlgorithm.values()).stream().map(Factory::nameOf).toList()));
		}

		private static String nameOf(ShardingAlgorithm algorithm) {
			return algorithm.name().toLowerCase(Locale.ROOT).replace('_', '-');
		}

		private static Chooser bounded(BoundedLoad bounded) {
			return new Chooser() {

				@Override
				public int acquire(String key) {
					return bounded.acquire(key);
				}

				@Override
				public void release(int backend) {
					bounded.release(backend);
				}

			};
		}

	}

}
