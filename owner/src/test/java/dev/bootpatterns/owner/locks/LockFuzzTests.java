package dev.bootpatterns.owner.locks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import com.zaxxer.hikari.HikariDataSource;
import dev.bootpatterns.owner.support.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Many clients, two replicas, and time that passes when it likes: whatever the
 * interleaving, the history is that of one lock.
 * <p>
 * A renewal or a release that succeeds proves that its grant was in force, without a
 * break, from its acquisition until then. Each call takes effect at one moment between
 * its beginning and its end. So for two grants, the one with the higher token must have
 * been answered after the last proof of the other had begun, and a grant that was asked
 * for after another had been answered has the higher token.
 */
class LockFuzzTests {

	private static final int CLIENTS = 8;

	private static final int STEPS = 60;

	private static final int NAMES = 8;

	private static HikariDataSource database;

	private static HikariDataSource other;

	@BeforeAll
	static void open() {
		TestDatabase test = TestDatabase.migrated();
		database = test.pool();
		database.setConnectionTimeout(20_000);
		other = test.pool();
		other.setConnectionTimeout(20_000);
	}

	@AfterAll
	static void close() {
		database.close();
		other.close();
	}

	@ParameterizedTest(name = "seed {0}")
	@ValueSource(longs = { 1, 2, 3, 5, 8, 13, 21, 34, 55, 89 })
	void history_isThatOfOneLock(long seed) throws Exception {
		Queue<Grant> grants = new ConcurrentLinkedQueue<>();
		try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
			List<Future<?>> clients = new ArrayList<>();
			for (int i = 0; i < CLIENTS; i++) {
				Client client = new Client(seed, i, grants);
				clients.add(threads.submit(client::run));
			}
			for (Future<?> client : clients) {
				client.get(60, TimeUnit.SECONDS);
			}
		}
		assertThat(grants).as("seed %d does something", seed).hasSizeGreaterThan(NAMES);
		Map<String, List<Grant>> byName = new TreeMap<>();
		grants.forEach((grant) -> byName.computeIfAbsent(grant.name, (key) -> new ArrayList<>()).add(grant));
		byName.forEach((name, history) -> {
			exclusive(seed, history);
			complete(seed, history, TestLocks.on(database).events(Map.of(name, 0L), 10_000));
		});
	}

	private static void exclusive(long seed, List<Grant> history) {
		history.sort(Comparator.comparingLong((grant) -> grant.token));
		for (int i = 0; i < history.size(); i++) {
			for (int j = i + 1; j < history.size(); j++) {
				Grant earlier = history.get(i);
				Grant later = history.get(j);
				assertThat(earlier.token).as("seed %d: %s", seed, later).isLessThan(later.token);
				assertThat(earlier.provedAt).as("seed %d: %s was held when %s was granted", seed, earlier, later)
					.isLessThan(later.answeredAt);
				assertThat(earlier.askedAt).as("seed %d: %s was asked for after %s", seed, earlier, later)
					.isLessThan(later.answeredAt);
			}
		}
	}

	/** The log has each grant, and one begins only after the one before has ended. */
	private static void complete(long seed, List<Grant> history, List<LockEvent> events) {
		assertThat(events).as("nothing is trimmed").hasSizeLessThan(LockStore.EVENTS);
		List<Long> begun = new ArrayList<>();
		Long held = null;
		for (LockEvent event : events) {
			if (event.type().equals("acquired")) {
				assertThat(held).as("seed %d: %s", seed, event).isNull();
				held = event.token();
				begun.add(held);
			}
			else {
				assertThat(event.token()).as("seed %d: %s", seed, event).isEqualTo(held);
				held = null;
			}
		}
		assertThat(begun).as("seed %d", seed)
			.containsExactlyElementsOf(history.stream().map((grant) -> grant.token).toList());
	}

	/** One client: does what its random numbers say, and writes down what it was told. */
	private static final class Client {

		private final Random random;

		private final LockStore store;

		private final long seed;

		private final LockRequest request;

		private final Queue<Grant> grants;

		private final Map<String, Grant> held = new HashMap<>();

		Client(long seed, int number, Queue<Grant> grants) {
			this.random = new Random(seed * 1000 + number);
			this.store = TestLocks.on((number % 2 == 0) ? database : other);
			this.seed = seed;
			this.request = new LockRequest("client-" + number, Duration.ofMinutes(1));
			this.grants = grants;
		}

		void run() {
			for (int i = 0; i < STEPS; i++) {
				String name = "seed-%d-lock-%d".formatted(this.seed, this.random.nextInt(NAMES));
				Grant grant = this.held.get(name);
				int dice = this.random.nextInt(10);
				if (dice == 0) {
					TestLocks.timePasses(database, name);
				}
				else if (grant == null) {
					acquire(name);
				}
				else if (dice < 6) {
					long begun = System.nanoTime();
					prove(grant, begun, this.store.renew(name, this.request, grant.token).isPresent());
				}
				else {
					long begun = System.nanoTime();
					prove(grant, begun, this.store.release(name, grant.token));
					this.held.remove(name);
				}
			}
		}

		private void acquire(String name) {
			long asked = System.nanoTime();
			LockStore.Attempt attempt = this.store.acquire(name, this.request, null);
			if (attempt.granted()) {
				Grant grant = new Grant(name, attempt.lock().token(), asked, System.nanoTime());
				this.held.put(name, grant);
				this.grants.add(grant);
			}
		}

		private void prove(Grant grant, long begun, boolean succeeded) {
			if (succeeded) {
				grant.provedAt = begun;
			}
			else {
				this.held.remove(grant.name);
			}
		}

	}

	private static final class Grant {

		private final String name;

		private final long token;

		private final long askedAt;

		private final long answeredAt;

		/** When the last call began that succeeded with this token. */
		private volatile long provedAt;

		Grant(String name, long token, long askedAt, long answeredAt) {
			this.name = name;
			this.token = token;
			this.askedAt = askedAt;
			this.answeredAt = answeredAt;
			this.provedAt = askedAt;
		}

		@Override
		public String toString() {
			return "%s/%d [%d, %d] until %d".formatted(this.name, this.token, this.askedAt, this.answeredAt,
					this.provedAt);
		}

	}

}
