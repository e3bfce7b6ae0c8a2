package dev.bootpatterns.owner.election;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessResourceFailureException;

import static org.assertj.core.api.Assertions.assertThat;

/** All in virtual time: lease 8 s, margin 1 s, so the local end is after 7 s. */
class LeaseLockTests {

	private final Store store = new Store();

	private long now;

	private int otherRoles;

	private final LeaseLock lock = new LeaseLock(this.store, "owner", "a/1", Times.of(8000, 1000, 2000, 500),
			() -> this.otherRoles, () -> this.now, this::pass);

	@Test
	void freeLease_isTaken_withItsTerm() throws InterruptedException {
		assertThat(tryLock()).isTrue();
		assertThat(this.lock.term()).contains(new Term("owner", 1));
	}

	@Test
	void takenLease_isLookedAtOnceEachRetryPeriod() throws InterruptedException {
		this.store.holder = "b/1";
		for (int i = 0; i < 121; i++) {
			assertThat(tryLock()).isFalse();
		}
		assertThat(this.store.looks).isEqualTo(121);
		assertThat(this.now).as("a minute of 500 ms periods").isEqualTo(Duration.ofMinutes(1).toNanos());
		assertThat(this.store.attempts).isZero();
	}

	@Test
	void leaseThatIsOverSooner_isLookedAtThen() throws InterruptedException {
		this.store.holder = "b/1";
		this.store.expiresIn = Duration.ofMillis(120);
		assertThat(tryLock()).isFalse();
		this.store.holder = null;
		assertThat(tryLock()).isTrue();
		assertThat(this.now).isEqualTo(Duration.ofMillis(120).toNanos());
	}

	@Test
	void candidateWithOtherRoles_letsOthersGoFirst_butNotForLong() throws InterruptedException {
		this.otherRoles = 2;
		assertThat(tryLock()).isTrue();
		assertThat(this.now).isEqualTo(Duration.ofMillis(100).toNanos());
	}

	@Test
	void candidateWithManyRoles_waitsForThreeOfThemAtMost() throws InterruptedException {
		this.otherRoles = 50;
		assertThat(tryLock()).isTrue();
		assertThat(this.now).isEqualTo(Duration.ofMillis(150).toNanos());
	}

	@Test
	void firstLook_isWhenTheCampaignSays() throws InterruptedException {
		this.lock.firstLookIn(Duration.ofMillis(250));
		assertThat(tryLock()).isTrue();
		assertThat(this.now).isEqualTo(Duration.ofMillis(250).toNanos());
	}

	@Test
	void renewal_isASecondHold_whoseUnlockKeepsTheLease() throws InterruptedException {
		tryLock();
		pass(Duration.ofSeconds(6));
		assertThat(tryLock()).isTrue();
		this.lock.unlock();
		pass(Duration.ofSeconds(6));
		assertThat(this.lock.term()).contains(new Term("owner", 1));
		assertThat(this.store.holder).isEqualTo("a/1");
	}

	@Test
	void lastUnlock_releasesTheLease_alsoInAnInterruptedThread() throws InterruptedException {
		tryLock();
		Thread.currentThread().interrupt();
		this.lock.unlock();
		assertThat(Thread.interrupted()).isTrue();
		assertThat(this.store.holder).isNull();
		assertThat(this.lock.term()).isEmpty();
	}

	@Test
	void withoutRenewal_theTermEndsAMarginBeforeTheLease() throws InterruptedException {
		tryLock();
		pass(Duration.ofMillis(6999));
		assertThat(this.lock.term()).isPresent();
		pass(Duration.ofMillis(1));
		assertThat(this.lock.term()).isEmpty();
	}

	@Test
	void renewalThatFails_isTriedAgain_andOneSuccessKeepsTheTerm() throws InterruptedException {
		tryLock();
		pass(Duration.ofSeconds(2));
		this.store.failures = 3;
		assertThat(tryLock()).isTrue();
		assertThat(this.lock.term()).contains(new Term("owner", 1));
	}

	@Test
	void storeThatStaysAway_costsTheLease_atItsLocalEndAndNotBefore() throws InterruptedException {
		tryLock();
		pass(Duration.ofSeconds(2));
		this.store.failures = Integer.MAX_VALUE;
		assertThat(tryLock()).isFalse();
		assertThat(this.now).isEqualTo(Duration.ofSeconds(7).toNanos());
		assertThat(this.lock.term()).isEmpty();
	}

	@Test
	void renewalAnsweredAfterTheLocalEnd_countsAsLost_andGivesTheLeaseBack() throws InterruptedException {
		tryLock();
		pass(Duration.ofSeconds(2));
		this.store.delay = Duration.ofSeconds(6);
		assertThat(tryLock()).isFalse();
		assertThat(this.lock.term()).isEmpty();
		assertThat(this.store.holder).isNull();
	}

	@Test
	void grantAnsweredAfterItsLocalEnd_isNoGrant() throws InterruptedException {
		this.store.delay = Duration.ofSeconds(8);
		assertThat(tryLock()).isFalse();
		assertThat(this.store.holder).isNull();
	}

	@Test
	void lostLease_isSaidOnce_beforeItCanBeTakenAgain_withAHigherTerm() throws InterruptedException {
		tryLock();
		pass(Duration.ofSeconds(7));
		assertThat(this.lock.expire()).isZero();
		this.store.holder = null;
		assertThat(tryLock()).isFalse();
		assertThat(tryLock()).isTrue();
		assertThat(this.lock.term()).contains(new Term("owner", 2));
	}

	@Test
	void leaseOfAnother_isNotRenewed() throws InterruptedException {
		tryLock();
		this.store.holder = "b/1";
		assertThat(tryLock()).isFalse();
		assertThat(this.lock.term()).isEmpty();
		assertThat(this.store.holder).isEqualTo("b/1");
	}

	private boolean tryLock() throws InterruptedException {
		return this.lock.tryLock(2, TimeUnit.SECONDS);
	}

	private void pass(Duration duration) {
		this.now += duration.toNanos();
	}

	private final class Store implements LeaseStore {

		private @Nullable String holder;

		private long term;

		private int looks;

		private int attempts;

		private Duration expiresIn = Duration.ofSeconds(1);

		private int failures;

		private Duration delay = Duration.ZERO;

		@Override
		public OptionalLong acquire(String name, String candidate, Duration duration) {
			this.attempts++;
			pass(this.delay);
			if (this.holder != null) {
				return OptionalLong.empty();
			}
			this.holder = candidate;
			return OptionalLong.of(++this.term);
		}

		@Override
		public boolean renew(String name, String candidate, long term, Duration duration) {
			pass(this.delay);
			if (this.failures > 0) {
				this.failures--;
				throw new DataAccessResourceFailureException("the store is away");
			}
			return candidate.equals(this.holder) && term == this.term;
		}

		@Override
		public void release(String name, String candidate, long term) {
			assertThat(Thread.currentThread().isInterrupted()).as("no connection can be had then").isFalse();
			if (candidate.equals(this.holder)) {
				this.holder = null;
			}
		}

		@Override
		public Optional<Lease> find(String name) {
			this.looks++;
			return Optional.ofNullable(this.holder)
				.map((current) -> new Lease(current, this.term, Instant.EPOCH, this.expiresIn));
		}

	}

}
