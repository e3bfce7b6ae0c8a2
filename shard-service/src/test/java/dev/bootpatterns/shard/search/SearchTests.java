package dev.bootpatterns.shard.search;

import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import dev.bootpatterns.shard.TestClient;
import dev.bootpatterns.shard.TestSystem;
import dev.bootpatterns.sharding.Topology;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SearchTests {

	private TestSystem system;

	private TestClient http;

	@BeforeAll
	void start(@TempDir Path directory) throws Exception {
		this.system = new TestSystem(directory).topology(Topology.balanced(1));
		this.http = this.system.replica("a", 1).http();
		await().until(() -> this.http.get("/readyz").status() == 200);
		this.http.put("/documents/chm", "ConcurrentHashMap.java", """
				package java.util.concurrent;
				// a <b>hash table</b> with full concurrency of retrievals
				public class ConcurrentHashMap<K,V> { static final int MAXIMUM_CAPACITY = 1 << 30; }
				""");
		this.http.put("/documents/prose", "Notes", "The café keeps maps of every city. Concurrent readers see them.");
		this.http.put("/documents/other", "List.java", "interface List { int size(); }");
		for (int i = 0; i < 5; i++) {
			this.http.put("/documents/equal-" + i, "Equal", "zebra");
		}
		await().until(() -> this.http.find("zebra").size() == 5 && !this.http.find("ConcurrentHashMap").isEmpty());
	}

	@AfterAll
	void stop() throws Exception {
		this.system.close();
	}

	@ParameterizedTest
	@CsvSource({ "ConcurrentHashMap, chm", "concurrenthashmap, chm", "java.util.concurrent.ConcurrentHashMap, chm",
			"MAXIMUM_CAPACITY, chm", "maximum%20capacity, chm", "hash%20table, chm", "%22hash%20table%22, chm",
			"retrieval, chm", "cafe, prose", "concurrent%20reader, prose", "siz*, other", "lits~2, other" })
	void query_findsTheDocumentFirst(String query, String id) {
		assertThat(this.http.find(query)).startsWith(id);
	}

	@Test
	void partsOfAName_findTheName() {
		assertThat(this.http.find("concurrent%20map")).containsExactlyInAnyOrder("chm", "prose");
	}

	@Test
	void wholeName_doesNotFindItsParts() {
		assertThat(this.http.find("ConcurrentHashMap")).containsExactly("chm");
	}

	@Test
	void equalScores_areOrderedById_soThatPagesFitTogether() {
		assertThat(this.http.find("zebra")).containsExactly("equal-0", "equal-1", "equal-2", "equal-3", "equal-4");
		assertThat(page("/search?q=zebra&offset=2&limit=2")).containsExactly("equal-2", "equal-3");
		assertThat(page("/search?q=zebra&offset=9")).isEmpty();
		assertThat(this.http.get("/search?q=zebra&limit=0").json().path("total").asInt()).isEqualTo(5);
	}

	private List<String> page(String path) {
		return this.http.get(path).json().path("hits").valueStream().map((hit) -> hit.path("id").asString()).toList();
	}

	@Test
	void queryOfMoreThan1000Characters_isRefused() {
		assertThat(this.http.get("/search?q=" + "a".repeat(1000)).status()).isEqualTo(200);
		TestClient.Answer refused = this.http.get("/search?q=" + "a".repeat(1001));
		assertThat(refused.status()).isEqualTo(400);
		assertThat(refused.detail()).contains("'q'");
	}

	@Test
	void snippet_isSafeHtmlAroundTheMatch() {
		JsonNode hit = this.http.get("/search?q=%22hash%20table%22").json().path("hits").path(0);
		assertThat(hit.path("snippet").asString()).contains("&lt;b&gt;<mark>hash table</mark>&lt;&#x2F;b&gt;");
	}

	@Test
	void snippet_hasTheLinesWithMostTermsOfTheQuery() {
		this.http.put("/documents/lines", "Lines", """
				quark 1
				quark quark quark 2
				quark quark quark 3
				quark quark quark 4
				quark beside a gluon
				""");
		await().until(() -> this.http.find("gluon").size() == 1);
		String snippet = this.http.get("/search?q=quark%20gluon")
			.json()
			.path("hits")
			.path(0)
			.path("snippet")
			.asString();
		assertThat(snippet).contains("beside a", "quark</mark> 2", "quark</mark> 3").doesNotContain("1", "4");
	}

	@Test
	void replacedAndDeletedDocuments_areNoLongerFound() {
		this.http.put("/documents/gone", "t", "ephemeral");
		this.http.put("/documents/changed", "t", "ephemeral");
		await().until(() -> this.http.find("ephemeral").size() == 2);
		this.http.delete("/documents/gone");
		this.http.put("/documents/changed", "t", "lasting");
		await().until(() -> this.http.find("ephemeral").isEmpty());
		assertThat(this.http.find("lasting")).containsExactly("changed");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/search", "/search?q=", "/stats/terms", "/stats/terms?q=", "/search?q=a&limit=-1",
			"/search?q=a&offset=-1", "/search?q=a&limit=x", "/search?q=a&limit=501&offset=500" })
	void badRequest_isRefusedNamingTheParameter(String path) {
		TestClient.Answer answer = this.http.get(path);
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.detail()).containsAnyOf("'q'", "'limit'", "'offset'");
	}

	@Test
	void statistics_areThoseOfTheTermsThatTheQueryScoresBy() {
		TestClient.Answer answer = this.http.get("/stats/terms?q=zebras%20-hidden%20prefix*", "X-Shard-Epoch", "1");
		assertThat(answer.status()).isEqualTo(200);
		JsonNode json = answer.json();
		assertThat(json.propertyNames()).containsExactly("shard", "replica", "epoch", "documents", "fields", "terms");
		assertThat(json.path("replica").asString()).isEqualTo("a");
		assertThat(json.path("epoch").asInt()).isEqualTo(1);
		assertThat(json.path("documents").asInt()).isGreaterThanOrEqualTo(8);
		assertThat(json.path("fields").path("title").path("documents").asInt()).isGreaterThanOrEqualTo(8);
		assertThat(json.path("fields").path("body").path("tokens").asInt()).isGreaterThanOrEqualTo(20);
		assertThat(json.path("terms").propertyNames()).containsExactly("body:zebra", "body:zebras", "title:zebra",
				"title:zebras");
		assertThat(json.path("terms").path("body:zebra").toString()).isEqualTo("{\"documents\":5,\"occurrences\":5}");
		assertThat(json.path("terms").path("body:zebras").toString()).isEqualTo("{\"documents\":0,\"occurrences\":0}");
	}

	@Test
	void statisticsThatAreGiven_decideTheScores() {
		assertThat(scoreBy(1000)).isLessThan(scoreBy(100)).isLessThan(scoreBy(10)).isPositive();
	}

	private double scoreBy(int documents) {
		TestClient.Answer answer = post("/search?q=zebra", """
				{"documents": 2000, "fields": {"body": {"documents": 1500, "tokens": 3000}},
				 "terms": {"body:zebra": {"documents": %d, "occurrences": 1000}}}""".formatted(documents));
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.header("Server-Timing")).isNotEmpty();
		assertThat(answer.json().path("total").asInt()).isEqualTo(5);
		return answer.json().path("hits").path(0).path("score").asDouble();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			null                                                | statistics
			{"documents": -1, "fields": {}, "terms": {}}        | statistics.documents
			{"documents": 1, "fields": {}}                      | statistics.terms
			{"documents": 1, "terms": {}}                       | statistics.fields
			{"documents": 1, "fields": {"f": null}, "terms": {}} | statistics.fields[f]
			{"documents": 1, "fields": {"f": 7}, "terms": {}}   | statistics.fields.f
			{"documents": 1, "fields": {"f": {"documents": 2, "tokens": 3}}, "terms": {}} | statistics.fields.f
			{"documents": 3, "fields": {"f": {"documents": 2, "tokens": 1}}, "terms": {}} | statistics.fields.f
			{"documents": 1, "fields": {}, "terms": {"f:a": {"documents": 1, "occurrences": 1}}} | statistics.terms.f:a
			{"documents": 1, "fields": {}, "terms": {"a": {"documents": 1, "occurrences": 1}}} | statistics.terms.a
			""")
	void badStatistics_areRefusedNamingTheField(String statistics, String field) {
		assertRefused(statistics, field);
	}

	@ParameterizedTest
	@CsvSource({ "3, 3, statistics.terms.f:a", "2, 1, statistics.terms.f:a", "-1, 1, statistics.terms[f:a].documents",
			"1, 9223372036854775807, statistics.terms[f:a].occurrences", "1, x, statistics.terms.f:a.occurrences" })
	void badStatisticsOfATerm_areRefusedNamingIt(String documents, String occurrences, String field) {
		assertRefused("""
				{"documents": 5, "fields": {"f": {"documents": 2, "tokens": 9}},
				 "terms": {"f:a": {"documents": %s, "occurrences": "%s"}}}""".formatted(documents, occurrences), field);
	}

	private void assertRefused(String statistics, String field) {
		TestClient.Answer answer = post("/search?q=zebra", statistics);
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.detail()).contains(field);
	}

	@Test
	void statisticsOfTooManyTerms_areRefused() {
		String terms = IntStream.range(0, 1025)
			.mapToObj((i) -> "\"body:%d\": {\"documents\": 0, \"occurrences\": 0}".formatted(i))
			.collect(Collectors.joining(", ", "{", "}"));
		TestClient.Answer answer = post("/search?q=zebra",
				"{\"documents\": 1, \"fields\": {}, \"terms\": %s}".formatted(terms));
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.detail()).contains("'statistics.terms'");
	}

	private TestClient.Answer post(String path, String statistics) {
		return this.http.send("POST", path, BodyPublishers.ofString("{\"statistics\": %s}".formatted(statistics)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "%22", "(((", "-", "*", "%5C", "a%20AND%20OR", "~", "%F0%9F%98%80" })
	void oddQuery_isAnsweredNotFailed(String query) {
		assertThat(this.http.get("/search?q=" + query).status()).isEqualTo(200);
	}

}
