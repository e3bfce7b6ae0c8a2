package dev.bootpatterns.benchmarks.load;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.bootpatterns.benchmarks.load.OpenLoop.Request;

/**
 * A mixed load that verifies what it is told while it goes: of ten requests, five read a
 * document by its key, three write one ({@link TrackedDocument} says how), two search for
 * a {@link RareWord}. Nothing is sent twice: to repeat what may be repeated is the
 * gateway's business.
 * <p>
 * It has documents of its own and leaves none behind. The order of the requests follows
 * from the seed; when each is due follows from the rate alone.
 */
final class MixedRun implements AutoCloseable {

	static final int FIXED_DOCUMENTS = 300;

	/**
	 * More than the gateway takes for all its attempts: what it does not answer, it does
	 * not answer.
	 */
	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	/** Of what comes before the load and after it, at least. */
	private static final int OTHER_RATE = 200;

	/**
	 * So many searches in a row must be right before the load begins. Replicas index for
	 * themselves, and each search asks others.
	 */
	private static final int SETTLED = 50;

	private static final Duration MAX_SETTLING = Duration.ofSeconds(60);

	/** No vowels, so no words; no s, so no plurals. */
	private static final String LETTERS = "bcdfghjklmnpqrtvwxz";

	private final URI base;

	private final int rate;

	private final LoadClient client;

	private final OpenLoop loop;

	private final Exchange exchange;

	private final DocumentRequests requests;

	private final List<TrackedDocument> documents;

	private final RareWord rareWord;

	private final Random random;

	private volatile boolean stopped;

	/**
	 * Prepares a run.
	 * @param base the gateway
	 * @param rate requests per second
	 * @param inFlight at most so many at a time
	 * @param documents how many documents are written to
	 * @param seed of the order of requests
	 * @param tally counts what comes of it
	 */
	MixedRun(URI base, int rate, int inFlight, int documents, long seed, Tally tally) {
		this.base = base;
		this.rate = rate;
		this.client = new LoadClient(base, TIMEOUT);
		this.loop = new OpenLoop(inFlight);
		this.exchange = new Exchange(this.client, tally);
		this.requests = new DocumentRequests(this.exchange);
		String run = name();
		String prefix = "load/" + run + "/";
		this.documents = IntStream.range(0, documents)
			.mapToObj((number) -> new TrackedDocument(prefix + number, "", number))
			.toList();
		this.rareWord = new RareWord(prefix, "q" + run, FIXED_DOCUMENTS);
		this.random = new Random(seed);
	}

	/**
	 * Another one in each run, whatever the seed: documents may be left of an earlier.
	 */
	private static String name() {
		StringBuilder name = new StringBuilder();
		new Random().ints(12, 0, LETTERS.length()).forEach((letter) -> name.append(LETTERS.charAt(letter)));
		return name.toString();
	}

	/**
	 * Writes the documents and waits until those that do not change are found.
	 * @throws LoadFailure if there is nothing to load
	 * @throws InterruptedException if the thread is interrupted
	 */
	void prepare() throws InterruptedException {
		requireGateway();
		each((document, due) -> this.requests.write(document, false, due));
		awaitSearchable();
	}

	private void requireGateway() {
		try {
			LoadClient.Answer answer = this.client.get("/search?q=anything&limit=0");
			if (answer.status() != 200) {
				throw new LoadFailure("%s is not ready to search: %d %s".formatted(this.base, answer.status(),
						answer.body().substring(0, Math.min(answer.body().length(), 300))));
			}
		}
		catch (IOException ex) {
			throw new LoadFailure("%s cannot be asked (%s): is the suite up?".formatted(this.base, ex.getMessage()));
		}
	}

	private void awaitSearchable() {
		Tally unimportant = new Tally(InstantSource.system(), (incident) -> {
		});
		Exchange searches = new Exchange(this.client, unimportant);
		long end = System.nanoTime() + MAX_SETTLING.toNanos();
		int right = 0;
		while (right < SETTLED && !this.stopped) {
			boolean fine = this.rareWord.searchBest(searches, System.nanoTime()) == Finding.NONE;
			right = fine ? right + 1 : 0;
			if (!fine && System.nanoTime() > end) {
				throw new LoadFailure("the documents are not found %d s after they were written: %s"
					.formatted(MAX_SETTLING.toSeconds(), unimportant.incidents().getLast()));
			}
			LockSupport.parkNanos(fine ? 0 : TimeUnit.MILLISECONDS.toNanos(100));
		}
	}

	/**
	 * Loads.
	 * @param count how many, unless stopped before
	 * @return what was sent
	 * @throws InterruptedException if the thread is interrupted
	 */
	OpenLoop.Sent load(long count) throws InterruptedException {
		return this.loop.run(this.rate,
				Stream.generate(this::next).limit(count).takeWhile((request) -> !this.stopped).iterator());
	}

	private Request next() {
		int kind = this.random.nextInt(100);
		TrackedDocument document = this.documents.get(this.random.nextInt(this.documents.size()));
		if (kind < 50) {
			return (due) -> this.requests.read(document, due);
		}
		if (kind < 80) {
			return (due) -> this.requests.write(document, true, due);
		}
		return (kind < 98) ? (due) -> this.rareWord.searchBest(this.exchange, due)
				: (due) -> this.rareWord.searchAll(this.exchange, due);
	}

	/** Ends the load early; what was sent is waited for. */
	void stop() {
		this.stopped = true;
	}

	/**
	 * Reads all documents again.
	 * @throws InterruptedException if the thread is interrupted
	 */
	void verify() throws InterruptedException {
		each(this.requests::check);
	}

	/**
	 * Deletes all documents.
	 * @throws InterruptedException if the thread is interrupted
	 */
	void cleanUp() throws InterruptedException {
		each(this.requests::cleanUp);
	}

	private void each(DocumentRequest request) throws InterruptedException {
		this.loop.run(Math.max(OTHER_RATE, this.rate),
				Stream.concat(this.documents.stream(), this.rareWord.documents().stream())
					.map((document) -> (Request) (due) -> request.send(document, due))
					.iterator());
	}

	@Override
	public void close() {
		this.loop.close();
		this.client.close();
	}

	/** A request about a document. */
	private interface DocumentRequest {

		void send(TrackedDocument document, long due);

	}

}
