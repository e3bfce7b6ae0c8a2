package dev.bootpatterns.shard.admission;

import java.io.IOException;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Notes when a request arrived. A budget runs from then on: looking up a new topology or
 * reading the body may have taken a part of it before anybody asks how much is left.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class ArrivalFilter extends OncePerRequestFilter {

	private static final String ARRIVED = ArrivalFilter.class.getName();

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		request.setAttribute(ARRIVED, System.nanoTime());
		chain.doFilter(request, response);
	}

	/** When a request arrived, by {@link System#nanoTime()}. */
	static long of(HttpServletRequest request) {
		return (request.getAttribute(ARRIVED) instanceof Long arrived) ? arrived : System.nanoTime();
	}

}
