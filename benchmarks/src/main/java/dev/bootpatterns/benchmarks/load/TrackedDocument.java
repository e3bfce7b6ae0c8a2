package dev.bootpatterns.benchmarks.load;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * A document and what is known of its state.
 * <p>
 * Its writes are numbered; each is one revision of it, which its body names. What
 * revision does is a matter of its number alone: of ten, six are plain PUTs, three have a
 * precondition, and one deletes, so that the next creates it anew. There is one writer at
 * a time. So the state at any time is one of the revisions between the last that is known
 * to have happened (acknowledged, or seen by a reader) and the last that was attempted:
 * one revision, unless a write is on its way or its outcome is unknown.
 */
final class TrackedDocument {

	/**
	 * A precondition comes after a PUT, whose version it names. After it comes one
	 * without: that settles the state, should the outcome be unknown.
	 */
	private static final String CYCLE = "PPCPPCPCPD";

	private final String id;

	private final String text;

	private final int first;

	private final ReentrantLock writer = new ReentrantLock(true);

	private final AtomicInteger known;

	/** As many as had no good answer. */
	private final Set<Integer> unresolved = ConcurrentHashMap.newKeySet();

	private volatile int attempted;

	private @Nullable String version;

	/**
	 * Starts to track a document that is not there.
	 * @param id its id
	 * @param text what its body says besides the revision
	 * @param number where in the cycle of writes it starts: not all are deleted at a time
	 */
	TrackedDocument(String id, String text, int number) {
		this.id = id;
		this.text = text;
		this.first = number % (CYCLE.length() - 1);
		this.known = new AtomicInteger(this.first - 1);
		this.attempted = this.first - 1;
	}

	String id() {
		return this.id;
	}

	/**
	 * Makes the next write, after those that others of this document's writers began.
	 * @param send sends it, and says if it was {@link #acknowledged}
	 */
	void write(Writer send) {
		this.writer.lock();
		try {
			int revision = this.attempted + 1;
			this.attempted = revision;
			this.unresolved.add(revision);
			Step step = (revision == this.first) ? Step.PUT : Step.of(revision);
			String present = this.version;
			this.version = null;
			send.write(revision, (step == Step.PUT_IF_MATCH && present == null) ? Step.PUT : step, present);
		}
		finally {
			this.writer.unlock();
		}
	}

	boolean hasWaitingWriter() {
		return this.writer.hasQueuedThreads();
	}

	/**
	 * Says that the present write happened. Otherwise it happened or not, or it happens
	 * later.
	 * @param revision its number
	 * @param newVersion of the document, unless it is deleted
	 */
	void acknowledged(int revision, @Nullable String newVersion) {
		seen(revision);
		this.unresolved.remove(revision);
		this.version = newVersion;
	}

	/** Whether a write was acknowledged. */
	boolean isAcknowledged(int revision) {
		return !this.unresolved.contains(revision);
	}

	void seen(int revision) {
		this.known.accumulateAndGet(revision, Math::max);
	}

	/** The last revision that is known to have happened. */
	int known() {
		return this.known.get();
	}

	/** The last revision that may have happened. */
	int attempted() {
		return this.attempted;
	}

	/** Whether one of the revisions is that there is no document. */
	boolean mayBeAbsent(int from, int to) {
		for (int revision = from; revision <= to; revision++) {
			if (revision < this.first || Step.of(revision) == Step.DELETE) {
				return true;
			}
		}
		return false;
	}

	String body(int revision) {
		return "revision %d of %s%s".formatted(revision, this.id, this.text);
	}

	/** What a write does. */
	enum Step {

		PUT, PUT_IF_MATCH, DELETE;

		static Step of(int revision) {
			return switch (CYCLE.charAt(revision % CYCLE.length())) {
				case 'C' -> PUT_IF_MATCH;
				case 'D' -> DELETE;
				default -> PUT;
			};
		}

	}

	/** Sends a write. */
	@FunctionalInterface
	interface Writer {

		/**
		 * Sends it and waits for the answer.
		 * @param revision its number
		 * @param step what it does
		 * @param version the present version, as far as it is known
		 */
		void write(int revision, Step step, @Nullable String version);

	}

}
