package dev.bootpatterns.gateway.country;

import java.net.InetSocketAddress;
import java.util.List;

import io.netty.util.NetUtil;
import org.jspecify.annotations.Nullable;

import org.springframework.http.server.reactive.ServerHttpRequest;

/**
 * The address of the client that sent a request: the connection's other end or, behind
 * proxies that are trusted, what the outermost of them wrote into
 * {@code X-Forwarded-For}.
 * <p>
 * Each proxy appends the address that it was called from, so with n trusted proxies the
 * n-th entry from the right is the last one that a client cannot have invented; Spring
 * Cloud Gateway's {@code XForwardedRemoteAddressResolver.maxTrustedIndex(n)} counts the
 * same way. Unlike that one, this joins several header lines to the one list that they
 * are (RFC 9110, section 5.3), and never asks DNS for what a client wrote.
 */
final class ClientAddress {

	private static final String X_FORWARDED_FOR = "X-Forwarded-For";

	private final int trustedProxies;

	ClientAddress(int trustedProxies) {
		this.trustedProxies = trustedProxies;
	}

	/**
	 * The client's address.
	 * @param request the request
	 * @return 4 or 16 bytes; null if it is not known, or what the header says is none
	 */
	byte @Nullable [] of(ServerHttpRequest request) {
		if (this.trustedProxies > 0) {
			List<String> lines = request.getHeaders().getOrEmpty(X_FORWARDED_FOR);
			if (!lines.isEmpty()) {
				return NetUtil.createByteArrayFromIpAddressString(forwarded(lines));
			}
		}
		InetSocketAddress remote = request.getRemoteAddress();
		return (remote != null && remote.getAddress() != null) ? remote.getAddress().getAddress() : null;
	}

	/** The n-th entry from the right, or the first if there are fewer. */
	private String forwarded(List<String> lines) {
		String entry = "";
		int left = this.trustedProxies;
		for (int i = lines.size() - 1; i >= 0; i--) {
			String line = lines.get(i);
			for (int end = line.length(); end >= 0;) {
				int comma = line.lastIndexOf(',', end - 1);
				entry = line.substring(comma + 1, end).strip();
				if (--left == 0) {
					return entry;
				}
				end = comma;
			}
		}
		return entry;
	}

}
