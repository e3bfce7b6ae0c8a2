package dev.bootpatterns.benchmarks.load;

import java.util.Iterator;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends requests at a constant rate, whatever the answers do (an open model); each is
 * given the moment when it was due and measures from then. A server that stalls for a
 * second therefore shows a second of late requests; a client that waits for each answer
 * before it sends the next would show one ("coordinated omission", G. Tene).
 * <p>
 * So many may be in flight at a time. While they are, the next ones wait, none is left
 * out, and the wait is part of what they measure.
 */
final class OpenLoop implements AutoCloseable {

	static final int MAX_IN_FLIGHT = 1000;

	/** What is sent this much after it was due counts as late. */
	private static final long LATE = TimeUnit.MILLISECONDS.toNanos(100);

	private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

	private final int maxInFlight;

	private final Semaphore inFlight;

	OpenLoop() {
		this(MAX_IN_FLIGHT);
	}

	OpenLoop(int maxInFlight) {
		this.maxInFlight = maxInFlight;
		this.inFlight = new Semaphore(maxInFlight);
	}

	/**
	 * Sends requests, and returns when all are answered.
	 * @param rate requests per second
	 * @param requests makes each, in the order of their times
	 * @return how many that were
	 * @throws InterruptedException if the thread is interrupted
	 */
	Sent run(int rate, Iterator<? extends Request> requests) throws InterruptedException {
		long start = System.nanoTime();
		long count = 0;
		long late = 0;
		while (requests.hasNext()) {
			Request request = requests.next();
			long due = start + (long) (count * 1e9 / rate);
			count++;
			await(due);
			this.inFlight.acquire();
			late += (System.nanoTime() - due > LATE) ? 1 : 0;
			send(request, due);
		}
		this.inFlight.acquire(this.maxInFlight);
		this.inFlight.release(this.maxInFlight);
		return new Sent(count, late);
	}

	private static void await(long time) throws InterruptedException {
		for (long left = time - System.nanoTime(); left > 0; left = time - System.nanoTime()) {
			LockSupport.parkNanos(left);
			if (Thread.interrupted()) {
				throw new InterruptedException();
			}
		}
	}

	private void send(Request request, long due) {
		this.executor.execute(() -> {
			try {
				request.send(due);
			}
			finally {
				this.inFlight.release();
			}
		});
	}

	@Override
	public void close() {
		this.executor.close();
	}

	/**
	 * What was sent.
	 *
	 * @param requests how many
	 * @param late how many of them late, because too many were in flight or because this
	 * machine had no time for them
	 */
	record Sent(long requests, long late) {
	}

	/** One request on its way. */
	@FunctionalInterface
	interface Request {

		/**
		 * Sends it and waits for the answer.
		 * @param due when it was due, as {@link System#nanoTime()}
		 */
		void send(long due);

	}

}
