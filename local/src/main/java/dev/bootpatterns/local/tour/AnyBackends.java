package dev.bootpatterns.local.tour;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import dev.bootpatterns.local.state.ProcessState;
import dev.bootpatterns.local.client.GatewayClient;

/**
 * Sharded services without an owner: the same filter over a list of HTTP servers that
 * know nothing of it. Here they are the replicas, because these say who they are; each
 * takes a search for a user as one that was sent to it alone.
 */
final class AnyBackends implements TourStep {

	private static final String ROUTE = "SPRING_CLOUD_GATEWAY_SERVER_WEBFLUX_ROUTES_0_";

	/**
	 * With that, one in thirty thousand lists of six names has one that no user is sent
	 * to.
	 */
	private static final int USERS_EACH = 12;

	private static final int READS = 2;

	private final Ambassadors ambassadors;

	AnyBackends(Ambassadors ambassadors) {
		this.ambassadors = ambassadors;
	}

	@Override
	public String pattern() {
		return "Sharded services: any backends";
	}

	@Override
	public String sentence() {
		return "A gateway beside an application shards by what you choose, over a plain list, without an owner or a topology.";
	}

	@Override
	public String action() {
		return "start a gateway with the replicas as a list in its environment and ShardBy=header:X-User; GET %d times for each of %d users for each backend"
			.formatted(READS, USERS_EACH);
	}

	@Override
	public String expected() {
		return "one and the same backend for a user, all backends used";
	}

	@Override
	public Outcome run(RunningSuite suite) throws IOException {
		List<ProcessState> backends = suite.processes()
			.stream()
			.filter((process) -> process.name().startsWith("shard-") && process.ready())
			.toList();
		try (Ambassadors.Ambassador ambassador = this.ambassadors.start(environment(backends), suite)) {
			return exercise(ambassador.client(), backends);
		}
	}

	private static Map<String, String> environment(List<ProcessState> backends) {
		Map<String, String> environment = new HashMap<>(Map.of(ROUTE + "ID", "by-user", ROUTE + "URI", "no://op",
				ROUTE + "PREDICATES_0", "Path=/**", ROUTE + "FILTERS_0", "ShardBy=header:X-User,replicas"));
		for (int i = 0; i < backends.size(); i++) {
			String backend = "GATEWAY_STATIC_REPLICAS_BACKENDS_%d_".formatted(i);
			environment.put(backend + "URI", backends.get(i).url());
			environment.put(backend + "NAME", backends.get(i).name());
		}
		return environment;
	}

	private static Outcome exercise(GatewayClient ambassador, List<ProcessState> backends) throws IOException {
		Map<String, Integer> users = new TreeMap<>();
		backends.forEach((backend) -> users.put(backend.name(), 0));
		int wandering = 0;
		for (int user = 0; user < USERS_EACH * backends.size(); user++) {
			Set<String> answered = new HashSet<>();
			for (int read = 0; read < READS; read++) {
				answered.add(backendOf(ambassador, "user-" + user));
			}
			wandering += (answered.size() == 1) ? 0 : 1;
			answered.forEach((backend) -> users.merge(backend, 1, Integer::sum));
		}
		boolean asListed = users.size() == backends.size() && !users.containsValue(0);
		return Outcome.of(wandering == 0 && asListed,
				"%d users, of them %s; %d at more than one".formatted(USERS_EACH * backends.size(), users, wandering));
	}

	/** As the backend itself says. */
	private static String backendOf(GatewayClient ambassador, String user) throws IOException {
		HttpResponse<String> answer = ambassador
			.send(ambassador.request("/search?q=ambassador&limit=1").header("X-User", user).GET());
		return (answer.statusCode() == 200) ? "shard-%s-%s".formatted(RunningSuite.header(answer, "X-Shard"),
				RunningSuite.header(answer, "X-Replica")) : "status " + answer.statusCode();
	}

}
