package dev.bootpatterns.local.conformance;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.bootpatterns.local.process.Ticks;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

@Timeout(60)
class SourceRulesTests {

	private static final String LIST = """
			{"kind": "ItemList", "apiVersion": "v1", "items": ["a", "dir/b c", "z"]}""";

	private static final String ITEM = """
			{"kind": "Item", "apiVersion": "v1", "data": "of %s"}""";

	private final List<Verdict> verdicts = new ArrayList<>();

	private final AtomicInteger requests = new AtomicInteger();

	@TempDir
	private Path folder;

	private HttpServer server;

	private String list = LIST;

	private String item = ITEM;

	private String type = "application/json";

	private int missing = 404;

	@BeforeEach
	void start() throws IOException {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
		this.server.createContext("/", this::answer);
		this.server.start();
	}

	@AfterEach
	void stop() {
		this.server.stop(0);
	}

	private void answer(HttpExchange exchange) throws IOException {
		String path = exchange.getRequestURI().getPath();
		String name = path.replaceFirst("/api/v1/items/?", "");
		String count = Integer.toString(this.requests.incrementAndGet());
		if (name.isEmpty()) {
			send(exchange, 200, this.list.replace("COUNT", count));
		}
		else if (this.list.contains('"' + name + '"')) {
			send(exchange, 200, this.item.formatted(name).replace("COUNT", count));
		}
		else {
			send(exchange, this.missing, "");
		}
	}

	private void send(HttpExchange exchange, int status, String body) throws IOException {
		byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
		exchange.getResponseHeaders().add("Content-Type", this.type);
		exchange.sendResponseHeaders(status, (bytes.length > 0) ? bytes.length : -1);
		exchange.getResponseBody().write(bytes);
		exchange.close();
	}

	private boolean check() {
		return check(URI.create("http://127.0.0.1:" + this.server.getAddress().getPort()));
	}

	private boolean check(URI url) {
		return new SourceRules(new SourceContainer(url, Duration.ofSeconds(10)), 100, this.verdicts::add).check();
	}

	@Test
	void containerThatKeepsAllRules_passes() {
		assertThat(check()).as(this.verdicts::toString).isTrue();
		assertThat(this.verdicts).hasSize(10).allMatch(Verdict::passed);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', value = {
			"{\"kind\": \"List\", \"apiVersion\": \"v1\", \"items\": []} | the list is the book's",
			"{\"kind\": \"ItemList\", \"apiVersion\": \"v2\", \"items\": []} | the list is the book's",
			"{\"kind\": \"ItemList\", \"apiVersion\": \"v1\", \"items\": [1]} | the list is the book's",
			"{\"kind\": \"ItemList\", | the list is the book's",
			"{\"kind\": \"ItemList\", \"apiVersion\": \"v1\", \"items\": [\"a\", \"a\"]} | each name comes once",
			"{\"kind\": \"ItemList\", \"apiVersion\": \"v1\", \"items\": [\"a\", \"../b\"]} | each name can be an item's id",
			"{\"kind\": \"ItemList\", \"apiVersion\": \"v1\", \"items\": [\"a\", \"\"]} | each name can be an item's id",
			"{\"kind\": \"ItemList\", \"apiVersion\": \"v1\", \"items\": [\"a\", \"nCOUNT\"]} | the list is the same" })
	void listThatBreaksARule_isFound(String broken, String rule) {
		this.list = broken;
		assertBroken(rule);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			value = { "{\"kind\": \"Item\", \"apiVersion\": \"v1\"} | an item is the book's",
					"text | an item is the book's",
					"{\"kind\": \"Item\", \"apiVersion\": \"v1\", \"data\": COUNT} | an item is the same",
					"{\"kind\": \"Item\", \"apiVersion\": \"v1\", \"data\": \"LARGE\"} | an item is at most 2 MB" })
	void itemThatBreaksARule_isFound(String broken, String rule) {
		this.item = broken.replace("LARGE", "x".repeat(SourceRules.MAX_ITEM + 1));
		assertBroken(rule);
	}

	@Test
	void nameThatIsNotDecoded_isFound() {
		this.list = LIST.replace("dir/b c", "dir/b%20c");
		assertThat(check()).as("it is encoded once more").isTrue();
		this.verdicts.clear();
		replaceHandler((path) -> path.contains(" ") ? "/api/v1/items/none" : path);
		this.list = LIST;
		assertBroken("each item can be read");
	}

	@Test
	void whatThereIsNot_thatIsAnswered_isFound() {
		this.missing = 200;
		assertBroken("what there is not is 404");
	}

	@Test
	void listThatIsNoJson_isFound() {
		this.type = "text/plain";
		assertThat(check()).isFalse();
		assertThat(broken()).contains("it answers a list", "the list is the book's");
	}

	@Test
	void containerThatIsAway_isFound() {
		this.server.stop(0);
		assertThat(check()).isFalse();
		assertThat(this.verdicts.getFirst().seen()).startsWith("does not answer");
	}

	@Test
	void exampleInPython_keepsAllRules() throws Exception {
		Path script = Path.of(System.getProperty("user.dir")).resolveSibling("docs/patterns/lines-source.py");
		Path lines = Files.writeString(this.folder.resolve("lines.txt"), "first\n\nthird, \"quoted\" ä\n");
		assumeThat(hasPython()).as("python3 is installed").isTrue();
		int port = freePort();
		Process source = new ProcessBuilder("python3", script.toString(), lines.toString(), Integer.toString(port))
			.inheritIO()
			.start();
		try (Ticks ticks = new Ticks(Duration.ofMillis(100))) {
			URI url = URI.create("http://127.0.0.1:" + port);
			SourceContainer container = new SourceContainer(url, Duration.ofSeconds(10));
			while (source.isAlive() && container.list().status() == 0 && ticks.next()) {
				assertThat(source.isAlive()).isTrue();
			}
			assertThat(check(url)).as(this.verdicts::toString).isTrue();
			assertThat(container.item("line-000003").text()).contains("\"data\": \"third, \\\"quoted\\\" \\u00e4\"");
		}
		finally {
			source.destroyForcibly().waitFor();
		}
	}

	private static boolean hasPython() throws InterruptedException {
		try {
			return new ProcessBuilder("python3", "--version").start().waitFor() == 0;
		}
		catch (IOException ex) {
			return false;
		}
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
	}

	private void replaceHandler(UnaryOperator<String> path) {
		this.server.removeContext("/");
		this.server.createContext("/", (exchange) -> {
			String asked = exchange.getRequestURI().getPath();
			if (path.apply(asked).equals(asked)) {
				answer(exchange);
			}
			else {
				send(exchange, 404, "");
			}
		});
	}

	private void assertBroken(String rule) {
		assertThat(check()).isFalse();
		assertThat(broken()).as(this.verdicts::toString).first().asString().startsWith(rule);
		assertThat(this.verdicts).filteredOn((verdict) -> !verdict.passed())
			.allSatisfy((verdict) -> assertThat(verdict.todo()).isNotBlank());
	}

	private List<String> broken() {
		return this.verdicts.stream().filter((verdict) -> !verdict.passed()).map(Verdict::rule).toList();
	}

}
