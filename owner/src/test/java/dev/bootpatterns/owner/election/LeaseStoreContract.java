package dev.bootpatterns.owner.election;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What every store of leases promises. Time is injected: nothing here waits. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class LeaseStoreContract {

	private static final Duration LEASE = Duration.ofSeconds(10);

	private static int leases;

	private long now = 1_000_000_000_000L;

	private LeaseWorld world;

	abstract LeaseWorld world();

	/** How many of the seeds this store has time for. */
	abstract int seeds();

	@BeforeAll
	void create() {
		this.world = world();
	}

	@AfterAll
	void close() {
		this.world.close();
	}

	@Test
	void freeLease_isGranted_andSeenByAll() {
		String lease = lease();
		assertThat(process().acquire(lease, "a", LEASE)).hasValue(1);
		assertThat(process().find(lease)).hasValueSatisfying((found) -> {
			assertThat(found.holder()).isEqualTo("a");
			assertThat(found.term()).isEqualTo(1);
			assertThat(found.expiresIn()).isPositive().isLessThanOrEqualTo(LEASE);
		});
	}

	@Test
	void takenLease_isGrantedToNobody_notEvenToItsHolder() {
		String lease = lease();
		LeaseStore a = process();
		a.acquire(lease, "a", LEASE);
		assertThat(process().acquire(lease, "b", LEASE)).isEmpty();
		assertThat(a.acquire(lease, "a", LEASE)).isEmpty();
	}

	@Test
	void leaseThatIsNotRenewed_isOverAfterItsDuration_andNotBefore() {
		String lease = lease();
		LeaseStore a = process();
		LeaseStore b = process();
		a.acquire(lease, "a", LEASE);
		assertThat(b.find(lease)).isPresent();
		pass(LEASE.minusMillis(1));
		assertThat(b.acquire(lease, "b", LEASE)).isEmpty();
		assertThat(b.find(lease)).isPresent();
		pass(Duration.ofMillis(1));
		assertThat(b.find(lease)).isEmpty();
		assertThat(a.renew(lease, "a", 1, LEASE)).as("expired").isFalse();
		assertThat(b.acquire(lease, "b", LEASE)).hasValue(2);
	}

	@Test
	void renewal_extendsFromNowOn() {
		String lease = lease();
		LeaseStore a = process();
		LeaseStore b = process();
		a.acquire(lease, "a", LEASE);
		for (int i = 0; i < 5; i++) {
			pass(LEASE.minusSeconds(1));
			assertThat(a.renew(lease, "a", 1, LEASE)).isTrue();
			assertThat(b.acquire(lease, "b", LEASE)).isEmpty();
		}
	}

	@Test
	void renewalByAnother_orOfAnotherTerm_isRefused() {
		String lease = lease();
		LeaseStore a = process();
		a.acquire(lease, "a", LEASE);
		assertThat(process().renew(lease, "b", 1, LEASE)).isFalse();
		assertThat(a.renew(lease, "a", 2, LEASE)).isFalse();
		assertThat(a.renew(lease, "a", 1, LEASE)).isTrue();
	}

	@Test
	void renewal_survivesThatItsProcessForgotTheAnswerToTheLastOne() {
		String lease = lease();
		LeaseStore a = process();
		a.acquire(lease, "a", LEASE);
		// As the same holder elsewhere: what this one remembers is outdated.
		LeaseStore same = process();
		same.find(lease);
		assertThat(same.renew(lease, "a", 1, LEASE)).isTrue();
		assertThat(a.renew(lease, "a", 1, LEASE)).isTrue();
	}

	@Test
	void releasedLease_isGrantedAtOnce_andItsEffectsAreRefused() {
		String lease = lease();
		LeaseStore a = process();
		a.acquire(lease, "a", LEASE);
		assertThat(this.world.effect(new Term(lease, 1))).isTrue();
		a.release(lease, "a", 1);
		assertThat(a.find(lease)).isEmpty();
		assertThat(this.world.effect(new Term(lease, 1))).isFalse();
		assertThat(process().acquire(lease, "b", LEASE)).hasValue(2);
		assertThat(a.renew(lease, "a", 1, LEASE)).isFalse();
	}

	@Test
	void releaseByAnother_orOfAnotherTerm_doesNothing() {
		String lease = lease();
		LeaseStore a = process();
		a.acquire(lease, "a", LEASE);
		process().release(lease, "b", 1);
		a.release(lease, "a", 2);
		assertThat(process().find(lease)).isPresent();
		assertThat(a.renew(lease, "a", 1, LEASE)).isTrue();
	}

	@Test
	void terms_strictlyIncrease_overReleasesAndExpiries() {
		String lease = lease();
		LeaseStore store = process();
		long last = 0;
		for (int i = 0; i < 20; i++) {
			long term = store.acquire(lease, "h" + i, LEASE).orElseThrow();
			assertThat(term).isGreaterThan(last);
			if (i % 2 == 0) {
				store.release(lease, "h" + i, term);
			}
			else {
				pass(LEASE);
			}
			last = term;
		}
	}

	@Test
	void leases_areIndependent() {
		String one = lease();
		String other = lease();
		LeaseStore a = process();
		assertThat(a.acquire(one, "a", LEASE)).isPresent();
		assertThat(a.acquire(other, "b", LEASE)).isPresent();
		assertThat(this.world.effect(new Term(one, 1))).isTrue();
	}

	@Test
	void ofManyAtOnce_oneGetsIt() throws InterruptedException, ExecutionException {
		String lease = lease();
		process().acquire(lease, "before", LEASE);
		List<Callable<OptionalLong>> attempts = new ArrayList<>();
		for (int i = 0; i < 8; i++) {
			String holder = "h" + i;
			LeaseStore store = process();
			store.find(lease);
			attempts.add(() -> store.acquire(lease, holder, LEASE));
		}
		pass(LEASE);
		int granted = 0;
		try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
			for (Future<OptionalLong> answer : threads.invokeAll(attempts)) {
				granted += answer.get().isPresent() ? 1 : 0;
			}
		}
		assertThat(granted).isEqualTo(1);
	}

	@ParameterizedTest
	@MethodSource
	void whateverFails_oneHolds_termsRise_andSomebodyGetsItAgain(long seed) throws InterruptedException {
		new LeaseFuzz(this.world, lease(), seed).run();
	}

	List<Long> whateverFails_oneHolds_termsRise_andSomebodyGetsItAgain() {
		return java.util.stream.LongStream.rangeClosed(1, seeds()).boxed().toList();
	}

	LeaseStore process() {
		this.world.time(this.now);
		return this.world.process(() -> this.now, InstantSource.system(), () -> {
		});
	}

	String lease() {
		return "lease-" + ++leases;
	}

	void pass(Duration duration) {
		this.now += duration.toNanos();
		this.world.time(this.now);
	}

}
