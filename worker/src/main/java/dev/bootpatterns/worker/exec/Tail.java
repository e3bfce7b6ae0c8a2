package dev.bootpatterns.worker.exec;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what a program prints, so that it never waits for a reader, and keeps the end of
 * it.
 * <p>
 * On a thread of the operating system: reading a pipe would hold up the few that carry
 * virtual threads. A program's child that it has left behind may keep the pipe open, so
 * nobody waits for the end of it without a limit.
 */
final class Tail implements Runnable {

	private static final Logger logger = LoggerFactory.getLogger(Tail.class);

	private static final int KEPT = 8 * 1024;

	private final InputStream input;

	private final byte[] kept = new byte[KEPT];

	private final CountDownLatch over = new CountDownLatch(1);

	private long total;

	private Tail(InputStream input) {
		this.input = input;
	}

	static Tail of(InputStream input, String name) {
		Tail tail = new Tail(input);
		Thread.ofPlatform().daemon().name(name).start(tail);
		return tail;
	}

	@Override
	public void run() {
		byte[] part = new byte[KEPT];
		try (this.input) {
			for (int read = this.input.read(part); read >= 0; read = this.input.read(part)) {
				keep(part, read);
			}
		}
		catch (IOException ex) {
			logger.debug("What a program prints cannot be read to its end", ex);
		}
		finally {
			this.over.countDown();
		}
	}

	private synchronized void keep(byte[] part, int length) {
		for (int i = 0; i < length; i++) {
			this.kept[(int) ((this.total + i) % KEPT)] = part[i];
		}
		this.total += length;
	}

	/**
	 * Waits for the end of it.
	 * @return whether it has come within the time
	 */
	boolean await(Duration atMost) throws InterruptedException {
		return this.over.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
	}

	/** How much there was, in bytes. */
	synchronized long total() {
		return this.total;
	}

	/** The end of it. */
	synchronized String text() {
		int length = (int) Math.min(this.total, KEPT);
		byte[] ordered = new byte[length];
		for (int i = 0; i < length; i++) {
			ordered[i] = this.kept[(int) ((this.total - length + i) % KEPT)];
		}
		return new String(ordered, StandardCharsets.UTF_8);
	}

	/** The last line that says anything; empty if none does. */
	String lastLine() {
		return Arrays.stream(text().split("\\R"))
			.map(String::strip)
			.filter((line) -> !line.isEmpty())
			.reduce("", (before, line) -> line);
	}

}
