package dev.bootpatterns.worker.ingest;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeoutException;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadFullException;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.timelimiter.TimeLimiter;
import io.micrometer.context.ContextSnapshotFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.web.client.RestClientException;

/**
 * What stands between the worker and one target: a circuit breaker around a time limit
 * around a bulkhead.
 * <p>
 * In this order the breaker counts a call that is too slow as failed, and a call that was
 * given up but still hangs keeps its place in the bulkhead. The time limit covers a whole
 * exchange; it needs a thread that it can abandon, and a virtual one is cheap.
 */
final class Guard {

	private static final Logger logger = LoggerFactory.getLogger(Guard.class);

	private final CircuitBreaker breaker;

	private final TimeLimiter timeLimiter;

	private final Bulkhead bulkhead;

	private final ExecutorService threads = Executors
		.newThreadPerTaskExecutor(Thread.ofVirtual().name("call-", 0).factory());

	private final ContextSnapshotFactory contexts = ContextSnapshotFactory.builder().build();

	Guard(CircuitBreaker breaker, TimeLimiter timeLimiter, Bulkhead bulkhead) {
		this.breaker = breaker;
		this.timeLimiter = timeLimiter;
		this.bulkhead = bulkhead;
	}

	Attempt attempt(Callable<Reply> call) throws InterruptedException {
		try {
			return new Attempt.Answered(this.breaker.executeCallable(() -> limited(call)));
		}
		catch (TargetFaultException ex) {
			return new Attempt.Answered(ex.reply());
		}
		catch (CallNotPermittedException _) {
			return new Attempt.NotPermitted("circuit breaker is " + this.breaker.getState());
		}
		catch (BulkheadFullException _) {
			return new Attempt.NotPermitted("bulkhead is full");
		}
		catch (TimeoutException _) {
			return new Attempt.Unanswered(
					"no answer within " + this.timeLimiter.getTimeLimiterConfig().getTimeoutDuration());
		}
		catch (RestClientException ex) {
			logger.debug("Call failed", ex);
			Throwable cause = (ex.getCause() != null) ? ex.getCause() : ex;
			return new Attempt.Unanswered(cause.getClass().getSimpleName());
		}
		catch (InterruptedException | RuntimeException ex) {
			throw ex;
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private Reply limited(Callable<Reply> call) throws Exception {
		Callable<Reply> traced = this.contexts.captureAll().wrap(call);
		return this.timeLimiter.executeFutureSupplier(() -> this.threads.submit(() -> {
			Reply reply = this.bulkhead.executeCallable(traced);
			if (reply.targetFault()) {
				throw new TargetFaultException(reply);
			}
			return reply;
		}));
	}

}
