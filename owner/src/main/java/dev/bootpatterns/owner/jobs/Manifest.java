package dev.bootpatterns.owner.jobs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;

import dev.bootpatterns.owner.web.Problems;
import org.jspecify.annotations.Nullable;

/**
 * A pipeline as it is asked for, checked: each stage that is named exists, nothing runs
 * in circles, and from the first stage on each is fed.
 *
 * @param name for people
 * @param source where the items of the first stage come from; null: the caller says so
 * @param stages each after those that feed it
 */
record Manifest(String name, @Nullable String source, List<Stage> stages) {

	/** Sorts and checks stages. */
	static Manifest of(String name, @Nullable String source, List<Stage> stages) {
		SequencedMap<String, Stage> byName = new LinkedHashMap<>();
		for (int i = 0; i < stages.size(); i++) {
			if (byName.put(stages.get(i).name(), stages.get(i)) != null) {
				throw Problems.badField("stages[%d].name".formatted(i),
						"'%s' is the name of a stage before it, too".formatted(stages.get(i).name()));
			}
		}
		for (Stage stage : stages) {
			checkTargets(stage, byName);
		}
		Map<String, List<String>> inputs = inputs(stages);
		checkInputs(stages, inputs);
		return new Manifest(name, source, sorted(byName, inputs));
	}

	/** The names of the stages that feed each. */
	static Map<String, List<String>> inputs(List<Stage> stages) {
		Map<String, List<String>> inputs = new HashMap<>();
		for (Stage stage : stages) {
			for (String next : stage.to()) {
				inputs.computeIfAbsent(next, (name) -> new ArrayList<>()).add(stage.name());
			}
		}
		return inputs;
	}

	private static void checkTargets(Stage stage, SequencedMap<String, Stage> byName) {
		SequencedSet<String> seen = new LinkedHashSet<>();
		for (String next : stage.to()) {
			if (!byName.containsKey(next)) {
				throw Problems.badField(field(stage, "to"),
						"names '%s', which is no stage: there are %s".formatted(next, byName.sequencedKeySet()));
			}
			if (!seen.add(next)) {
				throw Problems.badField(field(stage, "to"), "names '%s' twice".formatted(next));
			}
		}
	}

	private static void checkInputs(List<Stage> stages, Map<String, List<String>> inputs) {
		Stage first = stages.getFirst();
		for (Stage stage : stages) {
			List<String> from = inputs.getOrDefault(stage.name(), List.of());
			if (from.isEmpty() && !stage.name().equals(first.name())) {
				throw Problems.badField(field(stage, "name"),
						"is named by no 'to': only the first stage takes its items from the source");
			}
			if (from.size() > 1 && !stage.handler().equals("merger") && stage.barrier() != Stage.Barrier.JOIN) {
				throw Problems.badField(field(stage, "name"),
						"is fed by %s, whose items may have the same ids: put a merger or a join before it"
							.formatted(from));
			}
		}
		if (first.barrier() != null) {
			throw Problems.badField(field(first, "type"), "the first stage takes its items from the source: none can"
					+ " be held, so it can be neither join nor reduce");
		}
	}

	/** Kahn's algorithm; what remains is in a circle, or behind one. */
	private static List<Stage> sorted(SequencedMap<String, Stage> byName, Map<String, List<String>> inputs) {
		List<Stage> sorted = new ArrayList<>();
		SequencedMap<String, Stage> open = new LinkedHashMap<>(byName);
		boolean found = true;
		while (found) {
			List<Stage> ready = open.values()
				.stream()
				.filter((stage) -> inputs.getOrDefault(stage.name(), List.of()).stream().noneMatch(open::containsKey))
				.toList();
			ready.forEach((stage) -> open.remove(stage.name()));
			sorted.addAll(ready);
			found = !ready.isEmpty();
		}
		if (!open.isEmpty()) {
			throw Problems.badField("stages", "run in a circle: " + circle(open, inputs));
		}
		return List.copyOf(sorted);
	}

	/** Each stage that is left is fed by another one that is. */
	private static String circle(SequencedMap<String, Stage> open, Map<String, List<String>> inputs) {
		SequencedSet<String> way = new LinkedHashSet<>();
		String at = open.firstEntry().getKey();
		while (way.add(at)) {
			at = inputs.getOrDefault(at, List.of()).stream().filter(open::containsKey).findFirst().orElseThrow();
		}
		List<String> back = new ArrayList<>(way).subList(List.copyOf(way).indexOf(at), way.size());
		return at + " → " + String.join(" → ", back.reversed());
	}

	private static String field(Stage stage, String name) {
		return "stages[%s].%s".formatted(stage.name(), name);
	}

}
