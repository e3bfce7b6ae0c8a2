package dev.bootpatterns.owner.topology;

import java.net.http.HttpResponse;
import java.nio.file.Path;

import com.zaxxer.hikari.HikariDataSource;
import dev.bootpatterns.broker.EmbeddedBroker;
import dev.bootpatterns.owner.support.RunningOwner;
import dev.bootpatterns.owner.support.TestDatabase;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

/** Planning and changing over HTTP. */
class ReshardHttpTests {

	@TempDir
	private static Path corpus;

	private static EmbeddedBroker broker;

	private static RunningOwner owner;

	private static HikariDataSource pool;

	private static JdbcClient jdbc;

	@BeforeAll
	static void start() {
		TestDatabase database = TestDatabase.empty().withShards();
		pool = database.pool();
		jdbc = JdbcClient.create(pool);
		broker = EmbeddedBroker.onFreePort();
		owner = RunningOwner.start("owner-1", database, broker.port(), corpus, "owner.reshard.poll=50ms",
				"owner.reshard.grace=1ms");
		Awaitility.await().until(() -> owner.get("/topology").statusCode() == 200);
	}

	@AfterAll
	static void stop() {
		owner.close();
		broker.close();
		pool.close();
	}

	@Test
	void plan_saysWhatWouldMove_andChangesNothing() {
		jdbc.sql("delete from documents.document").update();
		jdbc.sql("insert into documents.document select slot, false, 't', 'body' from generate_series(0, 1023) as slot")
			.update();
		jdbc.sql("insert into documents.document values (0, true, '', '')").update();
		int shards = owner.json("/topology").path("shards").size();
		HttpResponse<String> answer = owner.post("/topology/plan", "{\"shards\": %d}".formatted(shards + 1));
		assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
		JsonNode plan = JsonMapper.shared().readTree(answer.body());
		int moved = 1024 / (shards + 1);
		assertThat(plan.path("slots").asInt()).isEqualTo(moved);
		assertThat(plan.path("keys").asInt()).isEqualTo(moved);
		assertThat(plan.path("bytes").asInt()).isEqualTo(moved * 7);
		assertThat(plan.path("shards").path("after").asInt()).isEqualTo(shards + 1);
		assertThat(plan.path("moves")).hasSize(shards)
			.allMatch((move) -> move.path("to").asInt() == shards && move.path("keys").asInt() > 50);
		assertThat(plan.path("loads").path(shards).path("keysBefore").asInt()).isZero();
		assertThat(plan.path("loads").path(shards).path("keysAfter").asInt()).isEqualTo(moved);
		assertThat(plan.path("skew").path("after").asDouble()).isBetween(1.0, 1.01);
		assertThat(owner.json("/topology").path("shards").size()).isEqualTo(shards);
	}

	@Test
	void apply_isAccepted_refusedWhileOneIsUnderWay_andDoneOnceTheReplicasAre() {
		long epoch = owner.json("/topology").path("epoch").asLong();
		int shards = owner.json("/topology").path("shards").size();
		HttpResponse<String> accepted = owner.post("/topology/apply", "{\"shards\": %d}".formatted(shards + 1));
		assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
		String change = accepted.headers().firstValue("Location").orElseThrow();
		assertThat(owner.json(change).path("state").asString()).isEqualTo("PREPARING");
		assertThat(owner.json(change).path("waitingFor").path(0).asString())
			.isEqualTo("shard-%d (no replica)".formatted(shards));
		HttpResponse<String> refused = owner.post("/topology/apply", "{\"shards\": 2}");
		assertThat(refused.statusCode()).isEqualTo(409);
		assertThat(refused.body()).contains("to %d shards, is under way".formatted(shards + 1), "\"change\":");
		jdbc.sql("insert into documents.replica values (?, 'a', 'http://127.0.0.1:1', ?, ?, clock_timestamp())")
			.params(shards, epoch + 1, epoch + 1)
			.update();
		owner.awaitState(change, "DONE");
		assertThat(owner.json("/topology").path("epoch").asLong()).isEqualTo(epoch + 1);
		assertThat(owner.json("/topology").path("shards")).hasSize(shards + 1);
		assertThat(owner.json("/topology/replicas")).contains(JsonMapper.shared()
			.readTree("{\"shard\":%d,\"replica\":\"a\",\"uri\":\"http://127.0.0.1:1\"}".formatted(shards)));
		HttpResponse<String> nothing = owner.post("/topology/apply", "{\"shards\": %d}".formatted(shards + 1));
		assertThat(nothing.statusCode()).isEqualTo(200);
		assertThat(nothing.body()).contains("\"state\":\"DONE\"");
	}

	/** The table is the shards' and has no such column before the first one has it. */
	@Test
	void zone_ofAReplica_isTold_ifItSaidOne() {
		jdbc.sql("insert into documents.replica values (701, 'a', 'http://a', 1, 1, clock_timestamp())").update();
		assertThat(owner.json("/topology/replicas"))
			.contains(JsonMapper.shared().readTree("{\"shard\":701,\"replica\":\"a\",\"uri\":\"http://a\"}"));
		jdbc.sql("alter table documents.replica add column zone text").update();
		jdbc.sql("insert into documents.replica values (701, 'b', 'http://b', 1, 1, clock_timestamp(), 'east')")
			.update();
		assertThat(owner.json("/topology/replicas")).contains(
				JsonMapper.shared().readTree("{\"shard\":701,\"replica\":\"a\",\"uri\":\"http://a\"}"),
				JsonMapper.shared()
					.readTree("{\"shard\":701,\"replica\":\"b\",\"uri\":\"http://b\",\"zone\":\"east\"}"));
	}

	@Test
	void replicas_thatAreAllSilent_areStillTold_oneThatIsSilentAloneIsNot() {
		jdbc.sql("""
				insert into documents.replica values
				    (700, 'a', 'http://a', 1, 1, clock_timestamp() - interval '2 min'),
				    (700, 'b', 'http://b', 1, 1, clock_timestamp() - interval '30 min')""").update();
		jdbc.sql("update documents.replica set seen_at = clock_timestamp() - interval '3 min' where shard <> 700")
			.update();
		assertThat(owner.get("/topology/replicas").body()).contains("http://a").doesNotContain("http://b");
	}

	@ParameterizedTest
	@CsvSource(delimiter = ';',
			value = { "{\"shards\": 0}; shards", "{\"shards\": 1025}; shards", "{\"shards\": \"4\"}; shards",
					"{\"shards\": 1.5}; shards", "{}; shards", "[]; body", "{\"shards\": 4, \"x\": 1}; body" })
	void badRequest_isRefusedNamingTheField(String body, String field) {
		for (String path : new String[] { "/topology/plan", "/topology/apply" }) {
			HttpResponse<String> answer = owner.post(path, body);
			assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
			assertThat(answer.body()).contains("\"field\":\"%s\"".formatted(field));
		}
	}

	@Test
	void changeThatThereIsNot_is404() {
		assertThat(owner.get("/topology/changes/999").statusCode()).isEqualTo(404);
		assertThat(owner.get("/topology/changes/x").statusCode()).isEqualTo(404);
	}

}
