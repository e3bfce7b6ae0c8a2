package dev.bootpatterns.gateway.shard;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.bootpatterns.gateway.FakeReplica;
import dev.bootpatterns.gateway.TestGateway;
import dev.bootpatterns.sharding.Backend;
import dev.bootpatterns.sharding.ShardingAlgorithm;
import dev.bootpatterns.sharding.ShardingFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A gateway that has lists of backends only: plain HTTP servers that know nothing of it.
 */
class StaticServiceTests {

	private static final List<FakeReplica> BACKENDS = Stream
		.generate(() -> new FakeReplica(FakeReplica.json(200, "{}")))
		.limit(3)
		.toList();

	private static final ShardingFunction RING = ring(0, 1, 2);

	private static final List<String> KEYS = IntStream.range(0, 60).mapToObj((i) -> "key-" + i).toList();

	private static TestGateway gateway;

	@BeforeAll
	static void start(@TempDir Path folder) throws IOException {
		Path countries = Files.writeString(folder.resolve("countries.csv"), "192.0.2.0/24,XA\n2001:db8::/32,XB\n");
		List<String> properties = new ArrayList<>(List.of("--gateway.country.table=" + countries,
				"--gateway.country.trusted-proxies=1", "--gateway.static.cache.function=ketama",
				"--gateway.static.data.function=ketama", "--gateway.static.data.next=never",
				"--gateway.static.load.function=bounded-load", "--gateway.static.load.epsilon=0.25",
				"--gateway.static.weighted.backends[0].weight=0", "--gateway.static.weighted.backends[1].weight=2",
				"--gateway.static.weighted.backends[1].name=two"));
		for (String service : List.of("cache", "data", "load", "weighted")) {
			for (int i = 0; i < BACKENDS.size(); i++) {
				properties.add("--gateway.static.%s.backends[%d].uri=%s".formatted(service, i, BACKENDS.get(i).uri()));
			}
		}
		List<String> filters = List.of("cache ShardBy=path,cache", "data ShardBy=path,data", "load ShardBy=path,load",
				"weighted ShardBy=path,weighted", "tenants ShardBy=header:X-Tenant+path:/tenants/{id}/**,cache",
				"countries ShardBy=country,cache");
		for (int i = 0; i < filters.size(); i++) {
			String[] each = filters.get(i).split(" ", -1);
			route(properties, i, each[0])
				.add("--spring.cloud.gateway.server.webflux.routes[%d].filters[0]=%s".formatted(i, each[1]));
		}
		String filter = "--spring.cloud.gateway.server.webflux.routes[%d].filters[0].".formatted(filters.size());
		route(properties, filters.size(), "users").addAll(List.of(filter + "name=ShardBy",
				filter + "args.key=query:user", filter + "args.service=cache", filter + "args.fallback=nobody"));
		gateway = TestGateway.alone(properties.toArray(String[]::new));
	}

	private static List<String> route(List<String> properties, int number, String name) {
		String route = "--spring.cloud.gateway.server.webflux.routes[%d].".formatted(number);
		properties.addAll(
				List.of(route + "id=" + name, route + "uri=no://op", route + "predicates[0]=Path=/" + name + "/**"));
		return properties;
	}

	@BeforeEach
	void renew() {
		BACKENDS.forEach((backend) -> backend.renew(FakeReplica.json(200, "{}")));
		gateway.renew();
	}

	@AfterAll
	static void stop() {
		gateway.close();
		BACKENDS.forEach(FakeReplica::close);
	}

	private static ShardingFunction ring(int... backends) {
		return ShardingAlgorithm.KETAMA
			.over(IntStream.of(backends).mapToObj((i) -> new Backend(authority(BACKENDS.get(i)))).toList());
	}

	private static String authority(FakeReplica backend) {
		return URI.create(backend.uri()).getRawAuthority();
	}

	private static String keyOf(int backend) {
		return KEYS.stream().filter((key) -> RING.shardOf(key) == backend).findFirst().orElseThrow();
	}

	@Test
	void key_goesWhereItsFunctionSays_andTheAnswerSaysWhere() {
		for (String key : KEYS) {
			TestGateway.Answer answer = gateway.get("/cache/" + key + "?x=%20y");
			FakeReplica backend = BACKENDS.get(RING.shardOf(key));
			assertThat(backend.requests()).last().isEqualTo("GET /cache/" + key + "?x=%20y");
			assertThat(answer.header("X-Shard")).isEqualTo(Integer.toString(RING.shardOf(key)));
			assertThat(answer.header("X-Replica")).isEqualTo(authority(backend));
		}
		assertThat(BACKENDS).allSatisfy((backend) -> assertThat(backend.requests()).isNotEmpty());
	}

	@Test
	void whatABackendSaysOfItself_stays() {
		BACKENDS.get(0).behave((exchange) -> {
			exchange.getResponseHeaders().set("X-Shard", "a");
			exchange.getResponseHeaders().set("X-Replica", "b");
			FakeReplica.json(200, "{}").answer(exchange);
		});
		TestGateway.Answer answer = gateway.get("/cache/" + keyOf(0));
		assertThat(answer.response().headers().allValues("X-Shard")).containsExactly("a");
		assertThat(answer.response().headers().allValues("X-Replica")).containsExactly("b");
	}

	@Test
	void backendIsDown_itsKeysGoWhereTheyWouldWithoutIt_andNoOthersMove() {
		BACKENDS.get(1).close();
		int[] left = { 0, 2 };
		ShardingFunction without = ring(left);
		for (String key : KEYS) {
			int expected = (RING.shardOf(key) == 1) ? left[without.shardOf(key)] : RING.shardOf(key);
			TestGateway.Answer answer = gateway.send("POST", "/cache/" + key, BodyPublishers.ofString("{}"));
			assertThat(answer.status()).isEqualTo(200);
			assertThat(answer.header("X-Shard")).isEqualTo(Integer.toString(expected));
		}
	}

	@Test
	void allButOneAreDown_thatOneHasAllKeys() {
		BACKENDS.get(0).close();
		BACKENDS.get(1).close();
		assertThat(KEYS).allSatisfy((key) -> assertThat(gateway.get("/cache/" + key).header("X-Shard")).isEqualTo("2"));
		BACKENDS.get(2).close();
		TestGateway.Answer answer = gateway.get("/cache/" + KEYS.getFirst());
		assertThat(answer.status()).isEqualTo(503);
		assertThat(answer.detail()).isEqualTo("No replica can be reached");
		assertThat(answer.header("X-Shard")).isEmpty();
	}

	@Test
	void backendThatFailsAfterItGotTheRequest_isReplacedOnlyForWhatMayBeRepeated() {
		BACKENDS.get(0).behave(FakeReplica.json(503, "{}"));
		TestGateway.Answer read = gateway.get("/cache/" + keyOf(0));
		assertThat(read.status()).isEqualTo(200);
		assertThat(read.header("X-Shard")).isNotEqualTo("0");
		TestGateway.Answer written = gateway.send("POST", "/cache/" + keyOf(0), BodyPublishers.ofString("{}"));
		assertThat(written.status()).isEqualTo(503);
		assertThat(written.header("X-Shard")).isEqualTo("0");
		assertThat(BACKENDS.get(0).requests()).hasSize(2);
	}

	@Test
	void backendThatKeepsFailing_isLeftAlone() {
		BACKENDS.get(0).behave(FakeReplica.reset());
		for (int i = 0; i < 40; i++) {
			assertThat(gateway.get("/cache/" + keyOf(0)).status()).isEqualTo(200);
		}
		assertThat(gateway.openBreakers()).containsExactly("cache-" + authority(BACKENDS.get(0)) + "-requests");
		assertThat(BACKENDS.get(0).requests()).hasSizeLessThanOrEqualTo(20);
	}

	@Test
	void nextNever_failsTheKeysOfABackendThatIsDown_andNoOthers() {
		BACKENDS.get(1).close();
		for (String key : KEYS) {
			assertThat(gateway.get("/data/" + key).status()).isEqualTo((RING.shardOf(key) == 1) ? 503 : 200);
		}
	}

	@Test
	void weightZero_getsNothing_andNamesAreSaid() {
		assertThat(KEYS).map((key) -> gateway.get("/weighted/" + key).header("X-Replica"))
			.containsOnly("two", authority(BACKENDS.get(2)));
		BACKENDS.get(1).close();
		BACKENDS.get(2).close();
		assertThat(gateway.get("/weighted/x").status()).isEqualTo(503);
		assertThat(BACKENDS.get(0).requests()).isEmpty();
	}

	@Test
	void backendThatIsFull_passesItsKeyOn_untilItHasRoomAgain() {
		String key = keyOf(0);
		BACKENDS.get(0).behave(BACKENDS.get(0).hang());
		try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
			clients.execute(() -> gateway.get("/load/" + key));
			await().until(() -> BACKENDS.get(0).requests().size() == 1);
			assertThat(gateway.get("/load/" + key).header("X-Shard")).isIn("1", "2");
			BACKENDS.get(0).close();
		}
		BACKENDS.get(0).renew(FakeReplica.json(200, "{}"));
		assertThat(gateway.get("/load/" + key).header("X-Shard")).isEqualTo("0");
		assertThat(gateway.get("/load/" + key).header("X-Shard")).isEqualTo("0");
	}

	@Test
	void compositeKey_isHeaderAndPathVariable() {
		for (String tenant : List.of("acme", "b")) {
			for (String id : List.of("1", "2", "3", "4")) {
				String shard = Integer.toString(RING.shardOf(tenant.length() + ":" + tenant + id));
				assertThat(gateway.get("/tenants/" + id + "/x", "X-Tenant", tenant).header("X-Shard")).isEqualTo(shard);
			}
		}
		TestGateway.Answer refused = gateway.get("/tenants/1/x");
		assertThat(refused.status()).isEqualTo(400);
		assertThat(refused.detail()).isEqualTo("The request has no header X-Tenant, by which requests are sharded");
	}

	@Test
	void longForm_takesAFallback() {
		assertThat(gateway.get("/users/x?user=7").header("X-Shard")).isEqualTo(Integer.toString(RING.shardOf("7")));
		assertThat(gateway.get("/users/x").header("X-Shard")).isEqualTo(Integer.toString(RING.shardOf("nobody")));
	}

	@Test
	void country_isThatOfTheClientBehindTheTrustedProxy() {
		assertThat(gateway.get("/countries/x", "X-Forwarded-For", "2001:db8::1, 192.0.2.1").header("X-Shard"))
			.isEqualTo(Integer.toString(RING.shardOf("XA")));
		assertThat(gateway.get("/countries/x", "X-Forwarded-For", "2001:db8::1").header("X-Shard"))
			.isEqualTo(Integer.toString(RING.shardOf("XB")));
		TestGateway.Answer unknown = gateway.get("/countries/x");
		assertThat(unknown.status()).isEqualTo(400);
		assertThat(unknown.detail()).isEqualTo("The request has no known country, by which requests are sharded");
	}

	@Test
	void gatewayWithoutTopologyRoutes_isReady_andAsksNobody() {
		assertThat(gateway.get("/readyz").status()).isEqualTo(200);
		assertThat(BACKENDS).noneMatch(FakeReplica::wasProbed);
		assertThat(List.of(gateway.owner(0), gateway.owner(1)))
			.noneMatch((owner) -> owner.wasProbed() || !owner.requests().isEmpty());
	}

}
