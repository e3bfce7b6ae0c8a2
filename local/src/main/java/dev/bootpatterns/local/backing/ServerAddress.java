package dev.bootpatterns.local.backing;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Where a database or broker is, to be shown and stored: host, port and database of the
 * URL that the environment has. Users and passwords may stand before the host and among
 * the parameters; neither is kept, and what cannot be told from a password is not kept
 * either.
 */
final class ServerAddress {

	private static final Pattern URL = Pattern.compile("((?:jdbc:[a-z0-9]+:(?://)?|amqps?://)?)(.*)", Pattern.DOTALL);

	private static final Pattern PARAMETERS = Pattern.compile("\\?.*", Pattern.DOTALL);

	/** An IPv6 address or a name, a port, a database or virtual host. */
	private static final Pattern SERVER = Pattern
		.compile("(?:\\[[0-9a-fA-F:.]*]|[^\\[\\]:/@\\s]*)(?::[0-9]+)?(?:/.*)?");

	private ServerAddress() {
	}

	/**
	 * What may be shown.
	 * @param urls a URL, or several with commas between them
	 * @return the same without secrets
	 */
	static String of(String urls) {
		// Of JDBC all that is secret is among the parameters, where commas divide
		// nothing.
		String told = urls.startsWith("jdbc:") ? withoutParameters(urls) : urls;
		return Arrays.stream(told.split(",")).map(ServerAddress::one).collect(Collectors.joining(","));
	}

	private static String one(String url) {
		Matcher parts = URL.matcher(url.strip());
		if (!parts.matches()) {
			return "…";
		}
		String rest = parts.group(2);
		String server = withoutParameters(rest.substring(rest.lastIndexOf('@') + 1));
		return parts.group(1) + (SERVER.matcher(server).matches() ? server : "…");
	}

	private static String withoutParameters(String url) {
		return PARAMETERS.matcher(url).replaceFirst("");
	}

}
