package dev.bootpatterns.local.conformance;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.bootpatterns.local.process.Ticks;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/** Containers that break a rule, and one that keeps all. */
@Timeout(60)
class HttpRulesTests {

	private static final Duration DEADLINE = Duration.ofSeconds(2);

	private final List<Verdict> verdicts = new ArrayList<>();

	private final List<Headers> requests = new ArrayList<>();

	private final CountDownLatch over = new CountDownLatch(1);

	private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

	private HttpServer server;

	private Container container = (_, content) -> upperCase(content);

	@BeforeEach
	void start() throws IOException {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.server.setExecutor(this.threads);
		this.server.createContext("/work", this::answer);
		this.server.start();
	}

	@AfterEach
	void stop() {
		this.over.countDown();
		this.server.stop(0);
		this.threads.close();
	}

	private void answer(HttpExchange exchange) throws IOException {
		try (exchange) {
			byte[] content = exchange.getRequestBody().readAllBytes();
			synchronized (this.requests) {
				this.requests.add(exchange.getRequestHeaders());
			}
			send(exchange, this.container.handle(exchange, content));
		}
	}

	private static void send(HttpExchange exchange, Reply reply) throws IOException {
		byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
		exchange.sendResponseHeaders(reply.status(), (body.length > 0) ? body.length : -1);
		exchange.getResponseBody().write(body);
	}

	/** What has no text in it is refused. */
	private static Reply upperCase(byte[] content) {
		String text = new String(content, StandardCharsets.UTF_8);
		return (text.indexOf('\0') >= 0) ? new Reply(422, "")
				: new Reply(200, text.substring(0, Math.min(100, text.length())).toUpperCase(Locale.ROOT));
	}

	@Test
	void containerThatKeepsAllRules_passes() {
		assertThat(check(null)).as(this.verdicts::toString).isTrue();
		assertThat(this.verdicts).hasSize(13).allMatch(Verdict::passed);
		this.verdicts.clear();
		assertThat(check("sample")).isTrue();
		assertThat(this.verdicts.getFirst().rule()).isEqualTo("it answers for the sample");
	}

	/** As a worker's would: see HttpHandlerTests there. */
	@Test
	void request_isThatOfAWorker() {
		check(null);
		assertThat(this.requests).allSatisfy((headers) -> {
			assertThat(headers.getFirst("X-Job")).isNotBlank();
			assertThat(headers.getFirst("X-Attempt")).isIn("1", "2");
			assertThat(headers.getFirst("X-Owner-Term")).isEqualTo("1");
			assertThat(headers.getFirst("X-Parameters")).startsWith("{").containsPattern("^\\p{ASCII}*$");
			assertThat(headers.getFirst("Content-Type")).isEqualTo("application/octet-stream");
			assertThat(headers.getFirst("Content-Length")).isNotBlank();
			assertThat(headers.getFirst("traceparent")).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]");
		});
		assertThat(this.requests.stream()
			.map((headers) -> URLDecoder.decode(headers.getFirst("X-Item"), StandardCharsets.UTF_8)))
			.contains("text.txt")
			.containsAll(Sample.IDS);
	}

	@Test
	void containerThatIsAway_isFound_andNothingElseIsTried() {
		this.server.stop(0);
		assertBroken("it answers for a text");
		assertThat(this.verdicts).singleElement()
			.satisfies((verdict) -> assertThat(verdict.seen()).startsWith("did not answer (java.net.ConnectException"));
	}

	@Test
	void containerThatDoesNotAnswer_isFound_byItsDeadline() {
		this.container = (_, _) -> {
			this.over.await();
			return new Reply(200, "");
		};
		assertBroken("it answers for a text");
		assertThat(this.verdicts.getFirst().seen()).isEqualTo("did not answer within 2.0 s");
	}

	/** Its head is there at once. */
	@Test
	void answerThatNeverEnds_isFound() {
		this.container = (exchange, content) -> {
			if (content.length == 0) {
				exchange.sendResponseHeaders(200, 10);
				exchange.getResponseBody().write('x');
				exchange.getResponseBody().flush();
				this.over.await();
			}
			return upperCase(content);
		};
		assertBroken("an empty item is answered with 2xx or 4xx", "it answers in time");
	}

	@Test
	void sampleThatIsRefused_isFound_andATextMayBe() {
		this.container = (_, _) -> new Reply(400, "");
		assertThat(check(null)).as(this.verdicts::toString).isTrue();
		this.verdicts.clear();
		assertThat(check("sample")).isFalse();
		assertThat(broken()).containsExactly("it answers for the sample");
	}

	@Test
	void contentThatIsTriedAgainForEver_isFound() {
		this.container = (_, content) -> (content.length == 0) ? new Reply(503, "") : upperCase(content);
		assertBroken("an empty item is answered with 2xx or 4xx");
		this.container = (_, content) -> (content.length > 1_500_000) ? new Reply(429, "") : upperCase(content);
		assertBroken("an item of 2 MB is answered with 2xx or 4xx");
		this.container = (_, content) -> new String(content, StandardCharsets.ISO_8859_1).contains("\0")
				? new Reply(408, "") : upperCase(content);
		assertBroken("an item of every byte there is is answered with 2xx or 4xx");
	}

	@Test
	void outputThatIsAnotherOneEachTime_isFound() {
		AtomicInteger count = new AtomicInteger();
		this.container = (_, _) -> new Reply(200, Integer.toString(count.incrementAndGet()));
		assertBroken("the same item again is answered in the same way, with the same output");
	}

	@Test
	void secondAttemptThatIsRefused_isFound() {
		this.container = (exchange, content) -> header(exchange, "X-Attempt").equals("2") ? new Reply(400, "")
				: upperCase(content);
		assertBroken("the same item again is answered in the same way, with the same output");
	}

	@Test
	void requestsThatDisturbEachOther_areFound() {
		AtomicInteger active = new AtomicInteger();
		this.container = (exchange, content) -> {
			try (Ticks ticks = new Ticks(Duration.ofMillis(100))) {
				boolean alone = active.incrementAndGet() == 1;
				ticks.next();
				ticks.next();
				return alone ? upperCase(content) : new Reply(503, "");
			}
			finally {
				active.decrementAndGet();
			}
		};
		assertBroken("4 at a time do not disturb each other");
	}

	@Test
	void idThatIsTakenForAPath_isFound() {
		this.container = (exchange, content) -> header(exchange, "X-Item").contains("/") ? new Reply(404, "")
				: upperCase(content);
		assertBroken("an item may be called anything");
		assertThat(this.verdicts).filteredOn((verdict) -> !verdict.passed())
			.singleElement()
			.satisfies((verdict) -> assertThat(verdict.seen()).startsWith("called a/b/c.txt, it answered 404"));
	}

	@Test
	void parameterThatBreaksIt_isFound() {
		this.container = (exchange, content) -> header(exchange, "X-Parameters").equals("{}") ? upperCase(content)
				: new Reply(503, "");
		assertBroken("parameters that it does not know are answered with 2xx or 4xx");
	}

	@Test
	void requestThatIsGivenUp_andBreaksTheNext_isFound() throws Exception {
		AtomicBoolean broken = new AtomicBoolean();
		this.server.removeContext("/work");
		this.server.createContext("/work", (exchange) -> {
			try (exchange) {
				int expected = Integer.parseInt(header(exchange, "Content-Length"));
				byte[] content = new byte[0];
				try {
					content = exchange.getRequestBody().readNBytes(expected);
				}
				catch (IOException ex) {
					broken.set(true);
					throw ex;
				}
				finally {
					broken.compareAndSet(false, content.length < expected);
				}
				send(exchange, broken.get() ? new Reply(503, "") : upperCase(content));
			}
		});
		assertBroken("a request that is given up half way does not harm the next");
	}

	@Test
	void answerThatMeansNothing_isFound() {
		this.container = (_, _) -> new Reply(500, "");
		assertThat(check(null)).isFalse();
		assertThat(broken()).contains("it answers 2xx, 4xx or 503");
		this.verdicts.clear();
		this.container = (exchange, content) -> {
			exchange.getResponseHeaders().add("Location", "/other");
			return new Reply(302, "");
		};
		assertThat(check(null)).isFalse();
		assertThat(broken()).contains("it answers 2xx, 4xx or 503");
	}

	@Test
	void termThatIsCalledOver_isFound() {
		this.container = (exchange, content) -> header(exchange, "X-Item").startsWith("empty") ? new Reply(409, "")
				: upperCase(content);
		assertBroken("an empty item is answered with 2xx or 4xx", "it does not answer 409 to a term that is in force");
	}

	@Test
	void outputThatIsTooLarge_isFound_andTheLargestIsNot() {
		this.container = (_, content) -> new Reply(200, "x".repeat(WorkerContainer.MOST_OUTPUT));
		assertThat(check(null)).as(this.verdicts::toString).isTrue();
		this.verdicts.clear();
		this.container = (_, content) -> new Reply(200,
				(content.length > 1_500_000) ? "x".repeat(WorkerContainer.MOST_OUTPUT + 1) : "");
		assertBroken("the output is at most 1 MB");
	}

	@Test
	void exampleInPython_keepsAllRules_andFindsWhatTheOneInShellFinds() throws Exception {
		Path script = Path.of(System.getProperty("user.dir")).resolveSibling("docs/patterns/find-todos.py");
		assumeThat(hasPython()).as("python3 is installed").isTrue();
		int port = freePort();
		Process worker = new ProcessBuilder("python3", script.toString(), Integer.toString(port)).inheritIO().start();
		try (Ticks ticks = new Ticks(Duration.ofMillis(100))) {
			WorkerContainer example = new WorkerContainer(URI.create("http://127.0.0.1:" + port), DEADLINE);
			Sample todos = new Sample("", "a", "a\n// TODO: b\nTODOS\nFIXME".getBytes(StandardCharsets.UTF_8));
			while (worker.isAlive() && !example.post(todos, 1, "{}").isThere() && ticks.next()) {
				assertThat(worker.isAlive()).isTrue();
			}
			assertThat(new HttpRules(example, "no\nTODO: this\n".getBytes(StandardCharsets.UTF_8), this.verdicts::add)
				.check()).as(this.verdicts::toString).isTrue();
			assertThat(example.post(todos, 1, "{}").body()).asString().isEqualTo("2:// TODO: b\n4:FIXME\n");
			assertThat(example.post(new Sample("", "a", new byte[3]), 1, "{}").status()).isEqualTo(422);
		}
		finally {
			worker.destroyForcibly().waitFor();
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

	private static String header(HttpExchange exchange, String name) {
		return exchange.getRequestHeaders().getFirst(name);
	}

	private boolean check(@Nullable String sample) {
		URI url = URI.create("http://127.0.0.1:%d/work".formatted(this.server.getAddress().getPort()));
		byte[] content = (sample != null) ? sample.getBytes(StandardCharsets.UTF_8) : null;
		return new HttpRules(new WorkerContainer(url, DEADLINE), content, this.verdicts::add).check();
	}

	private void assertBroken(String... rules) {
		this.verdicts.clear();
		assertThat(check(null)).isFalse();
		assertThat(broken()).as(this.verdicts::toString).containsExactly(rules);
		assertThat(this.verdicts).filteredOn((verdict) -> !verdict.passed())
			.allSatisfy((verdict) -> assertThat(verdict.todo()).isNotBlank());
	}

	private List<String> broken() {
		return this.verdicts.stream().filter((verdict) -> !verdict.passed()).map(Verdict::rule).toList();
	}

	/** What a container does with an item. */
	@FunctionalInterface
	private interface Container {

		Reply answer(HttpExchange exchange, byte[] content) throws IOException, InterruptedException;

		default Reply handle(HttpExchange exchange, byte[] content) throws IOException {
			try {
				return answer(exchange, content);
			}
			catch (InterruptedException ex) {
				throw new IOException(ex);
			}
		}

	}

	private record Reply(int status, String body) {
	}

}
