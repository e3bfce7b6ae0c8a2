package dev.bootpatterns.shard.fault;

import java.util.concurrent.ExecutionException;

import dev.bootpatterns.fault.Faults;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * Faults come before the work of the controllers. Probes and {@code /actuator} are none,
 * and Spring asks no interceptor about them: who injects faults is to look well. A
 * request that is held costs its virtual thread.
 */
final class FaultInterceptor implements HandlerInterceptor {

	private final Faults faults;

	FaultInterceptor(Faults faults) {
		this.faults = faults;
	}

	@Override
	public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
		try {
			this.faults.inject().get();
			return true;
		}
		catch (ExecutionException ex) {
			throw (ex.getCause() instanceof ResponseStatusException abort) ? abort : new IllegalStateException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE, "Interrupted while being delayed", ex);
		}
	}

}
