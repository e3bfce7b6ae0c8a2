package dev.bootpatterns.shard.topology;

import java.io.IOException;

import dev.bootpatterns.shard.ShardProperties;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Says on every response who answered: {@code X-Shard}, {@code X-Replica},
 * {@code X-Shard-Epoch}.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class ReplicaHeaderFilter extends OncePerRequestFilter {

	private final ShardProperties properties;

	private final TopologyFollower topology;

	ReplicaHeaderFilter(ShardProperties properties, TopologyFollower topology) {
		this.properties = properties;
		this.topology = topology;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		response.setIntHeader("X-Shard", this.properties.id());
		response.setHeader("X-Replica", this.properties.replica());
		response.setHeader("X-Shard-Epoch", Long.toString(this.topology.epoch()));
		chain.doFilter(request, response);
	}

}
