package dev.bootpatterns.shard.documents;

import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import dev.bootpatterns.shard.TestClient;
import dev.bootpatterns.shard.TestSystem;
import dev.bootpatterns.sharding.SlotSet;
import dev.bootpatterns.sharding.Slots;
import dev.bootpatterns.sharding.Topology;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.http.HttpHeaders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Against PostgreSQL, with the broker down all the time: no write needs it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DocumentApiTests {

	private TestSystem system;

	private static final Demands NO_DEMANDS = Demands.of(new HttpHeaders());

	private TestSystem.Replica replica;

	private TestClient http;

	@BeforeAll
	void start(@TempDir Path directory) throws Exception {
		this.system = new TestSystem(directory).topology(Topology.balanced(1));
		this.replica = this.system.replica("a", 1);
		this.http = this.replica.http();
		await().until(() -> this.http.get("/readyz").status() == 200);
	}

	@AfterAll
	void stop() throws Exception {
		this.system.close();
	}

	@Test
	void put_ofANewDocument_createsItAndTellsItsVersion() {
		TestClient.Answer created = this.http.put("/documents/new", "t", "b");
		assertThat(created.status()).isEqualTo(201);
		TestClient.Answer read = this.http.get("/documents/new");
		assertThat(read.status()).isEqualTo(200);
		assertThat(read.header("ETag")).isEqualTo(created.header("ETag")).matches("\"\\d+\"");
		assertThat(read.json().path("body").asString()).isEqualTo("b");
		assertThat(read.header("Content-Type")).isEqualTo("application/json");
		assertThat(read.header("Content-Length")).as("an answer in one write, not in chunks").matches("\\d+");
		assertThat(read.header("X-Shard") + read.header("X-Replica") + read.header("X-Shard-Epoch")).isEqualTo("0a1");
	}

	@Test
	void requestsByKey_areCountedAndWrittenDown_asTheHeatOfTheirSlot() {
		for (int i = 0; i < 50; i++) {
			this.http.get("/documents/hot");
		}
		String heat = "select rates[%d] from documents.heat where hot_keys->0->>'key' = 'hot'"
			.formatted(Slots.of("hot") + 1);
		await().until(() -> this.system.jdbc().sql(heat).query(Double.class).optional().orElse(0.0) > 1);
		assertThat(this.replica.gauge("shard.requests.rate")).isGreaterThan(1);
		assertThat(this.replica.gauge("shard.hot.key.share")).isGreaterThan(0.5);
	}

	@Test
	void writeWhoseRouterGaveUp_changesNothing() {
		this.http.put("/documents/late", "t", "newer");
		String over = Long.toString(System.currentTimeMillis() - 1);
		TestClient.Answer refused = this.http.put("/documents/late", "t", "older", "X-Write-Deadline", over);
		assertThat(refused.status()).isEqualTo(503);
		assertThat(refused.detail()).contains("nothing was stored");
		assertThat(this.http.delete("/documents/late", "X-Write-Deadline", over).status()).isEqualTo(503);
		assertThat(this.http.get("/documents/late").json().path("body").asString()).isEqualTo("newer");
		String soon = Long.toString(System.currentTimeMillis() + 60_000);
		assertThat(this.http.put("/documents/late", "t", "newest", "X-Write-Deadline", soon).status()).isEqualTo(200);
		assertThat(this.http.put("/documents/late", "t", "x", "X-Write-Deadline", "soon").status()).isEqualTo(400);
	}

	@Test
	void writeOfAnOwnerWhoseTermIsOver_changesNothing_andIsCounted() {
		assertThat(this.http.put("/documents/owned", "t", "before", "X-Owner-Term", "7").status())
			.as("no owner has ever been elected")
			.isEqualTo(201);
		this.system.ownersTerm(7);
		assertThat(this.http.put("/documents/owned", "t", "in force", "X-Owner-Term", "7").status()).isEqualTo(200);
		this.system.ownersTerm(8);
		double counted = this.replica.counter("shard.writes.refused");
		TestClient.Answer refused = this.http.put("/documents/owned", "t", "older", "X-Owner-Term", "7");
		assertThat(refused.status()).isEqualTo(409);
		assertThat(refused.detail()).contains("X-Owner-Term").contains("nothing was stored");
		assertThat(this.http.delete("/documents/owned", "X-Owner-Term", "7").status()).isEqualTo(409);
		assertThat(this.replica.counter("shard.writes.refused") - counted).isEqualTo(2);
		assertThat(this.http.get("/documents/owned").json().path("body").asString()).isEqualTo("in force");
		assertThat(this.http.put("/documents/owned", "t", "next", "X-Owner-Term", "8").status()).isEqualTo(200);
		assertThat(this.http.put("/documents/owned", "t", "client", "If-Match", "*").status()).isEqualTo(200);
	}

	@ParameterizedTest
	@ValueSource(strings = { "x", "0", "-1", "", "1.5", "9999999999999999999" })
	void ownersTermThatIsNone_isRefused_namingTheHeader(String term) {
		TestClient.Answer answer = this.http.put("/documents/owned", "t", "b", "X-Owner-Term", term);
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.detail()).contains("X-Owner-Term");
	}

	/** A term that is granted while the write waits for its slot is known to it. */
	@Test
	void writeThatWaited_whileALaterTermWasGranted_changesNothing() throws Exception {
		this.system.ownersTerm(20);
		this.http.put("/documents/waited", "t", "newer", "X-Owner-Term", "20");
		CompletableFuture<TestClient.Answer> late;
		try (Connection other = this.system.connection()) {
			other.setAutoCommit(false);
			try (Statement lock = other.createStatement()) {
				lock.execute("update documents.slot_version set version = version where slot = " + Slots.of("waited"));
				late = CompletableFuture
					.supplyAsync(() -> this.http.put("/documents/waited", "t", "older", "X-Owner-Term", "20"));
				await().until(() -> this.system.waitsForASlot());
				this.system.ownersTerm(21);
			}
			other.rollback();
		}
		assertThat(late.get(10, TimeUnit.SECONDS).status()).isEqualTo(409);
		assertThat(this.http.get("/documents/waited").json().path("body").asString()).isEqualTo("newer");
	}

	/**
	 * It waits for the slot while the deadline passes: the clock is looked at after that.
	 */
	@Test
	void writeThatWaitedTooLong_changesNothing() throws Exception {
		this.http.put("/documents/waiting", "t", "newer");
		CompletableFuture<TestClient.Answer> late;
		try (Connection other = this.system.connection()) {
			other.setAutoCommit(false);
			try (Statement lock = other.createStatement()) {
				lock.execute("update documents.slot_version set version = version where slot = " + Slots.of("waiting"));
				String deadline = Long.toString(System.currentTimeMillis() + 300);
				late = CompletableFuture
					.supplyAsync(() -> this.http.put("/documents/waiting", "t", "older", "X-Write-Deadline", deadline));
				lock.execute("select pg_sleep(0.5)");
			}
			other.rollback();
		}
		assertThat(late.get(10, TimeUnit.SECONDS).status()).isEqualTo(503);
		assertThat(this.http.get("/documents/waiting").json().path("body").asString()).isEqualTo("newer");
	}

	@Test
	void put_ofOtherContent_replacesItUnderANewVersion() {
		String first = this.http.put("/documents/replaced", "t", "b").header("ETag");
		TestClient.Answer second = this.http.put("/documents/replaced", "t", "c");
		assertThat(second.status()).isEqualTo(200);
		assertThat(second.header("ETag")).isNotEqualTo(first);
	}

	@Test
	void put_ofTheSameContent_keepsTheVersion() {
		String first = this.http.put("/documents/same", "t", "b").header("ETag");
		assertThat(this.http.put("/documents/same", "t", "b").header("ETag")).isEqualTo(first);
	}

	@Test
	void put_withAStaleIfMatch_isRefusedAndChangesNothing() {
		String first = this.http.put("/documents/matched", "t", "1").header("ETag");
		this.http.put("/documents/matched", "t", "2", "If-Match", first);
		assertThat(this.http.put("/documents/matched", "t", "3", "If-Match", first).status()).isEqualTo(412);
		assertThat(this.http.get("/documents/matched").json().path("body").asString()).isEqualTo("2");
	}

	@Test
	void put_ifNoneMatchAny_createsOnlyOnce() {
		assertThat(this.http.put("/documents/once", "t", "1", "If-None-Match", "*").status()).isEqualTo(201);
		assertThat(this.http.put("/documents/once", "t", "2", "If-None-Match", "*").status()).isEqualTo(412);
	}

	@Test
	void put_ifMatchAny_ofAMissingDocument_isRefused() {
		assertThat(this.http.put("/documents/absent", "t", "1", "If-Match", "*").status()).isEqualTo(412);
	}

	@Test
	void get_ofAKnownVersion_is304() {
		String etag = this.http.put("/documents/known", "t", "b").header("ETag");
		assertThat(this.http.get("/documents/known", "If-None-Match", etag).status()).isEqualTo(304);
		assertThat(this.http.get("/documents/known", "If-None-Match", "W/" + etag).status()).isEqualTo(304);
		assertThat(this.http.get("/documents/known", "If-None-Match", "\"0\"").status()).isEqualTo(200);
	}

	@Test
	void deletedDocument_isGone_andComesBackUnderAHigherVersion() {
		String first = this.http.put("/documents/deleted", "t", "b").header("ETag");
		assertThat(this.http.delete("/documents/deleted").status()).isEqualTo(204);
		assertThat(this.http.get("/documents/deleted").status()).isEqualTo(404);
		assertThat(this.http.delete("/documents/deleted").status()).isEqualTo(404);
		TestClient.Answer again = this.http.put("/documents/deleted", "t", "b");
		assertThat(again.status()).isEqualTo(201);
		assertThat(again.header("ETag")).isNotEqualTo(first);
	}

	@ParameterizedTest
	@CsvSource({ "a/b/c.java, a/b/c.java", "a%2Fb, a/b", "x;y=1, x;y=1", "%C3%BC%20%23%3F%25, ü #?%", "a//b, a//b" })
	void id_isTheRestOfThePath_decodedOnce(String path, String id) {
		assertThat(this.http.put("/documents/" + path, id, "b").status()).isIn(200, 201);
		assertThat(this.http.get("/documents/" + path).json().path("id").asString()).isEqualTo(id);
	}

	@ParameterizedTest
	@CsvSource({ "'', it is empty", "a%00b, not well-formed", "a%0Ab, control character", "%FF, not well-formed",
			"a/../b, segment", "./a, segment" })
	void badId_isRefusedSayingWhy(String path, String reason) {
		TestClient.Answer answer = this.http.put("/documents/" + path, "t", "b");
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.detail()).contains(reason);
	}

	@ParameterizedTest
	@CsvSource({ "a\\u0000b, b, '', title", "t, a\\u0000b, '', body", "t, a\\ud800b, '', body",
			"t, b, a\\udc00, attributes" })
	void textThatCannotBeStored_isRefusedNamingTheField(String title, String body, String attribute, String field) {
		TestClient.Answer answer = this.http.putJson("/documents/unstorable",
				"{\"title\":\"%s\",\"body\":\"%s\",\"attributes\":{\"a\":\"%s\"}}".formatted(title, body, attribute));
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.detail()).contains("'" + field).contains("U+0000");
	}

	@ParameterizedTest
	@ValueSource(strings = { "If-Match", "If-None-Match" })
	void malformedPrecondition_isRefusedNamingTheHeader(String header) {
		this.http.put("/documents/precondition", "t", "b");
		TestClient.Answer answer = this.http.put("/documents/precondition", "t", "c", header, "3");
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.detail()).contains(header + " must be");
	}

	@Test
	void idOver512Bytes_isRefused() {
		assertThat(this.http.put("/documents/" + "a".repeat(512), "t", "b").status()).isEqualTo(201);
		assertThat(this.http.put("/documents/" + "a".repeat(513), "t", "b").detail()).contains("513 bytes");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "{\"title\":\"t\"} | 'body'", "{\"title\":3,\"body\":{}} | 'body'",
			"{\"title\":\"t\",\"body\":\"b\",\"x\":1} | 'x'", "{\"title\":\"t\", | not well-formed",
			"[] | not well-formed", "{\"title\":\"t\",\"body\":\"b\",\"attributes\":{\"k\":{}}} | 'attributes.k'" })
	void badBody_isRefusedNamingTheField(String json, String named) {
		TestClient.Answer answer = this.http.putJson("/documents/bad", json);
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.detail()).contains(named);
	}

	@Test
	void bodyOverTheLimit_isRefused_statedOrChunked() {
		byte[] body = ("{\"title\":\"t\",\"body\":\"" + "x".repeat(6_000_000) + "\"}").getBytes(StandardCharsets.UTF_8);
		assertThat(this.http.send("PUT", "/documents/large", BodyPublishers.ofByteArray(body)).status()).isEqualTo(413);
		assertThat(this.http
			.send("PUT", "/documents/large", BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))
			.status()).isEqualTo(413);
	}

	@Test
	void unknownPath_isAProblem() {
		assertThat(this.http.get("/nothing").header("Content-Type")).isEqualTo("application/problem+json");
	}

	/**
	 * The rule that catch-up rests on: who has seen version v of a slot never misses one
	 * below it. A reader follows four writers of one slot step by step, and must end
	 * where the table ends.
	 */
	@Test
	void versionsOfASlot_becomeVisibleInOrder() throws Exception {
		DocumentStore store = this.replica.context().getBean(DocumentStore.class);
		int slot = Slots.of("first");
		List<String> ids = IntStream.iterate(0, (i) -> i + 1)
			.mapToObj((i) -> "writer-" + i)
			.filter((id) -> Slots.of(id) == slot)
			.limit(4)
			.toList();
		Map<String, Long> followed = new HashMap<>();
		long[] after = new long[Slots.COUNT];
		try (ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
			List<Future<?>> writing = new ArrayList<>();
			for (String id : ids) {
				writing.add(writers.submit(() -> IntStream.range(0, 100)
					.forEach((i) -> store.put(slot, id, new DocumentContent("t", "b" + i, null), NO_DEMANDS))));
			}
			boolean done;
			do {
				done = writing.stream().allMatch(Future::isDone);
				store.changes(SlotSet.of(slot), after.clone(), (document) -> {
					followed.put(document.id(), document.version());
					after[slot] = Math.max(after[slot], document.version());
				});
			}
			while (!done);
			for (Future<?> writer : writing) {
				writer.get();
			}
		}
		Map<String, Long> stored = new HashMap<>();
		ids.forEach((id) -> stored.put(id, store.find(id).orElseThrow().version()));
		assertThat(followed).containsAllEntriesOf(stored);
	}

}
