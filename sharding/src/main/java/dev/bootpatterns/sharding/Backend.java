package dev.bootpatterns.sharding;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One of the things that keys are distributed to.
 *
 * @param name what is hashed for it: a backend that gets another name gets other keys,
 * one that moves to another address under its name keeps them
 * @param weight its share of the keys in proportion to the others; 0 takes it out of
 * service without renumbering the others
 */
public record Backend(String name, int weight) {

	public Backend {
		if (name.isBlank()) {
			throw new IllegalArgumentException("a backend needs a name");
		}
		if (weight < 0) {
			throw new IllegalArgumentException("backend '%s' has the negative weight %d".formatted(name, weight));
		}
	}

	/**
	 * A backend with weight 1.
	 * @param name its name
	 */
	public Backend(String name) {
		this(name, 1);
	}

	static List<Backend> check(List<Backend> backends) {
		Set<String> names = new HashSet<>();
		for (Backend backend : backends) {
			if (!names.add(backend.name())) {
				throw new IllegalArgumentException("two backends are named '%s'".formatted(backend.name()));
			}
		}
		if (backends.stream().noneMatch((backend) -> backend.weight() > 0)) {
			throw new IllegalArgumentException("%d backends, none with a weight above 0".formatted(backends.size()));
		}
		return List.copyOf(backends);
	}

	static void requireEqualWeights(String function, List<Backend> backends) {
		List<Integer> weights = backends.stream()
			.map(Backend::weight)
			.filter((weight) -> weight > 0)
			.distinct()
			.toList();
		if (weights.size() > 1) {
			throw new IllegalArgumentException(
					"%s knows no weights: all must be equal (or 0), not %s".formatted(function, weights));
		}
	}

}
