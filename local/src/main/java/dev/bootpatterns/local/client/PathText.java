package dev.bootpatterns.local.client;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Names in the path of a URL.
 */
public final class PathText {

	private PathText() {
	}

	/**
	 * Encodes a name of segments; its slashes stay.
	 * @param name such as {@code dir/a b}
	 * @return such as {@code dir/a%20b}
	 */
	public static String encode(String name) {
		return Stream.of(name.split("/", -1))
			.map((segment) -> URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20"))
			.collect(Collectors.joining("/"));
	}

}
