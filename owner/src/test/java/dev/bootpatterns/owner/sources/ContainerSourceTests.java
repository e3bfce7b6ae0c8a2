package dev.bootpatterns.owner.sources;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ContainerSourceTests {

	private static final int MAX = 100;

	private final Map<String, Answer> answers = new ConcurrentHashMap<>();

	private final List<String> asked = new ArrayList<>();

	private HttpServer container;

	private ContainerSource source;

	@BeforeEach
	void start() throws IOException {
		this.container = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.container.createContext("/", this::answer);
		this.container.start();
		this.source = new ContainerSource("things", URI.create(url() + "/"), new ItemRules(List.of(), MAX, true),
				JsonMapper.shared());
	}

	@AfterEach
	void stop() {
		this.container.stop(0);
	}

	private String url() {
		return "http://127.0.0.1:" + this.container.getAddress().getPort();
	}

	private void answer(HttpExchange exchange) throws IOException {
		this.asked.add(exchange.getRequestURI().toString());
		Answer answer = this.answers.getOrDefault(exchange.getRequestURI().toString(),
				new Answer(404, "text/plain", "", 0));
		byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
		exchange.getResponseHeaders().add("Content-Type", answer.type());
		exchange.getResponseHeaders().add("Location", url() + "/elsewhere");
		exchange.sendResponseHeaders(answer.status(), body.length + answer.missing());
		exchange.getResponseBody().write(body);
		exchange.close();
	}

	private void list(int status, String body) {
		this.answers.put("/api/v1/items", new Answer(status, "application/json", body, 0));
	}

	private void item(String path, String type, String body) {
		this.answers.put("/api/v1/items/" + path, new Answer(200, type, body, 0));
	}

	@Test
	void list_isTheBooks_andNamesThatAreNone_areSkipped() throws IOException {
		list(200, """
				{"kind": "ItemList", "apiVersion": "v1", "more": {"items": ["no"]},
				 "items": ["item-1", "dir/item 2", "../up", "", "a\\u0000b", "ä"]}""");
		List<String> ids = new ArrayList<>();
		Listing listing = this.source.list((item) -> ids.add(item.id()));
		assertThat(ids).containsExactly("item-1", "dir/item 2", "ä");
		assertThat(listing.skipped()).isEqualTo(Map.of("name", 3L));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', value = {
			"item-1 | application/json | {\"kind\":\"Item\",\"apiVersion\":\"v1\",\"data\":{\"a\":[1]}} | {\"a\":[1]}",
			"item-1 | application/json;charset=utf-8 | {\"data\":\"plain ä\"} | plain ä",
			"item-1 | application/json | {\"data\":null} | null",
			"dir/item%202 | text/plain | {\"data\":1} | {\"data\":1}", "%C3%A4 | application/octet-stream | x | x" })
	void item_isItsData_orWhatIsNoJson(String path, String type, String body, String content) throws IOException {
		item(path, type, body);
		assertThat(read(java.net.URLDecoder.decode(path, StandardCharsets.UTF_8))).isEqualTo(content);
	}

	private String read(String id) throws IOException {
		try (Source.Reader reader = this.source.open()) {
			return new String(reader.read(id), StandardCharsets.UTF_8);
		}
	}

	@Test
	void itemThatIsGone_isNoSuchItem() {
		assertThatExceptionOfType(NoSuchItemException.class).isThrownBy(() -> read("gone"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "../secret", "a/../../b", "/a", ".hidden", "a\nb" })
	void nameThatIsNone_isNotAskedFor(String id) {
		assertThatExceptionOfType(NoSuchItemException.class).isThrownBy(() -> read(id));
		assertThat(this.asked).isEmpty();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			value = { "500 | {\"items\":[]} | answers 500", "302 | {\"items\":[]} | answers 302",
					"200 | [] | no JSON object", "200 | {\"itmes\":[]} | no array 'items'",
					"200 | {\"items\":{}} | no array 'items'", "200 | {\"items\":[1]} | no text",
					"200 | {\"items\":[\"a\", | whole JSON", "200 | hello | whole JSON" })
	void listThatIsNone_saysWhatIsWrong_andWhere(int status, String body, String message) {
		list(status, body);
		assertThatExceptionOfType(SourceException.class).isThrownBy(() -> this.source.list((_) -> {
		})).withMessageContaining(message).withMessageContaining("the source container 'things' at " + url());
		assertThat(this.asked).doesNotContain("/elsewhere");
	}

	@Test
	void listThatBreaksOff_fails() {
		this.answers.put("/api/v1/items", new Answer(200, "application/json", "{\"items\":[\"a\"", 10));
		assertThatExceptionOfType(SourceException.class).isThrownBy(() -> this.source.list((_) -> {
		}));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			value = { "application/json | {\"kind\":\"Item\"} | without 'data'", "application/json | x | not JSON",
					"text/plain | LONG | larger", "application/json | {\"data\":\"LONG\"} | larger",
					"application/json | {\"data\":\"LONGLONGLONGLONGLONGLONGLONG\"} | larger" })
	void itemThatIsNone_saysWhatIsWrong(String type, String body, String message) {
		item("a", type, body.replace("LONG", "x".repeat(MAX + 1)));
		assertThatExceptionOfType(SourceException.class).isThrownBy(() -> read("a")).withMessageContaining(message);
	}

	@Test
	void containerThatIsAway_isNamed() {
		this.container.stop(0);
		assertThatExceptionOfType(SourceException.class).isThrownBy(() -> this.source.list((_) -> {
		})).withMessageContaining("the source container 'things' at " + url() + " does not answer");
	}

	private record Answer(int status, String type, String body, int missing) {
	}

}
