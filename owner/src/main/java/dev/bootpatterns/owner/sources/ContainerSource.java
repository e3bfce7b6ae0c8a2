package dev.bootpatterns.owner.sources;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.http.client.SimpleClientHttpRequestFactory;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;
import org.springframework.web.util.UriUtils;

/**
 * The source container of the book: a program in any language, beside the owner, that
 * says what is to be done. {@code GET /api/v1/items} answers
 * <code>{"kind": "ItemList", "apiVersion": "v1", "items": ["name", …]}</code>, which is
 * read as it comes, so that memory does not grow with it; {@code GET
 * /api/v1/items/{name}} answers
 * <code>{"kind": "Item", "apiVersion": "v1", "data": …}</code>, whose data is the item's
 * content (a text as it is, all else as JSON), or, under any other media type than JSON,
 * the content itself. (Burns, <i>Designing Distributed Systems</i>, the chapter on work
 * queues.)
 */
class ContainerSource implements Source {

	private static final String ITEMS = "/api/v1/items";

	private static final Duration CONNECT = Duration.ofSeconds(2);

	/** For the head of an answer, and then for whatever comes next of it. */
	private static final Duration READ = Duration.ofSeconds(30);

	/** As JSON it is longer: escapes, and the members around it. */
	private static final int JSON_FACTOR = 6;

	private final String name;

	private final URI base;

	private final ItemRules rules;

	private final JsonMapper json;

	private final RestClient http;

	/**
	 * A source.
	 * @param name what jobs call it
	 * @param base of the container's URLs
	 * @param rules which names and sizes are taken
	 * @param json reads its answers
	 */
	ContainerSource(String name, URI base, ItemRules rules, JsonMapper json) {
		this.name = name;
		this.base = URI.create(base.toString().replaceFirst("/+$", ""));
		this.rules = rules;
		this.json = json;
		SimpleClientHttpRequestFactory requests = new SimpleClientHttpRequestFactory() {

			@Override
			protected void prepareConnection(HttpURLConnection connection, String method) throws IOException {
				super.prepareConnection(connection, method);
				// It is asked, and nobody that it names.
				connection.setInstanceFollowRedirects(false);
			}

		};
		requests.setConnectTimeout(CONNECT);
		requests.setReadTimeout(READ);
		this.http = RestClient.builder().requestFactory(requests).build();
	}

	@Override
	public String name() {
		return this.name;
	}

	@Override
	public Listing list(ItemSink sink) throws IOException {
		Map<String, Long> skipped = new TreeMap<>();
		return get(ITEMS, (answer) -> {
			require(answer.getStatusCode());
			list(answer.getBody(), sink, skipped);
			return new Listing(skipped);
		});
	}

	private void list(InputStream body, ItemSink sink, Map<String, Long> skipped) throws IOException {
		try (JsonParser parser = this.json.createParser(body)) {
			if (parser.nextToken() != JsonToken.START_OBJECT) {
				throw broken("answers no JSON object");
			}
			boolean found = false;
			while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
				String property = parser.currentName();
				JsonToken value = parser.nextToken();
				if (property.equals("items") && value == JsonToken.START_ARRAY) {
					items(parser, sink, skipped);
					found = true;
				}
				else {
					parser.skipChildren();
				}
			}
			if (!found) {
				throw broken("answers no array 'items'");
			}
		}
		catch (JacksonException ex) {
			throw new SourceException(say("does not answer whole JSON"), ex);
		}
	}

	private void items(JsonParser parser, ItemSink sink, Map<String, Long> skipped) throws IOException {
		while (parser.nextToken() != JsonToken.END_ARRAY) {
			if (parser.currentToken() != JsonToken.VALUE_STRING) {
				throw broken("has something in 'items' that is no text");
			}
			String id = parser.getString();
			if (this.rules.allows(id)) {
				// How large it is, is known when it is read.
				sink.accept(new SourceItem(id, 0));
			}
			else {
				skipped.merge("name", 1L, Long::sum);
			}
		}
	}

	@Override
	public Reader open() {
		return new Reader() {

			@Override
			public byte[] read(String id) throws IOException {
				return ContainerSource.this.read(id);
			}

			@Override
			public void close() {
			}

		};
	}

	private byte[] read(String id) throws IOException {
		if (!this.rules.allows(id)) {
			throw new NoSuchItemException(id);
		}
		return get(ITEMS + "/" + UriUtils.encodePath(id, StandardCharsets.UTF_8), (answer) -> {
			if (answer.getStatusCode().value() == HttpURLConnection.HTTP_NOT_FOUND) {
				throw new NoSuchItemException(id);
			}
			require(answer.getStatusCode());
			MediaType type = answer.getHeaders().getContentType();
			byte[] content = (type != null && type.isCompatibleWith(MediaType.APPLICATION_JSON))
					? data(bounded(answer.getBody(), JSON_FACTOR * this.rules.maxSize(), id))
					: bounded(answer.getBody(), this.rules.maxSize(), id);
			if (content.length > this.rules.maxSize()) {
				throw tooLarge(id);
			}
			return content;
		});
	}

	private byte[] data(byte[] body) throws IOException {
		try {
			JsonNode data = this.json.readTree(body).path("data");
			if (data.isMissingNode()) {
				throw broken("answers an item without 'data'");
			}
			return data.isString() ? data.stringValue().getBytes(StandardCharsets.UTF_8)
					: this.json.writeValueAsBytes(data);
		}
		catch (JacksonException ex) {
			throw new SourceException(say("answers an item that is not JSON, as it says"), ex);
		}
	}

	private static byte[] bounded(InputStream body, long bound, String id) throws IOException {
		byte[] content = body.readNBytes(Math.toIntExact(bound + 1));
		if (content.length > bound) {
			throw tooLarge(id);
		}
		return content;
	}

	private static SourceException tooLarge(String id) {
		return new SourceException("the item '%s' is larger than an item may be".formatted(id));
	}

	private void require(HttpStatusCode status) throws SourceException {
		if (status.value() != HttpURLConnection.HTTP_OK) {
			throw broken("answers %d".formatted(status.value()));
		}
	}

	private SourceException broken(String what) {
		return new SourceException(say(what));
	}

	private String say(String what) {
		return "the source container '%s' at %s %s".formatted(this.name, this.base, what);
	}

	private <T> T get(String path, Exchange<T> exchange) throws IOException {
		try {
			T result = this.http.get().uri(URI.create(this.base + path)).exchange((_, answer) -> exchange.with(answer));
			if (result == null) {
				throw new IllegalStateException("an exchange has a result");
			}
			return result;
		}
		catch (ResourceAccessException ex) {
			if (ex.getCause() instanceof SourceException known) {
				throw known;
			}
			throw new SourceException(say("does not answer: " + ex.getMostSpecificCause().getMessage()), ex);
		}
	}

	@FunctionalInterface
	private interface Exchange<T extends @Nullable Object> {

		T with(ClientHttpResponse answer) throws IOException;

	}

}
