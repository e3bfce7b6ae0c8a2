package dev.bootpatterns.local.tour;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

import dev.bootpatterns.local.state.Json;

/**
 * Hot keys: readers of one key share answers, and none misses a write.
 */
final class HotKeys implements TourStep {

	private static final String ID = "tour/hot-key";

	private static final String PATH = "/documents/" + ID;

	private static final int READERS = 16;

	/** So many shared reads show it. */
	private static final int SHARED = 200;

	private static final int WRITES = 20;

	private static final Duration AT_MOST = Duration.ofSeconds(20);

	@Override
	public String pattern() {
		return "Sharded services: hot keys";
	}

	@Override
	public String sentence() {
		return "A key that is hot by itself is fetched for many readers at once, and still each reader sees the last write.";
	}

	@Override
	public String action() {
		return "GET one document by %d readers without a pause while it is written; then once with Cache-Control: no-cache"
			.formatted(READERS);
	}

	@Override
	public String expected() {
		return "Cache-Status of %d reads says collapsed, or hit; every read sees all writes acknowledged before it; none with no-cache is shared"
			.formatted(SHARED);
	}

	@Override
	public Outcome run(RunningSuite suite) throws IOException {
		try {
			write(suite, 0);
			Readers readers = new Readers(suite);
			int writes = readWhileWriting(suite, readers);
			boolean own = ofItsOwn(suite);
			return Outcome.of(
					readers.shared.get() >= SHARED && readers.old.get() == 0 && readers.failed.get() == 0 && own,
					"%d reads were fetched, %d shared such a fetch, %d got a copy, %d were not hot yet; %d writes, %d reads older than a write before them, %d failed; with no-cache %s"
						.formatted(readers.fetched.get(), readers.shared.get() - readers.copies.get(),
								readers.copies.get(), readers.alone.get(), writes, readers.old.get(),
								readers.failed.get(), own ? "from the replica" : "shared"));
		}
		finally {
			suite.deleteDocument(ID);
		}
	}

	private static int readWhileWriting(RunningSuite suite, Readers readers) throws IOException {
		Instant end = suite.now().plus(AT_MOST);
		int writes = 0;
		try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
			try {
				for (int reader = 0; reader < READERS; reader++) {
					threads.execute(readers::read);
				}
				while ((writes < WRITES || readers.shared.get() < SHARED) && suite.now().isBefore(end)) {
					writes++;
					write(suite, writes);
					readers.acknowledged.set(writes);
				}
			}
			finally {
				readers.stopped = true;
			}
		}
		return writes;
	}

	private static void write(RunningSuite suite, int revision) throws IOException {
		suite.putDocument(ID, Integer.toString(revision), "read far too often");
	}

	/** Who does not want to share says so. */
	private static boolean ofItsOwn(RunningSuite suite) throws IOException {
		HttpResponse<String> answer = suite.gateway()
			.send(suite.gateway().request(PATH).header("Cache-Control", "no-cache").GET());
		return answer.statusCode() == 200 && cacheStatus(answer).isEmpty();
	}

	private static String cacheStatus(HttpResponse<?> answer) {
		return RunningSuite.header(answer, "Cache-Status");
	}

	/** What the readers got. */
	private static final class Readers {

		private final RunningSuite suite;

		/** What a read that begins now must see. */
		private final AtomicInteger acknowledged = new AtomicInteger();

		private final AtomicInteger fetched = new AtomicInteger();

		private final AtomicInteger shared = new AtomicInteger();

		/** Of what was shared. */
		private final AtomicInteger copies = new AtomicInteger();

		private final AtomicInteger alone = new AtomicInteger();

		private final AtomicInteger old = new AtomicInteger();

		private final AtomicInteger failed = new AtomicInteger();

		private volatile boolean stopped;

		Readers(RunningSuite suite) {
			this.suite = suite;
		}

		void read() {
			while (!this.stopped) {
				int least = this.acknowledged.get();
				try {
					count(this.suite.gateway().get(PATH), least);
				}
				catch (IOException ex) {
					this.failed.incrementAndGet();
				}
			}
		}

		private void count(HttpResponse<String> answer, int least) {
			if (answer.statusCode() != 200) {
				this.failed.incrementAndGet();
				return;
			}
			if (Json.tree(answer.body()).path("title").asInt(-1) < least) {
				this.old.incrementAndGet();
			}
			String status = cacheStatus(answer);
			boolean copy = status.contains("; hit");
			if (copy || status.contains("; collapsed")) {
				this.shared.incrementAndGet();
				this.copies.addAndGet(copy ? 1 : 0);
			}
			else {
				(status.isEmpty() ? this.alone : this.fetched).incrementAndGet();
			}
		}

	}

}
