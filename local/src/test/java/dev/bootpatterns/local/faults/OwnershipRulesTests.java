package dev.bootpatterns.local.faults;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Each rule on a history that keeps it and on one that does not. */
class OwnershipRulesTests {

	private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

	private static final Duration LEASE = Duration.ofSeconds(10);

	@Test
	void historyInOrder_keepsTheRules_whateverTheOrderOfItsLines() {
		assertThat(OwnershipRules.ofHistory(List.of(grant("jobs", 3, "a/2", 25, null),
				grant("topology", 1, "b/1", 5, null), grant("jobs", 1, "a/1", 0, 10), grant("jobs", 2, "b/1", 10, 20))))
			.isEmpty();
	}

	@Test
	void termThatIsNotHigher_isAViolation() {
		assertThat(OwnershipRules.ofHistory(List.of(grant("jobs", 7, "a/1", 0, 10), grant("jobs", 6, "b/1", 10, 20))))
			.singleElement()
			.asString()
			.startsWith("terms strictly increase: jobs has term 6 ")
			.endsWith("after term 7");
		assertThat(OwnershipRules.ofHistory(List.of(grant("jobs", 7, "a/1", 0, 10), grant("jobs", 7, "b/1", 10, 20))))
			.hasSize(1);
	}

	@Test
	void termThatBeginsBeforeTheOneBeforeItHasEnded_isAViolation() {
		assertThat(OwnershipRules.ofHistory(List.of(grant("jobs", 1, "a/1", 0, 11), grant("jobs", 2, "b/1", 10, 20))))
			.singleElement()
			.asString()
			.startsWith("one holder at a time: jobs had term 1 of a/1 until 2026-01-01T00:00:11Z, and term 2 of b/1");
	}

	@Test
	void termThatBeginsWhileTheOneBeforeItLasts_isAViolation() {
		assertThat(
				OwnershipRules.ofHistory(List.of(grant("jobs", 1, "a/1", 0, null), grant("jobs", 2, "b/1", 10, null))))
			.singleElement()
			.asString()
			.contains("until now");
	}

	@Test
	void sightingsOfTermsThatRise_keepTheRules_alsoWhenAnAnswerComesLate() {
		assertThat(OwnershipRules.ofSightings(List.of(sighting(1, "a/1", 0, 10), sighting(1, "a/1", 5, 40),
				sighting(2, "b/1", 20, 30), sighting(2, "b/1", 35, 50))))
			.isEmpty();
	}

	@Test
	void olderTermAfterANewerOne_isAViolation() {
		assertThat(OwnershipRules
			.ofSightings(List.of(sighting(2, "b/1", 20, 30), sighting(1, "a/1", 31, 40), sighting(2, "b/1", 50, 60))))
			.containsExactly("terms never fall: jobs was seen under term 1 after term 2");
	}

	@Test
	void termWithTwoHolders_isAViolation() {
		assertThat(OwnershipRules.ofSightings(List.of(sighting(2, "b/1", 20, 30), sighting(2, "a/1", 25, 40))))
			.containsExactly("a term has one holder: term 2 of jobs was seen with b/1 and with a/1");
	}

	@Test
	void sightingThatTheHistoryHas_orThatIsOlder_keepsTheRule() {
		assertThat(OwnershipRules.ofBoth(List.of(grant("jobs", 2, "b/1", 10, null)),
				List.of(sighting(2, "b/1", 20, 30), sighting(1, "a/1", 0, 10))))
			.isEmpty();
	}

	@Test
	void sightingThatTheHistoryDoesNotHave_orHasWithAnother_isAViolation() {
		List<Grant> history = List.of(grant("jobs", 2, "b/1", 10, null));
		assertThat(OwnershipRules.ofBoth(history, List.of(sighting(3, "b/1", 20, 30)))).singleElement()
			.asString()
			.endsWith("the history has no such term");
		assertThat(OwnershipRules.ofBoth(history, List.of(sighting(2, "a/1", 20, 30)))).singleElement()
			.asString()
			.endsWith("the history has b/1");
	}

	@Test
	void recoveryInTime_keepsTheRule_andALaterOneOrNoneDoesNot() {
		assertThat(OwnershipRules.ofRecovery(new Recovery(1, "jobs", LEASE, "a/1"), LEASE)).isNull();
		assertThat(OwnershipRules.ofRecovery(new Recovery(4, "jobs", LEASE.plusMillis(1), "a/1"), LEASE))
			.isEqualTo("available again within lease + retry: after round 4, jobs had no living owner for 10001 ms");
		assertThat(OwnershipRules.ofRecovery(new Recovery(4, "jobs", null, "nobody"), LEASE))
			.endsWith("for more than 10000 ms");
	}

	@Test
	void leaseOfOneThatDied_isNoProofOfLife_andARenewalIs() {
		long died = Duration.ofSeconds(100).toNanos();
		// Renewed at the very moment of its death, and asked for 4 s later.
		assertThat(expiring(104, 6000).provesLifeAfter(died, LEASE)).isFalse();
		assertThat(expiring(104, 6001).provesLifeAfter(died, LEASE)).isTrue();
		assertThat(expiring(99, 10_000).provesLifeAfter(died, LEASE)).as("before it died").isFalse();
	}

	@Test
	void handOvers_areCountedByHowTheTermBeforeEnded() {
		List<Grant> grants = List.of(grant("jobs", 1, "a/1", 0, 10), grant("jobs", 2, "b/1", 12, 20),
				grant("jobs", 3, "b/1", 24, null), grant("topology", 1, "b/1", 12, null));
		assertThat(HandOvers.of(grants, START))
			.containsExactly("2 terms expired; until the next grant: median 4.0 s, longest 4.0 s");
		assertThat(HandOvers.of(grants, START.plusSeconds(11))).as("those of this run alone")
			.containsExactly("1 terms expired; until the next grant: median 4.0 s, longest 4.0 s");
		assertThat(HandOvers.of(grants, START.plusSeconds(21))).isEmpty();
	}

	@Test
	void termsThatEndWithTheNextGrant_asInKubernetes_haveNoTimeInBetween() {
		assertThat(HandOvers.of(List.of(grant("jobs", 1, "a/1", 0, 10), grant("jobs", 2, "b/1", 10, null)), START))
			.containsExactly("1 terms expired");
	}

	private static Sighting expiring(long asked, long millis) {
		long nanos = Duration.ofSeconds(asked).toNanos();
		return new Sighting("jobs", 1, "a/1", Duration.ofMillis(millis), nanos, nanos + 1);
	}

	private static Sighting sighting(long term, String holder, long asked, long answered) {
		return new Sighting("jobs", term, holder, LEASE, asked, answered);
	}

	private static Grant grant(String role, long term, String holder, int since, @Nullable Integer until) {
		return new Grant(role, term, holder, START.plusSeconds(since),
				(until != null) ? START.plusSeconds(until) : null, (until != null) ? "EXPIRED" : null);
	}

}
