package dev.bootpatterns.local.faults;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import dev.bootpatterns.local.console.Console;

/**
 * How long roles were nobody's, by the store's clock.
 */
final class HandOvers {

	private HandOvers() {
	}

	/**
	 * A line for each way in which periods of ownership ended.
	 * @param grants of all roles
	 * @param begin those that ended before do not count
	 * @return how many, and how long until the next grant
	 */
	static List<String> of(Collection<Grant> grants, Instant begin) {
		Map<String, List<Duration>> gaps = new TreeMap<>();
		grants.stream().collect(Collectors.groupingBy(Grant::role)).values().forEach((role) -> {
			List<Grant> inOrder = role.stream().sorted(Comparator.comparingLong(Grant::term)).toList();
			for (int i = 1; i < inOrder.size(); i++) {
				Instant end = inOrder.get(i - 1).until();
				String how = inOrder.get(i - 1).how();
				if (end != null && how != null && !end.isBefore(begin)) {
					gaps.computeIfAbsent(how, (_) -> new ArrayList<>())
						.add(Duration.between(end, inOrder.get(i).since()));
				}
			}
		});
		return gaps.entrySet().stream().map((gap) -> {
			List<Duration> sorted = gap.getValue().stream().sorted().toList();
			// With leases in Kubernetes nobody knows when one was over: it ends with the
			// next grant.
			if (sorted.getLast().isZero()) {
				return "%d terms %s".formatted(sorted.size(), gap.getKey().toLowerCase(Locale.ROOT));
			}
			return "%d terms %s; until the next grant: median %s, longest %s".formatted(sorted.size(),
					gap.getKey().toLowerCase(Locale.ROOT), Console.text(sorted.get(sorted.size() / 2)),
					Console.text(sorted.getLast()));
		}).toList();
	}

}
