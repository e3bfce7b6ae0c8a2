package dev.bootpatterns.gateway.scatter;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;

/**
 * What a leaf says of where the time went, in {@code Server-Timing} (W3C) and
 * {@code X-Queue-Length}.
 *
 * @param queueMs how long the request waited for its turn there, in milliseconds
 * @param serviceMs how long it took when it had it
 * @param queueLength how many requests waited or ran there when it was answered
 */
record LeafTimes(double queueMs, double serviceMs, int queueLength) {

	private static final Pattern DURATION = Pattern
		.compile("(?:^|,)\\s*(queue|service)\\s*;\\s*dur=(\\d{1,9}(?:\\.\\d{1,9})?)");

	/** What the headers say; null if that is not all of it. */
	static @Nullable LeafTimes of(HttpHeaders headers) {
		String timing = headers.getFirst("Server-Timing");
		String length = headers.getFirst("X-Queue-Length");
		if (timing == null || length == null || !length.matches("\\d{1,6}")) {
			return null;
		}
		double queue = Double.NaN;
		double service = Double.NaN;
		Matcher matcher = DURATION.matcher(timing);
		while (matcher.find()) {
			double millis = Double.parseDouble(matcher.group(2));
			if (matcher.group(1).equals("queue")) {
				queue = millis;
			}
			else {
				service = millis;
			}
		}
		return (Double.isNaN(queue) || Double.isNaN(service)) ? null
				: new LeafTimes(queue, service, Integer.parseInt(length));
	}

}
