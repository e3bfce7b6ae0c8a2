package dev.bootpatterns.owner.locks;

import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import dev.bootpatterns.broker.EmbeddedBroker;
import dev.bootpatterns.owner.support.RunningOwner;
import dev.bootpatterns.owner.support.TestDatabase;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/** The lock service's HTTP contract, through two replicas. */
class LockHttpTests {

	private static final AtomicInteger NAMES = new AtomicInteger();

	private static final String BODY = "{\"ttl\":\"60s\",\"holder\":\"%s\"}";

	@TempDir
	private static Path corpus;

	private static EmbeddedBroker broker;

	private static RunningOwner first;

	private static RunningOwner second;

	private String path;

	@BeforeAll
	static void start() {
		broker = EmbeddedBroker.onFreePort();
		TestDatabase database = TestDatabase.empty();
		first = RunningOwner.start("owner-1", database, broker.port(), corpus, "owner.locks.poll=20ms",
				"owner.locks.heartbeat=50ms", "owner.locks.watchers=3");
		second = RunningOwner.start("owner-2", database, broker.port(), corpus, "owner.locks.poll=20ms",
				"owner.locks.watchers=3");
	}

	@BeforeEach
	void name() {
		this.path = "/locks/lock-" + NAMES.incrementAndGet();
	}

	@AfterAll
	static void stop() {
		second.close();
		first.close();
		broker.close();
	}

	@Test
	void lock_isGranted_refused_renewedAndReleased_throughAnyReplica() {
		HttpResponse<String> granted = put(first, this.path, BODY.formatted("a"));
		assertThat(granted.statusCode()).as(granted.body()).isEqualTo(200);
		JsonNode lock = json(granted);
		assertThat(lock.path("name").asString()).isEqualTo(this.path.substring("/locks/".length()));
		assertThat(lock.path("holder").asString()).isEqualTo("a");
		assertThat(lock.path("token").asLong()).isPositive();
		assertThat(lock.path("expiresInMs").asLong()).isBetween(50_000L, 60_000L);
		assertThat(granted.headers().firstValue("ETag")).contains("\"" + lock.path("version").asLong() + "\"");

		HttpResponse<String> refused = put(second, this.path, BODY.formatted("b"));
		assertProblem(refused, 409);
		assertThat(json(refused).path("holder").asString()).isEqualTo("a");
		assertThat(json(refused).path("expiresInMs").asLong()).isBetween(1L, 60_000L);
		assertThat(refused.headers().firstValueAsLong("Retry-After").orElseThrow()).isBetween(1L, 60L);

		String token = Long.toString(lock.path("token").asLong());
		HttpResponse<String> renewed = put(second, this.path, "{\"ttl\":120000,\"holder\":\"a\"}", "X-Lock-Token",
				token);
		assertThat(json(renewed).path("expiresInMs").asLong()).isGreaterThan(60_000);
		assertThat(json(renewed).path("token").asString()).isEqualTo(token);
		assertThat(json(first.get(this.path)).path("holder").asString()).isEqualTo("a");

		assertThat(delete(second, this.path, "X-Lock-Token", token).statusCode()).isEqualTo(204);
		assertProblem(first.get(this.path), 404);
		assertProblem(put(first, this.path, BODY.formatted("a"), "X-Lock-Token", token), 409);
		assertProblem(delete(first, this.path, "X-Lock-Token", token), 409);
		assertThat(json(put(first, this.path, BODY.formatted("b"))).path("token").asLong())
			.isGreaterThan(Long.parseLong(token));
	}

	@Test
	void lockThatIsNotRenewed_isFreeAfterItsTime_andItsTokenIsWorthless() {
		String token = json(put(first, this.path, "{\"ttl\":\"PT1S\",\"holder\":\"a\"}")).path("token").asString();
		assertProblem(put(second, this.path, BODY.formatted("b")), 409);
		Awaitility.await().until(() -> put(second, this.path, BODY.formatted("b")).statusCode() == 200);
		HttpResponse<String> late = put(first, this.path, BODY.formatted("a"), "X-Lock-Token", token);
		assertProblem(late, 409);
		assertThat(json(late).path("holder").asString()).isEqualTo("b");
	}

	@Test
	void sameHolder_isRefused_unlessItRepeatsTheSameRequest() {
		String token = json(put(first, this.path, BODY.formatted("a"), "Idempotency-Key", "k-1")).path("token")
			.asString();
		assertProblem(put(second, this.path, BODY.formatted("a")), 409);
		assertThat(json(put(second, this.path, BODY.formatted("a"), "Idempotency-Key", "k-1")).path("token").asString())
			.isEqualTo(token);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			value = { "{\"holder\":\"a\"} | ttl", "{\"ttl\":\"999ms\",\"holder\":\"a\"} | ttl",
					"{\"ttl\":3600001,\"holder\":\"a\"} | ttl", "{\"ttl\":\"soon\",\"holder\":\"a\"} | ttl",
					"{\"ttl\":1.5,\"holder\":\"a\"} | ttl", "{\"ttl\":\"9999999999999999999h\",\"holder\":\"a\"} | ttl",
					"{\"ttl\":\"10s\"} | holder", "{\"ttl\":\"10s\",\"holder\":\" \"} | holder",
					"{\"ttl\":\"10s\",\"holder\":5} | holder", "{\"ttl\":\"10s\",\"holder\":\"a\\u0000\"} | holder",
					"{\"ttl\":\"10s\",\"holder\":\"\\ud800\"} | holder",
					"{\"ttl\":\"10s\",\"holder\":\"a\",\"wait\":1} | wait", "[] | body" })
	void requestThatIsWrong_isRefused_namingTheField(String body, String field) {
		assertField(put(first, this.path, body), 400, field);
	}

	@Test
	void whatIsWrongBesideTheBody_isRefused_namingIt() {
		assertField(put(first, this.path, BODY.formatted("x".repeat(257))), 400, "holder");
		assertField(put(first, "/locks/a%20b", BODY.formatted("a")), 400, "name");
		assertField(put(first, "/locks/" + "x".repeat(129), BODY.formatted("a")), 400, "name");
		assertField(first.get("/locks/-"), 400, "name");
		assertField(put(first, this.path, BODY.formatted("a"), "X-Lock-Token", "mine"), 400, "X-Lock-Token");
		assertField(put(first, this.path, BODY.formatted("a"), "Idempotency-Key", "a b"), 400, "Idempotency-Key");
		assertField(delete(first, this.path), 428, "X-Lock-Token");
		assertField(first.get("/locks?limit=0"), 400, "limit");
		assertField(first.get("/locks?after=%00"), 400, "after");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "/value" })
	void changes_needTheAdminToken_readingDoesNot(String part) {
		for (String method : List.of("PUT", "DELETE")) {
			assertProblem(first.send(first.request(this.path + part)
				.header("Content-Type", "application/json")
				.method(method, BodyPublishers.ofString(BODY.formatted("a")))), 401);
		}
		assertThat(first.get(this.path + part).statusCode()).isEqualTo(404);
		assertThat(first.get("/locks").statusCode()).isEqualTo(200);
	}

	@Test
	void heldLocks_areListed_byPages() {
		put(first, this.path + ".a", BODY.formatted("a"));
		put(first, this.path + ".b", BODY.formatted("b"));
		String before = this.path.substring("/locks/".length());
		JsonNode page = json(second.get("/locks?limit=1&after=" + before));
		assertThat(page.path("locks").path(0).path("holder").asString()).isEqualTo("a");
		JsonNode next = json(second.get("/locks?limit=1&after=" + page.path("next").asString()));
		assertThat(next.path("locks").path(0).path("holder").asString()).isEqualTo("b");
	}

	@Test
	void value_isComparedAndSwapped() {
		long version = json(put(first, this.path, BODY.formatted("a"))).path("version").asLong();
		String value = this.path + "/value";
		assertField(put(first, value, "{}"), 428, "If-Match");
		assertField(put(first, value, "{}", "If-Match", "*"), 400, "If-Match");
		assertField(put(first, value, "{}", "If-Match", "W/\"1\""), 400, "If-Match");
		HttpResponse<String> written = put(first, value, "{\"at\":1}", "If-Match", "\"" + version + "\"");
		assertThat(written.statusCode()).as(written.body()).isEqualTo(200);
		HttpResponse<String> stale = put(second, value, "{\"at\":2}", "If-Match", "\"" + version + "\"");
		assertProblem(stale, 412);
		HttpResponse<String> read = second.get(value);
		assertThat(read.body()).isEqualTo("{\"at\":1}");
		assertThat(read.headers().firstValue("Content-Type")).contains("application/json");
		String tag = read.headers().firstValue("ETag").orElseThrow();
		assertThat(tag).isEqualTo(written.headers().firstValue("ETag").orElseThrow())
			.isEqualTo("\"" + json(stale).path("version").asLong() + "\"");
		assertThat(second.send(second.request(value).header("If-None-Match", tag)).statusCode()).isEqualTo(304);
		assertProblem(put(second, value, "{}", "If-Match", tag, "X-Lock-Token", "1"), 409);
		assertThat(delete(second, value, "If-Match", tag).statusCode()).isEqualTo(200);
		assertProblem(first.get(value), 404);
	}

	@Test
	void value_ofAFreeLock_isMadeOnce_andMayBeAnyBytes() {
		String value = this.path + "/value";
		String curls = "application/x-www-form-urlencoded";
		HttpResponse<String> written = send(first, value, "PUT", "a=b&c", curls, "If-None-Match", "*");
		assertThat(written.statusCode()).as(written.body()).isEqualTo(200);
		assertProblem(send(first, value, "PUT", "x", curls, "If-None-Match", "*"), 412);
		HttpResponse<String> read = first.get(value);
		assertThat(read.body()).isEqualTo("a=b&c");
		assertThat(read.headers().firstValue("Content-Type")).contains("application/octet-stream");
		String tag = read.headers().firstValue("ETag").orElseThrow();
		assertThat(put(first, value, "x".repeat(65_536), "If-Match", tag).statusCode()).isEqualTo(200);
		assertProblem(put(first, value, "x".repeat(65_537), "If-Match", tag), 413);
	}

	@Test
	void watcher_isToldTheState_andThenWhatHappens_whicheverReplicaItIsDoneThrough() throws Exception {
		try (Watcher watcher = new Watcher(first, this.path, null)) {
			assertThat(watcher.next()).isEqualTo("state");
			String token = json(put(second, this.path, BODY.formatted("a"))).path("token").asString();
			assertThat(watcher.next()).isEqualTo("acquired");
			assertThat(watcher.data.path("holder").asString()).isEqualTo("a");
			assertThat(watcher.data.path("token").asString()).isEqualTo(token);
			put(second, this.path, BODY.formatted("a"), "X-Lock-Token", token);
			put(second, this.path + "/value", "1", "If-Match", "\"" + watcher.id + "\"");
			assertThat(watcher.next()).as("renewals are no events").isEqualTo("value");
			delete(second, this.path, "X-Lock-Token", token);
			assertThat(watcher.next()).isEqualTo("released");
			put(second, this.path, "{\"ttl\":\"1s\",\"holder\":\"b\"}");
			assertThat(watcher.next()).isEqualTo("acquired");
			assertThat(watcher.next()).isEqualTo("expired");
			assertThat(watcher.heartbeats).as("in a second without events").isPositive();
		}
		Awaitility.await().until(() -> first.gauge("owner.locks.watchers") == 0);
	}

	@Test
	void watcherThatComesBack_getsWhatItMissed_orTheState() throws Exception {
		String token = json(put(first, this.path, BODY.formatted("a"))).path("token").asString();
		delete(first, this.path, "X-Lock-Token", token);
		put(first, this.path, BODY.formatted("b"));
		try (Watcher watcher = new Watcher(second, this.path, token)) {
			assertThat(watcher.next()).isEqualTo("released");
			assertThat(watcher.next()).isEqualTo("acquired");
			assertThat(watcher.data.path("holder").asString()).isEqualTo("b");
		}
		try (Watcher watcher = new Watcher(second, this.path, Long.toString(Long.parseLong(token) - 1))) {
			assertThat(watcher.next()).as("a version that this lock did not have").isEqualTo("state");
			assertThat(watcher.data.path("holder").asString()).isEqualTo("b");
		}
		Awaitility.await().until(() -> second.gauge("owner.locks.watchers") == 0);
	}

	@Test
	void watchersOverTheBound_areRefused() throws Exception {
		List<Watcher> watchers = new ArrayList<>();
		try {
			for (int i = 0; i < 3; i++) {
				watchers.add(new Watcher(first, this.path, null));
			}
			assertProblem(first.get(this.path + "/events"), 503);
		}
		finally {
			for (Watcher watcher : watchers) {
				watcher.close();
			}
		}
		Awaitility.await().until(() -> first.gauge("owner.locks.watchers") == 0);
	}

	private static HttpResponse<String> put(RunningOwner owner, String path, String body, String... headers) {
		return send(owner, path, "PUT", body, "application/json", headers);
	}

	private static HttpResponse<String> delete(RunningOwner owner, String path, String... headers) {
		return send(owner, path, "DELETE", "", "application/json", headers);
	}

	private static HttpResponse<String> send(RunningOwner owner, String path, String method, String body, String type,
			String... headers) {
		HttpRequest.Builder request = owner.request(path)
			.header("Authorization", "Bearer " + RunningOwner.TOKEN)
			.header("Content-Type", type)
			.method(method, BodyPublishers.ofString(body));
		if (headers.length > 0) {
			request.headers(headers);
		}
		return owner.send(request);
	}

	private static JsonNode json(HttpResponse<String> answer) {
		return JsonMapper.shared().readTree(answer.body());
	}

	private static void assertProblem(HttpResponse<String> answer, int status) {
		assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
		assertThat(answer.headers().firstValue("Content-Type")).get().asString().startsWith("application/problem+json");
	}

	private static void assertField(HttpResponse<String> answer, int status, String field) {
		assertProblem(answer, status);
		assertThat(json(answer).path("field").asString()).as(answer.body()).isEqualTo(field);
	}

	/** Reads events one by one. */
	private static final class Watcher implements AutoCloseable {

		private final HttpClient http = HttpClient.newHttpClient();

		private final BufferedReader lines;

		private String id = "";

		private JsonNode data = JsonMapper.shared().createObjectNode();

		private int heartbeats;

		Watcher(RunningOwner owner, String path, @org.jspecify.annotations.Nullable String seen) throws Exception {
			HttpRequest.Builder request = owner.request(path + "/events");
			if (seen != null) {
				request.header("Last-Event-ID", seen);
			}
			HttpResponse<InputStream> answer = this.http.send(request.build(), BodyHandlers.ofInputStream());
			assertThat(answer.statusCode()).isEqualTo(200);
			this.lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
		}

		/** The next event's name. */
		String next() throws Exception {
			String event = "";
			String line = this.lines.readLine();
			while (!(line.isEmpty() && !event.isEmpty())) {
				if (line.startsWith("event:")) {
					event = line.substring("event:".length());
				}
				else if (line.startsWith("id:")) {
					this.id = line.substring("id:".length());
				}
				else if (line.startsWith("data:")) {
					this.data = JsonMapper.shared().readTree(line.substring("data:".length()));
				}
				else if (line.startsWith(":nothing new")) {
					this.heartbeats++;
				}
				line = this.lines.readLine();
			}
			return event;
		}

		@Override
		public void close() {
			this.http.shutdownNow();
		}

	}

}
