package dev.bootpatterns.local.up;

import dev.bootpatterns.local.client.GatewayClient;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import tools.jackson.databind.JsonNode;

/**
 * Something to search for and something to get, for people to try.
 *
 * @param word a word that a document has
 * @param document the path of a document
 */
record Example(String word, String document) {

	/** Of the default corpus. */
	static final Example JDK = new Example("ConcurrentHashMap", "/documents/java.base/java/util/HashMap.java");

	/** Longer than the words that a search leaves out, and safe on a command line. */
	private static final Pattern WORD = Pattern.compile("\\b[A-Za-z]{6,30}\\b");

	/**
	 * An example from the documents that a job has stored.
	 * @param gateway where they can be asked for
	 * @param job the job's id
	 * @return the example; empty when no document has a word that can be shown
	 */
	static Optional<Example> of(GatewayClient gateway, String job) {
		try {
			for (JsonNode item : gateway.json("/jobs/%s/items?state=DONE&limit=10".formatted(job)).path("items")) {
				String path = path(item.path("id").asString());
				JsonNode document = gateway.json(path);
				Matcher word = WORD
					.matcher(document.path("title").asString("") + " " + document.path("body").asString(""));
				if (word.find()) {
					return Optional.of(new Example(word.group(), path));
				}
			}
		}
		catch (IOException ex) {
			// It is only an example.
			return Optional.empty();
		}
		return Optional.empty();
	}

	private static String path(String id) {
		try {
			return new URI(null, null, "/documents/" + id, null).getRawPath().replace("'", "%27");
		}
		catch (URISyntaxException ex) {
			throw new IllegalArgumentException(ex);
		}
	}

}
