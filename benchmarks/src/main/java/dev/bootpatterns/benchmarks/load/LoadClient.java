package dev.bootpatterns.benchmarks.load;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.ParseException;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.support.ClassicRequestBuilder;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * One attempt for each request: what fails has failed, for its sender to count.
 */
final class LoadClient implements AutoCloseable {

	/**
	 * Less than a server keeps an idle connection: nothing is sent on one that it is
	 * closing, which would look like its failure.
	 */
	private static final int MAX_IDLE_SECONDS = 5;

	private final URI base;

	private final CloseableHttpClient http;

	/**
	 * Makes a client.
	 * @param base scheme, host and port
	 * @param timeout the longest pause of the server
	 */
	LoadClient(URI base, Duration timeout) {
		this.base = base;
		this.http = HttpClients.custom()
			.setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
				.setMaxConnTotal(OpenLoop.MAX_IN_FLIGHT)
				.setMaxConnPerRoute(OpenLoop.MAX_IN_FLIGHT)
				.setDefaultConnectionConfig(ConnectionConfig.custom()
					.setConnectTimeout(2, TimeUnit.SECONDS)
					.setSocketTimeout(Timeout.of(timeout))
					.setIdleTimeout(Timeout.ofSeconds(MAX_IDLE_SECONDS))
					.build())
				.build())
			.disableAutomaticRetries()
			.disableRedirectHandling()
			.disableCookieManagement()
			.build();
	}

	Answer get(String path) throws IOException {
		return send(ClassicRequestBuilder.get(), path);
	}

	/**
	 * Sends a request.
	 * @param request all of it but the address
	 * @param path path and query
	 * @return the answer, whatever its status
	 * @throws IOException if there is none
	 */
	Answer send(ClassicRequestBuilder request, String path) throws IOException {
		return this.http.execute(request.setUri(this.base.resolve(path)).build(), LoadClient::read);
	}

	private static Answer read(ClassicHttpResponse response) throws IOException, ParseException {
		Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
		for (Header header : response.getHeaders()) {
			headers.put(header.getName(), header.getValue());
		}
		HttpEntity entity = response.getEntity();
		return new Answer(response.getCode(), headers, (entity != null) ? EntityUtils.toString(entity) : "");
	}

	/**
	 * The path of a document; an id may have more than one segment.
	 * @param id the document's id
	 * @return the path
	 */
	static String pathOf(String id) {
		return Arrays.stream(id.split("/", -1))
			.map((segment) -> encoded(segment).replace("+", "%20"))
			.collect(Collectors.joining("/", "/documents/", ""));
	}

	static String encoded(String text) {
		return URLEncoder.encode(text, StandardCharsets.UTF_8);
	}

	@Override
	public void close() {
		this.http.close(CloseMode.GRACEFUL);
	}

	/**
	 * An answer.
	 *
	 * @param status its status
	 * @param headers by name in any case
	 * @param body its text, empty if there is none
	 */
	record Answer(int status, Map<String, String> headers, String body) {

		@Nullable String header(String name) {
			return this.headers.get(name);
		}

	}

}
