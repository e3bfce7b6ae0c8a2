package dev.bootpatterns.worker.completion;

import java.time.Duration;
import java.util.OptionalInt;

import dev.bootpatterns.worker.Pause;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationContext;
import org.springframework.context.event.EventListener;

/**
 * Ends the process when there is nothing left to do, as on SIGTERM but for the exit code:
 * what is in progress, of another job for instance, finishes, and what was fetched ahead
 * goes back.
 * <p>
 * SIGTERM itself is no completion. It leaves the JVM's own exit code, 143, and a Job
 * starts another pod.
 */
class RunToCompletion {

	private static final Logger logger = LoggerFactory.getLogger(RunToCompletion.class);

	private static final Duration LOOK_EVERY = Duration.ofMillis(500);

	private final End end;

	private final Pause pause;

	private final ApplicationContext context;

	RunToCompletion(End end, Pause pause, ApplicationContext context) {
		this.end = end;
		this.pause = pause;
		this.context = context;
	}

	/**
	 * No daemon, or the process could end with 0 once the context is closed, before this
	 * has said with what.
	 */
	@EventListener
	void on(ApplicationReadyEvent event) {
		Thread.ofPlatform().name("run-to-completion").start(this::run);
	}

	private void run() {
		try {
			OptionalInt code = this.end.reached();
			while (code.isEmpty()) {
				this.pause.await(LOOK_EVERY);
				code = this.end.reached();
			}
			int reached = code.getAsInt();
			System.exit(SpringApplication.exit(this.context, () -> reached));
		}
		catch (InterruptedException ex) {
			logger.debug("The worker was stopped before its end", ex);
		}
	}

}
