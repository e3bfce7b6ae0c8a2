package dev.bootpatterns.owner.locks;

import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
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
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

/** The lock service's HTTP contract, through two replicas. */
@ExtendWith(OutputCaptureExtension.class)
class LockHttpTests {

	private static final AtomicInteger NAMES = new AtomicInteger();

	private static final String BODY = "{\"ttl\":\"60s\",\"holder\":\"%s\"}";

	@TempDir
	private static Path corpus;

	private static EmbeddedBroker broker;

	private static TestDatabase database;

	private static RunningOwner first;

	private static RunningOwner second;

	private String path;

	@BeforeAll
	static void start() {
		broker = EmbeddedBroker.onFreePort();
		database = TestDatabase.empty();
		first = RunningOwner.start("owner-1", database, broker.port(), corpus, "owner.locks.poll=20ms",
				"owner.locks.heartbeat=50ms", "owner.locks.watchers=3", "server.tomcat.connection-timeout=1s",
				"server.tomcat.keep-alive-timeout=60s");
		second = RunningOwner.start("owner-2", database, broker.port(), corpus, "owner.locks.poll=20ms",
				"owner.locks.heartbeat=500ms", "owner.locks.watchers=3");
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
		assertThat(granted.headers().firstValue("Cache-Control")).contains("no-store");
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
		HttpResponse<String> free = first.get(this.path);
		assertProblem(free, 404);
		assertThat(json(free).path("version").asLong()).as("it changes").isGreaterThan(Long.parseLong(token));
		assertProblem(put(first, this.path, BODY.formatted("a"), "X-Lock-Token", token), 409);
		assertProblem(delete(first, this.path, "X-Lock-Token", token), 409);
		assertThat(json(put(first, this.path, BODY.formatted("b"))).path("token").asLong())
			.isGreaterThan(Long.parseLong(token));
	}

	@Test
	void lockThatIsNotRenewed_isFreeAfterItsTime_andItsTokenIsWorthless() {
		String token = json(put(first, this.path, "{\"ttl\":\"PT1S\",\"holder\":\"a\"}")).path("token").asString();
		HttpResponse<String> early = put(second, this.path, BODY.formatted("b"));
		assertProblem(early, 409);
		assertThat(early.headers().firstValue("Retry-After")).as("never at once").contains("1");
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
		assertField(put(first, this.path, BODY.formatted("a"), "Idempotency-Key", "k".repeat(257)), 400,
				"Idempotency-Key");
		assertField(delete(first, this.path), 428, "X-Lock-Token");
		assertField(delete(first, "/locks/-", "X-Lock-Token", "1"), 400, "name");
		assertField(first.get("/locks/-/events"), 400, "name");
		assertField(first.get("/locks/-/value"), 400, "name");
		assertField(put(first, "/locks/-/value", "x", "If-None-Match", "*"), 400, "name");
		assertField(delete(first, "/locks/-/value", "If-Match", "\"1\""), 400, "name");
		assertField(first.get("/locks?limit=0"), 400, "limit");
		assertField(first.get("/locks?limit=1001"), 400, "limit");
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
		assertThat(json(second.get("/locks?limit=1000")).path("next").isNull()).as("of the last page").isTrue();
	}

	@Test
	void value_isComparedAndSwapped() {
		long version = json(put(first, this.path, BODY.formatted("a"))).path("version").asLong();
		String value = this.path + "/value";
		assertField(put(first, value, "{}"), 428, "If-Match");
		assertField(put(first, value, "{}", "If-None-Match", "\"1\""), 428, "If-Match");
		assertField(put(first, value, "{}", "If-Match", "\"1\"", "If-None-Match", "*"), 428, "If-Match");
		assertField(delete(first, value), 428, "If-Match");
		assertField(put(first, value, "{}", "If-Match", "*"), 400, "If-Match");
		assertField(put(first, value, "{}", "If-Match", "W/\"1\""), 400, "If-Match");
		HttpResponse<String> written = put(first, value, "{\"at\":1}", "If-Match", "\"" + version + "\"");
		assertThat(written.statusCode()).as(written.body()).isEqualTo(200);
		HttpResponse<String> stale = put(second, value, "{\"at\":2}", "If-Match", "\"" + version + "\"");
		assertProblem(stale, 412);
		HttpResponse<String> read = second.get(value);
		assertThat(read.body()).isEqualTo("{\"at\":1}");
		assertThat(read.headers().firstValue("Content-Type")).contains("application/json");
		assertThat(read.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
		assertThat(read.headers().firstValue("Cache-Control")).contains("no-cache");
		String tag = read.headers().firstValue("ETag").orElseThrow();
		assertThat(tag).isEqualTo(written.headers().firstValue("ETag").orElseThrow())
			.isEqualTo("\"" + json(stale).path("version").asLong() + "\"");
		assertThat(second.send(second.request(value).header("If-None-Match", tag)).statusCode()).isEqualTo(304);
		assertProblem(put(second, value, "{}", "If-Match", tag, "X-Lock-Token", "1"), 409);
		assertProblem(delete(second, value, "If-Match", tag, "X-Lock-Token", "1"), 409);
		assertProblem(delete(second, value, "If-Match", "\"" + version + "\""), 412);
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
		// Or this lock might have version 1, of which 0 is the one before.
		put(first, this.path + ".other", BODY.formatted("a"));
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
		try (Watcher watcher = new Watcher(second, this.path, "999999999999")) {
			assertThat(watcher.next()).as("a version that is still to come").isEqualTo("state");
			assertThat(watcher.data.path("expiresInMs").asLong()).isPositive();
		}
		Awaitility.await().until(() -> second.gauge("owner.locks.watchers") == 0);
	}

	/** Its connection is full, and it is there until the server gives it up. */
	@Test
	void watcherThatDoesNotRead_holdsUpNoOther() throws Exception {
		try (Socket deaf = deafWatcher(second); Watcher other = new Watcher(second, this.path, null)) {
			assertThat(other.next()).isEqualTo("state");
			String token = json(put(first, this.path, BODY.formatted("a"))).path("token").asString();
			assertThat(other.next()).isEqualTo("acquired");
			happensMoreThanAConnectionHolds();
			assertThat(other.next()).isEqualTo("value");
			delete(first, this.path, "X-Lock-Token", token);
			assertThat(other.next()).isEqualTo("released");
			assertThat(second.gauge("owner.locks.watchers")).as("one that is stuck, and another").isEqualTo(2);
			assertThat(deaf.isClosed()).isFalse();
		}
		Awaitility.await().until(() -> second.gauge("owner.locks.watchers") == 0);
	}

	@Test
	void watcherThatDoesNotRead_losesItsPlace() throws Exception {
		put(first, this.path, BODY.formatted("a"));
		try (Socket deaf = deafWatcher(first)) {
			happensMoreThanAConnectionHolds();
			Awaitility.await().until(() -> first.gauge("owner.locks.watchers") == 0);
			assertThat(deaf.isClosed()).isFalse();
		}
	}

	@Test
	void nameThatNobodyUses_isForgotten() {
		try (RunningOwner other = RunningOwner.start("owner-3", TestDatabase.empty(), broker.port(), corpus,
				"owner.locks.keep=1s")) {
			String token = json(put(other, this.path, BODY.formatted("a"))).path("token").asString();
			delete(other, this.path, "X-Lock-Token", token);
			Awaitility.await().until(() -> json(other.get(this.path)).path("version").asLong() == 0);
		}
	}

	@Test
	void databaseThatWasAway_isWatchedAgain(CapturedOutput log) throws Exception {
		try (Watcher watcher = new Watcher(first, this.path, null)) {
			assertThat(watcher.next()).isEqualTo("state");
			database.shutOut();
			Awaitility.await().until(() -> log.getOut().contains("Locks are not looked after"));
			assertProblem(put(first, this.path, BODY.formatted("a")), 503);
			database.admit();
			Awaitility.await().until(() -> put(first, this.path, BODY.formatted("a")).statusCode() == 200);
			assertThat(watcher.next()).isEqualTo("acquired");
		}
		finally {
			database.admit();
		}
	}

	@Test
	void ownerThatStops_tellsItsWatchersFirst() throws Exception {
		try (RunningOwner other = RunningOwner.start("owner-3", TestDatabase.empty(), broker.port(), corpus,
				"owner.locks.heartbeat=1h"); Watcher watcher = new Watcher(other, this.path, null)) {
			assertThat(watcher.next()).isEqualTo("state");
			other.stop();
			assertThat(watcher.isAtItsEnd()).as("not cut off").isTrue();
		}
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

	/** A client that asks for events and reads nothing. */
	private Socket deafWatcher(RunningOwner owner) throws Exception {
		double before = owner.gauge("owner.locks.watchers");
		URI events = owner.request(this.path + "/events").build().uri();
		Socket client = new Socket();
		client.setReceiveBufferSize(1024);
		client.connect(new InetSocketAddress(events.getHost(), events.getPort()));
		client.getOutputStream()
			.write("GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n".formatted(events.getPath())
				.getBytes(StandardCharsets.US_ASCII));
		Awaitility.await().until(() -> owner.gauge("owner.locks.watchers") == before + 1);
		return client;
	}

	/** As many small events would, sooner. */
	private void happensMoreThanAConnectionHolds() {
		first.bean(JdbcClient.class)
			.sql("""
					with happened as (
					    insert into owner.lock_event (name, version, previous, type, holder)
					    select name, nextval('owner.lock_version'), version, 'value', repeat('x', 20000000)
					      from owner.named_lock where name = ?
					    returning name, version)
					update owner.named_lock l set version = h.version from happened h where l.name = h.name""")
			.param(this.path.substring("/locks/".length()))
			.update();
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

		boolean isAtItsEnd() throws Exception {
			String line = this.lines.readLine();
			while (line != null && !line.startsWith("event:")) {
				line = this.lines.readLine();
			}
			return line == null;
		}

		@Override
		public void close() {
			this.http.shutdownNow();
		}

	}

}
