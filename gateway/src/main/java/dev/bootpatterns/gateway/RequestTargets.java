package dev.bootpatterns.gateway;

import java.util.HexFormat;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpRequest;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServer;

import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.stereotype.Component;

/**
 * Takes request targets as clients send them.
 * <p>
 * RFC 3986 wants {@code |}, {@code "} or {@code <} encoded, but browsers send {@code |}
 * as it is and command lines all three. Spring answers a target that is no URI with an
 * empty 400 before any of our code runs. So whatever a URI may not contain is encoded
 * here, as browsers do for the rest; what is encoded already stays as it was sent.
 *
 * @see <a href="https://url.spec.whatwg.org/#query-percent-encode-set">URL standard</a>
 */
@Component
class RequestTargets implements NettyServerCustomizer {

	/** Of RFC 3986: unreserved, sub-delims, and what separates the parts. */
	private static final String ALLOWED = "-._~!$&'()*+,;=:@/?";

	private static final HexFormat HEX = HexFormat.of().withUpperCase();

	@Override
	public HttpServer apply(HttpServer server) {
		return server.doOnChannelInit((observer, channel, remote) -> channel.pipeline()
			.addAfter(NettyPipeline.HttpCodec, "requestTargets", new Encoder()));
	}

	/**
	 * Encodes what no URI may contain.
	 * @param target a request target in origin form; each char is one byte, as Netty's
	 * decoder leaves it
	 * @return the same resource, as a URI's path and query
	 */
	static String encode(String target) {
		int first = 0;
		while (first < target.length() && isAllowed(target, first)) {
			first++;
		}
		if (first == target.length()) {
			return target;
		}
		StringBuilder encoded = new StringBuilder(target.length() + 16).append(target, 0, first);
		for (int i = first; i < target.length(); i++) {
			char c = target.charAt(i);
			if (isAllowed(target, i)) {
				encoded.append(c);
			}
			else {
				encoded.append('%').append(HEX.toHexDigits((byte) c));
			}
		}
		return encoded.toString();
	}

	private static boolean isAllowed(String target, int i) {
		char c = target.charAt(i);
		return (c == '%') ? isHex(target, i + 1) && isHex(target, i + 2)
				: c < 128 && (Character.isLetterOrDigit(c) || ALLOWED.indexOf(c) >= 0);
	}

	private static boolean isHex(String target, int i) {
		return i < target.length() && HexFormat.isHexDigit(target.charAt(i));
	}

	private static final class Encoder extends ChannelInboundHandlerAdapter {

		@Override
		public void channelRead(ChannelHandlerContext context, Object message) {
			if (message instanceof HttpRequest request && request.uri().startsWith("/")) {
				request.setUri(encode(request.uri()));
			}
			context.fireChannelRead(message);
		}

	}

}
