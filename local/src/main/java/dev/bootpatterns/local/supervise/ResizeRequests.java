package dev.bootpatterns.local.supervise;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.function.Consumer;

import dev.bootpatterns.local.process.Ticks;
import dev.bootpatterns.local.state.Json;
import dev.bootpatterns.local.state.Resize;
import dev.bootpatterns.local.state.SuiteHome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The supervisor's side of {@code run/resize.json}: takes the file away, so that each
 * request is handled once, and hands it on. A request that an earlier supervisor did not
 * take is nobody's any more.
 */
public final class ResizeRequests {

	private static final Logger log = LoggerFactory.getLogger(ResizeRequests.class);

	private static final Duration POLL = Duration.ofMillis(100);

	private final Path file;

	private final Consumer<Resize> handler;

	/**
	 * Takes requests from now on.
	 * @param home the suite
	 * @param handler what is done with one
	 */
	public ResizeRequests(SuiteHome home, Consumer<Resize> handler) {
		this.file = home.resize();
		this.handler = handler;
		try {
			Files.deleteIfExists(this.file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Hands requests on until the thread is interrupted.
	 */
	public void serve() {
		try (Ticks ticks = new Ticks(POLL)) {
			while (ticks.next()) {
				takeOne();
			}
		}
	}

	/** One that cannot be handled ends neither this nor the suite. */
	private void takeOne() {
		Path taken = this.file.resolveSibling("resize.json.taken");
		try {
			if (Files.exists(this.file)) {
				Files.move(this.file, taken, StandardCopyOption.REPLACE_EXISTING);
				Json.read(taken, Resize.class).ifPresent(this.handler);
			}
		}
		catch (NoSuchFileException ex) {
			log.debug("The request was withdrawn", ex);
		}
		catch (IOException | RuntimeException ex) {
			log.error("A request for other numbers of processes cannot be handled", ex);
		}
	}

}
