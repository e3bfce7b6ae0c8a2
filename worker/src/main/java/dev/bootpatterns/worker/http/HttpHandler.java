package dev.bootpatterns.worker.http;

import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import dev.bootpatterns.worker.Outcome;
import dev.bootpatterns.worker.Pause;
import dev.bootpatterns.worker.WorkHandler;
import dev.bootpatterns.worker.WorkItem;
import io.micrometer.context.ContextSnapshotFactory;
import io.micrometer.core.instrument.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.web.client.ResourceAccessException;

/**
 * A container beside this worker handles items, in whatever language: each is POSTed, and
 * the answer says how it ended.
 * <p>
 * While nobody listens there, as long as the container starts, the item waits here: its
 * attempts would be used up in seconds. Anything else is not tried again here but by the
 * owner.
 */
class HttpHandler implements WorkHandler {

	private static final Logger logger = LoggerFactory.getLogger(HttpHandler.class);

	private static final Duration CONNECT_AGAIN = Duration.ofMillis(500);

	private final Container container;

	private final String url;

	private final Duration deadline;

	private final Pause pause;

	private final Clock clock;

	/** The deadline covers a whole exchange, and needs threads that can be abandoned. */
	private final ExecutorService threads = Executors
		.newThreadPerTaskExecutor(Thread.ofVirtual().name("http-", 0).factory());

	private final ContextSnapshotFactory contexts = ContextSnapshotFactory.builder().build();

	HttpHandler(Container container, String url, Duration deadline, Pause pause, Clock clock) {
		this.container = container;
		this.url = url;
		this.deadline = deadline;
		this.pause = pause;
		this.clock = clock;
	}

	@Override
	public String name() {
		return "http";
	}

	@Override
	public Outcome handle(WorkItem item) throws InterruptedException {
		long start = this.clock.monotonicTime();
		while (true) {
			Duration left = this.deadline.minus(Duration.ofNanos(this.clock.monotonicTime() - start));
			try {
				return within(left, () -> this.container.post(item));
			}
			catch (TimeoutException _) {
				return Outcome.failed("%s: no answer within %s".formatted(this.url, this.deadline));
			}
			catch (ResourceAccessException ex) {
				logger.debug("Item {} of job {} could not be sent", item.id(), item.job(), ex);
				String why = "%s: %s".formatted(this.url, cause(ex).getClass().getSimpleName());
				if (!isNotThere(cause(ex)) || left.compareTo(CONNECT_AGAIN) <= 0) {
					return Outcome.failed(why);
				}
			}
			this.pause.await(CONNECT_AGAIN);
		}
	}

	private Outcome within(Duration time, Callable<Outcome> call) throws InterruptedException, TimeoutException {
		Future<Outcome> answer = this.threads.submit(this.contexts.captureAll().wrap(call));
		try {
			return answer.get(Math.max(1, time.toMillis()), TimeUnit.MILLISECONDS);
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof RuntimeException cause) {
				throw cause;
			}
			throw new IllegalStateException(ex.getCause());
		}
		finally {
			answer.cancel(true);
		}
	}

	private static Throwable cause(Exception ex) {
		return (ex.getCause() != null) ? ex.getCause() : ex;
	}

	/** Nothing has been sent. */
	private static boolean isNotThere(Throwable cause) {
		return cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException;
	}

}
