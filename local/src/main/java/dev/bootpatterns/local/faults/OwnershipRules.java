package dev.bootpatterns.local.faults;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * What must hold of ownership whatever fails, judged from a recorded history. Each rule
 * answers with what violates it, for people.
 * <p>
 * The store's history is by its clock alone, the sightings by that of whoever looked, and
 * no rule compares one with the other: the wall clocks of two machines may differ.
 */
final class OwnershipRules {

	private OwnershipRules() {
	}

	/**
	 * Each grant of a role has a higher term than all before it, and begins when the one
	 * before it has ended.
	 * @param history of all roles, in any order
	 * @return what is not so
	 */
	static List<String> ofHistory(Collection<Grant> history) {
		List<String> violations = new ArrayList<>();
		Map<String, List<Grant>> byRole = history.stream()
			.sorted(Comparator.comparing(Grant::since).thenComparingLong(Grant::term))
			.collect(Collectors.groupingBy(Grant::role, TreeMap::new, Collectors.toList()));
		byRole.forEach((role, grants) -> {
			for (int i = 1; i < grants.size(); i++) {
				Grant before = grants.get(i - 1);
				Grant next = grants.get(i);
				if (next.term() <= before.term()) {
					violations.add("terms strictly increase: %s has term %d since %s, after term %d".formatted(role,
							next.term(), next.since(), before.term()));
				}
				Instant end = before.until();
				if (end == null || end.isAfter(next.since())) {
					violations.add("one holder at a time: %s had term %d of %s until %s, and term %d of %s since %s"
						.formatted(role, before.term(), before.holder(), (end != null) ? end : "now", next.term(),
								next.holder(), next.since()));
				}
			}
		});
		return violations;
	}

	/**
	 * A term has one holder, and who asks after another has been answered is not told of
	 * an older term.
	 * @param sightings of all roles and observers, in any order
	 * @return what is not so
	 */
	static List<String> ofSightings(Collection<Sighting> sightings) {
		List<String> violations = new ArrayList<>(holders(sightings));
		Map<String, List<Sighting>> byRole = sightings.stream()
			.collect(Collectors.groupingBy(Sighting::role, TreeMap::new, Collectors.toList()));
		byRole.forEach((role, seen) -> {
			List<Sighting> answered = seen.stream().sorted(Comparator.comparingLong(Sighting::answered)).toList();
			int known = 0;
			long highest = Long.MIN_VALUE;
			for (Sighting one : seen.stream().sorted(Comparator.comparingLong(Sighting::asked)).toList()) {
				while (answered.get(known).answered() < one.asked()) {
					highest = Math.max(highest, answered.get(known).term());
					known++;
				}
				if (one.term() < highest) {
					violations.add("terms never fall: %s was seen under term %d after term %d".formatted(role,
							one.term(), highest));
				}
			}
		});
		return violations;
	}

	private static List<String> holders(Collection<Sighting> sightings) {
		List<String> violations = new ArrayList<>();
		Map<Period, String> holders = new HashMap<>();
		for (Sighting one : sightings) {
			String before = holders.putIfAbsent(new Period(one.role(), one.term()), one.holder());
			if (before != null && !before.equals(one.holder())) {
				violations.add("a term has one holder: term %d of %s was seen with %s and with %s".formatted(one.term(),
						one.role(), before, one.holder()));
			}
		}
		return violations;
	}

	/**
	 * What was seen is what the store says that it was, as far back as it says so.
	 * @param history of all roles
	 * @param sightings of all roles
	 * @return what is not so
	 */
	static List<String> ofBoth(Collection<Grant> history, Collection<Sighting> sightings) {
		Map<Period, String> holders = new HashMap<>();
		Map<String, Long> oldest = new HashMap<>();
		for (Grant grant : history) {
			holders.put(new Period(grant.role(), grant.term()), grant.holder());
			oldest.merge(grant.role(), grant.term(), Math::min);
		}
		return sightings.stream()
			.filter((seen) -> seen.term() >= oldest.getOrDefault(seen.role(), Long.MAX_VALUE))
			.filter((seen) -> !seen.holder().equals(holders.get(new Period(seen.role(), seen.term()))))
			.map((seen) -> "the history is whole: term %d of %s was seen with %s, and the history has %s".formatted(
					seen.term(), seen.role(), seen.holder(),
					holders.getOrDefault(new Period(seen.role(), seen.term()), "no such term")))
			.distinct()
			.toList();
	}

	/**
	 * A role is had again in time.
	 * @param recovery what was seen
	 * @param within how long it may take
	 * @return what is not so, or null
	 */
	static @Nullable String ofRecovery(Recovery recovery, Duration within) {
		Duration took = recovery.took();
		if (took != null && took.compareTo(within) <= 0) {
			return null;
		}
		return "available again within lease + retry: after round %d, %s had no living owner for %s".formatted(
				recovery.round(), recovery.role(),
				(took != null) ? "%d ms".formatted(took.toMillis()) : "more than %d ms".formatted(within.toMillis()));
	}

	private record Period(String role, long term) {
	}

}
