package dev.bootpatterns.shard.topology;

import java.io.IOException;
import java.util.OptionalLong;
import java.util.regex.Pattern;

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
 * {@code X-Shard-Epoch}. A router says by the last one under which topology it sends a
 * request. Before it nothing comes but the note of when the request arrived, since to
 * catch up with that topology may take time.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 1)
class ReplicaHeaderFilter extends OncePerRequestFilter {

	/** Eighteen digits always fit a long. */
	private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

	private static final String EPOCH = "X-Shard-Epoch";

	private final ShardProperties properties;

	private final TopologyFollower topology;

	ReplicaHeaderFilter(ShardProperties properties, TopologyFollower topology) {
		this.properties = properties;
		this.topology = topology;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		epoch(request).ifPresent(this.topology::catchUpWith);
		response.setIntHeader("X-Shard", this.properties.id());
		response.setHeader("X-Replica", this.properties.replica());
		response.setHeader(EPOCH, Long.toString(this.topology.epoch()));
		chain.doFilter(request, response);
	}

	private static OptionalLong epoch(HttpServletRequest request) {
		String header = request.getHeader(EPOCH);
		return (header != null && NUMBER.matcher(header).matches()) ? OptionalLong.of(Long.parseLong(header))
				: OptionalLong.empty();
	}

}
