package dev.bootpatterns.gateway.shard;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import dev.bootpatterns.gateway.country.ClientCountry;
import dev.bootpatterns.gateway.country.CountryProperties;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.http.HttpMethod;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.server.ResponseStatusException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ShardKeysTests {

	private static final ShardKeys WITHOUT_TABLE = new ShardKeys(new ClientCountry(new CountryProperties(null, 9, 0)));

	private static ShardKeys keys = WITHOUT_TABLE;

	@BeforeAll
	static void table(@TempDir Path folder) throws IOException {
		Path table = Files.writeString(folder.resolve("countries.csv"), "192.0.2.0/24,XA\n");
		keys = new ShardKeys(new ClientCountry(new CountryProperties(table, 9, 1)));
	}

	private static MockServerWebExchange request(String uri, String... headers) {
		MockServerHttpRequest.BaseBuilder<?> request = MockServerHttpRequest.method(HttpMethod.GET, URI.create(uri));
		for (int i = 0; i < headers.length; i += 2) {
			request.header(headers[i], headers[i + 1]);
		}
		MockServerWebExchange exchange = MockServerWebExchange.from(request);
		exchange.getAttributes().put(ServerWebExchangeUtils.GATEWAY_PREDICATE_MATCHED_PATH_ATTR, "/documents/**");
		return exchange;
	}

	private String key(String name, @Nullable String fallback, String uri, String... headers) {
		return keys.parse(name, fallback).of(request(uri, headers));
	}

	@Test
	void onePart_isItsValueAsItIs() {
		assertThat(key("path", null, "/documents/a/b%20c")).isEqualTo("a/b c");
		assertThat(key("header:X-Tenant", null, "/", "x-tenant", "acme", "x-tenant", "other")).isEqualTo("acme");
		assertThat(key("query:user", null, "/?user=a+b&user=2")).isEqualTo("a b");
		assertThat(key("cookie:session", null, "/", "Cookie", "a=1; session=7")).isEqualTo("7");
		assertThat(key("cookie:session", null, "/", "Cookie", "a=1", "Cookie", "session=8")).isEqualTo("8");
		assertThat(key("country", null, "/", "X-Forwarded-For", "192.0.2.7")).isEqualTo("XA");
	}

	@ParameterizedTest
	@CsvSource({ "/users/{id}/**,/users/42,42", "/users/{id}/**,/users/4%202/x/y,4 2", "/users/{id},/users/4;v=1,4",
			"/{*rest},/a/b,/a/b", "/*/{id}/z,/x/%C3%BC/z,ü" })
	void template_isItsVariable(String template, String path, String key) {
		assertThat(key("path:" + template, null, path)).isEqualTo(key);
	}

	@Test
	void template_seesThePathAsItWasSent_whateverFiltersDidToIt() {
		MockServerWebExchange exchange = request("/stripped");
		exchange.getAttributes()
			.put(ServerWebExchangeUtils.GATEWAY_PREDICATE_PATH_CONTAINER_ATTR,
					request("/users/42").getRequest().getPath());
		assertThat(keys.parse("path:/users/{id}", null).of(exchange)).isEqualTo("42");
	}

	@Test
	void composite_differsWhereverItsPartsDo() {
		List<String> made = Stream.of("a,bc", "ab,c", "abc,", ",abc", "1:a,bc", "a,1:bc", "2:ab,c")
			.map((pair) -> pair.split(",", -1))
			.map((pair) -> key("header:A + header:B", "-", "/", "A", pair[0], "B", pair[1]))
			.toList();
		assertThat(made).doesNotHaveDuplicates().first().isEqualTo("1:abc");
		assertThat(key("header:A+path+query:q", null, "/documents/x?q=y", "A", "ü")).isEqualTo("1:ü1:xy");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "path|The path has no key after /documents/",
					"path:/users/{id}/**|The path has no {id} as in /users/{id}/**, by which requests are sharded",
					"header:X-Tenant|The request has no header X-Tenant, by which requests are sharded",
					"query:user|The request has no query parameter user, by which requests are sharded",
					"cookie:session|The request has no cookie session, by which requests are sharded",
					"country|The request has no known country, by which requests are sharded",
					"path:/{a}/+header:B|The request has no header B, by which requests are sharded" })
	void partThatIsMissingOrEmpty_isRefused_orReplacedByTheFallback(String name, String detail) {
		String[] request = { "X-Tenant", "", "Cookie", "session=" };
		assertThatExceptionOfType(ResponseStatusException.class)
			.isThrownBy(() -> key(name, null, "/documents/?user=", request))
			.satisfies((ex) -> assertThat(ex.getStatusCode().value()).isEqualTo(400))
			.satisfies((ex) -> assertThat(ex.getReason()).isEqualTo(detail));
		assertThat(key(name, "nobody", "/documents/?user=", request)).endsWith("nobody");
	}

	@Test
	void fallback_standsForThePartOnly() {
		assertThat(key("header:A+header:B", "nobody", "/", "B", "b")).isEqualTo("6:nobodyb");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"',
			value = { "foo|'foo' is unknown", "Header:X|'Header:X' is unknown", "header|'header' is unknown",
					"header:|'header:' names nothing", "header:a b|'a b' is no valid name",
					"cookie:a;b|'a;b' is no valid name", "query:|'query:' names nothing", "\"\"|'' is unknown",
					"path+|'' is unknown", "path:/users/*|'/users/*' has 0 variables",
					"path:/{a}/{b}|'/{a}/{b}' has 2 variables", "path:/{a|'/{a' is no path template",
					"path:|'' has 0 variables" })
	void nameThatMeansNothing_isRefused_andNamed(String name, String message) {
		assertThatIllegalArgumentException().isThrownBy(() -> keys.parse(name, null)).withMessageContaining(message);
	}

	@Test
	void emptyFallback_isRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> keys.parse("path", " "))
			.withMessageContaining("fallback");
	}

	@ParameterizedTest
	@ValueSource(strings = { "country", "path+country" })
	void country_needsATable(String name) {
		assertThatIllegalArgumentException().isThrownBy(() -> WITHOUT_TABLE.parse(name, null))
			.withMessageContaining("gateway.country.table");
	}

}
