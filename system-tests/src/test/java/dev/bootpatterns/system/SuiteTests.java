package dev.bootpatterns.system;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.ZipFile;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The README's commands, end to end: {@code ./suite up} with its default corpus, a worker
 * and the leader killed on the way, the three curls, {@code status}, the words of the
 * corpus counted by a pipeline and by hand, {@code scale} under a load that verifies all
 * answers, {@code tour}, {@code down}, and once more over what is there. The steps build
 * on each other, so that the corpus is indexed once; of the default corpus it is a
 * quarter, unless the property {@code whole.corpus} is true.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(600)
class SuiteTests {

	private static final boolean WHOLE_CORPUS = Boolean.getBoolean("whole.corpus");

	private Suite suite;

	@BeforeAll
	void prepare(@TempDir Path directory) throws Exception {
		this.suite = new Suite(directory.resolve("state with a space"));
		if (!WHOLE_CORPUS) {
			this.suite.part("java.base/java/util/", "java.base/java/lang/");
		}
	}

	@AfterAll
	void down() {
		this.suite.close();
	}

	@Test
	@Order(0)
	void up_thatCannotWork_saysWhy_andLeavesNothing() throws Exception {
		Suite.Command broken = this.suite.command("up", "--corpus", "/nowhere");
		assertThat(broken.exit()).isEqualTo(1);
		assertThat(broken.text()).contains("the corpus /nowhere does not exist");
		int gateway = this.suite.url(8080, "").getPort();
		try (ServerSocket other = new ServerSocket(gateway, 1, InetAddress.getLoopbackAddress())) {
			Suite.Command refused = this.suite.command("up", "--no-corpus");
			assertThat(refused.exit()).isEqualTo(1);
			assertThat(refused.text()).contains("port " + other.getLocalPort() + ", wanted by gateway, is taken");
		}
		assertThat(this.suite.processes()).isEmpty();
	}

	@Test
	@Order(1)
	void up_indexesTheCorpus_thoughAWorkerAndTheLeaderAreKilled() {
		Suite.Command up = this.suite.command("up");
		JsonNode job = await().atMost(Duration.ofMinutes(4))
			.ignoreExceptions()
			.until(this::job, (found) -> done(found) > 100);
		this.suite.kill("worker-1");
		String leader = this.suite.json("/leader").path("leader").asString();
		long term = this.suite.json("/leader").path("term").asLong();
		this.suite.kill(leader.replaceFirst("/.*", ""));
		String said = up.succeeds();
		JsonNode ended = this.suite.json("/jobs/" + job.path("id").asString());
		assertThat(said).contains("indexed %d documents".formatted(ended.path("total").asInt())).contains("curl");
		assertThat(ended.path("state").asString()).isEqualTo("DONE");
		assertThat(ended.path("done").asInt()).isEqualTo(ended.path("total").asInt())
			.isGreaterThan(WHOLE_CORPUS ? 3000 : 800);
		assertThat(ended.path("dead").asInt()).isZero();
		assertThat(this.suite.json("/leader").path("term").asLong()).isGreaterThan(term);
		awaitReady();
	}

	private JsonNode job() {
		return this.suite.get("/jobs").statusCode() == 200 ? this.suite.json("/jobs").path(0)
				: tools.jackson.databind.node.MissingNode.getInstance();
	}

	private static int done(JsonNode job) {
		return job.path("done").asInt(0);
	}

	@Test
	@Order(2)
	void search_answersFromAllShards() {
		assertThatSearchAnswers();
	}

	private void assertThatSearchAnswers() {
		// The first search of all, of processes that have just begun: two seconds may be
		// too few.
		JsonNode answer = this.suite.json("/search?q=ConcurrentHashMap", "X-Deadline-Ms", "30000");
		assertThat(answer.path("hits").path(0).path("id").asString())
			.isEqualTo("java.base/java/util/concurrent/ConcurrentHashMap.java");
		assertThat(answer.path("coverage").path("answered").asInt()).isEqualTo(3);
		assertThat(answer.path("total").asInt()).isGreaterThan(WHOLE_CORPUS ? 50 : 20);
		assertThat(this.suite.json("/search?q=concurrent%20map", "X-Deadline-Ms", "30000").path("hits").valueStream())
			.anyMatch((hit) -> hit.path("id").asString().contains("Concurrent"));
	}

	@Test
	@Order(2)
	void document_isReadByItsKey() {
		var answer = this.suite.get("/documents/java.base/java/util/HashMap.java");
		assertThat(answer.statusCode()).isEqualTo(200);
		assertThat(answer.headers().firstValue("X-Shard")).isPresent();
		assertThat(answer.body()).contains("Hash table based implementation");
	}

	@Test
	@Order(2)
	void changingOperations_needTheToken() throws Exception {
		assertThat(this.suite.get("/topology").statusCode()).isEqualTo(200);
		var request = java.net.http.HttpRequest.newBuilder(this.suite.url(8080, "/jobs"))
			.POST(java.net.http.HttpRequest.BodyPublishers.ofString("{}"))
			.build();
		try (var http = java.net.http.HttpClient.newHttpClient()) {
			assertThat(http.send(request, java.net.http.HttpResponse.BodyHandlers.discarding()).statusCode())
				.isEqualTo(401);
		}
	}

	@Test
	@Order(2)
	void everyService_hasMetrics() {
		for (JsonNode process : this.suite.status()) {
			String url = process.path("url").asString();
			if (url.startsWith("http")) {
				int management = java.net.URI.create(url).getPort() + 1000 - this.suite.url(0, "").getPort();
				assertThat(this.suite.get(management, "/actuator/prometheus").body()).as(url)
					.contains("application=\"")
					.contains("jvm_");
			}
		}
	}

	@Test
	@Order(3)
	void leaderThatIsPaused_isReplaced_whileItsJobGoesOn_andItsTermIsOverWhenItGoesOn() throws Exception {
		String job = this.suite.post("/jobs", "{\"source\": \"corpus\", \"handler\": \"ingest\"}")
			.headers()
			.firstValue("Location")
			.orElseThrow();
		await().pollInterval(Duration.ofMillis(20)).until(() -> done(this.suite.json(job)) > 0);
		JsonNode before = this.suite.json("/leader");
		String paused = before.path("leader").asString().replaceFirst("/.*", "");
		this.suite.signal(paused, "-STOP");
		try {
			// Only the owner sends items, and not all of a job at a time.
			await().atMost(Duration.ofSeconds(30))
				.ignoreExceptions()
				.until(() -> this.suite.json("/leader").path("term").asLong() > before.path("term").asLong());
			JsonNode ended = await().atMost(Duration.ofMinutes(2))
				.ignoreExceptions()
				.until(() -> this.suite.json(job), (found) -> found.path("state").asString().equals("DONE"));
			assertThat(ended.path("done").asInt()).isEqualTo(ended.path("total").asInt()).isGreaterThan(800);
		}
		finally {
			this.suite.signal(paused, "-CONT");
		}
		long term = before.path("term").asLong();
		await().until(() -> Files.readString(this.suite.home().resolve("logs").resolve(paused + ".log"))
			.contains("owner of jobs no more, term %d is over".formatted(term)));
		assertThat(this.suite.json("/leader/history").valueStream())
			.filteredOn((one) -> one.path("role").asString().equals("jobs") && one.path("term").asLong() == term)
			.singleElement()
			.satisfies((one) -> assertThat(one.path("how").asString()).isEqualTo("EXPIRED"));
		awaitReady();
	}

	/** Map, shuffle, reduce, against one thread that counts. */
	@Test
	@Order(3)
	void wordsOfTheCorpus_areCountedToTheLast_thoughAWorkerAndTheLeaderAreKilled() throws Exception {
		Suite.Command counting = this.suite.command("job", "start", "--handler", "wordcount");
		JsonNode map = await().atMost(Duration.ofMinutes(2))
			.ignoreExceptions()
			.until(() -> this.suite.json("/pipelines").path(0).path("stages").path(0).path("job"),
					(job) -> done(job) > 100);
		this.suite.kill("worker-2");
		this.suite.kill(this.suite.json("/leader").path("leader").asString().replaceFirst("/.*", ""));
		String said = counting.succeeds();
		Map<String, Long> expected = words(map.path("id").asString());
		assertThat(said).contains("{\"keys\":%d,\"sum\":%d}".formatted(expected.size(),
				expected.values().stream().mapToLong(Long::longValue).sum()));
		Path outputs = this.suite.home().resolveSibling("outputs");
		String pipeline = map.path("pipeline").asString();
		this.suite.command("pipeline", "output", pipeline, "--into", outputs.toString()).succeeds();
		Map<String, Long> counted = new HashMap<>();
		try (var partitions = Files.list(outputs.resolve("count"))) {
			for (Path partition : partitions.toList()) {
				JsonMapper.shared()
					.readTree(partition)
					.forEachEntry((word, count) -> counted.merge(word, count.asLong(), Long::sum));
			}
		}
		assertThat(counted).isEqualTo(expected);
		assertThat(this.suite.command("pipeline", "verify", pipeline).succeeds()).contains("✓").doesNotContain("✗");
		awaitReady();
	}

	/** What is in the items of a job, counted without any of the suite's code. */
	private Map<String, Long> words(String job) throws IOException {
		Map<String, Long> words = new HashMap<>();
		Pattern word = Pattern.compile("[\\p{L}\\p{M}\\p{N}_]+");
		Path corpus = Path
			.of(JsonMapper.shared().readTree(this.suite.home().resolve("run/options.json")).path("corpus").asString());
		try (ZipFile zip = new ZipFile(corpus.toFile())) {
			String after = "";
			do {
				JsonNode page = this.suite.json("/jobs/%s/items?limit=1000&after=%s".formatted(job,
						URLEncoder.encode(after, StandardCharsets.UTF_8)));
				for (JsonNode item : page.path("items")) {
					byte[] content = zip.getInputStream(zip.getEntry(item.path("id").asString())).readAllBytes();
					word.matcher(new String(content, StandardCharsets.UTF_8))
						.results()
						.forEach((found) -> words.merge(found.group(), 1L, Long::sum));
				}
				after = page.path("next").asString("");
			}
			while (!after.isEmpty());
		}
		return words;
	}

	@Test
	@Order(4)
	void reshardingUnderLoad_failsNoRequest_thoughTheLeaderAndAReplicaAreKilled() {
		Suite.Command load = this.suite.load(50, 10);
		try {
			await().atMost(Duration.ofMinutes(3)).until(() -> load.text().contains("loading at"));
			Suite.Command more = this.suite.command("scale", "--shards", "4");
			await().atMost(Duration.ofMinutes(3)).until(() -> more.text().contains("plan:"));
			this.suite.kill(this.suite.json("/leader/topology").path("leader").asString().replaceFirst("/.*", ""));
			more.succeeds();
			assertThat(this.suite.json("/topology").path("shards")).hasSize(4);
			Suite.Command fewer = this.suite.command("scale", "--shards", "3");
			await().atMost(Duration.ofMinutes(3)).until(() -> fewer.text().contains("plan:"));
			this.suite.kill("shard-0-a");
			fewer.succeeds();
		}
		finally {
			load.process().destroy();
		}
		assertThat(load.succeeds()).contains("0 failures");
		assertThat(this.suite.json("/topology").path("shards")).hasSize(3);
		awaitReady();
	}

	/** Also what was killed. */
	private void awaitReady() {
		// Each look is a JVM that starts.
		await().atMost(Duration.ofMinutes(3))
			.pollInterval(Duration.ofSeconds(2))
			.until(() -> this.suite.status()
				.stream()
				.allMatch((process) -> process.path("state").asString().equals("READY")));
	}

	@Test
	@Order(5)
	void tour_isAllGreen() {
		assertThat(this.suite.command("tour").succeeds()).contains("✓").doesNotContain("✗");
	}

	@Test
	@Order(6)
	void upOfWhatRuns_saysSo_andChangesNothing() {
		awaitReady();
		List<Long> before = pids();
		assertThat(this.suite.command("up").succeeds()).contains("runs already");
		assertThat(pids()).isEqualTo(before);
	}

	@Test
	@Order(7)
	void down_leavesNothingRunning() {
		assertThatDownEndsAll();
	}

	private void assertThatDownEndsAll() {
		assertThat(this.suite.processes()).isNotEmpty();
		this.suite.command("down").succeeds();
		assertThat(this.suite.processes()).isEmpty();
		assertThat(this.suite.status()).isEmpty();
	}

	@Test
	@Order(8)
	void secondRun_findsWhatTheFirstIndexed() {
		assertThat(this.suite.command("up").succeeds()).contains("already indexed").contains("curl");
		assertThatSearchAnswers();
		assertThatDownEndsAll();
	}

	private List<Long> pids() {
		return this.suite.status().stream().map((process) -> process.path("pid").asLong()).toList();
	}

}
