package dev.bootpatterns.shard.fault;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.web.servlet.HandlerInterceptor;

/**
 * Faults come before the work of the controllers. Probes and {@code /actuator} are none,
 * and Spring asks no interceptor about them: who injects faults is to look well.
 */
final class FaultInterceptor implements HandlerInterceptor {

	private final Faults faults;

	FaultInterceptor(Faults faults) {
		this.faults = faults;
	}

	@Override
	public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
		this.faults.inject();
		return true;
	}

}
