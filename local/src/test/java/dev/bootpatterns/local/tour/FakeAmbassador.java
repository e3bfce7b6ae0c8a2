package dev.bootpatterns.local.tour;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

import com.sun.net.httpserver.HttpServer;

/**
 * What stands for a gateway, as a process: reads the environment that a gateway would
 * read, and answers as its backends would. A user has the backend of its number, unless
 * it {@code wanders}, or all have the {@code first}.
 */
final class FakeAmbassador {

	private static final String ROUTE = "SPRING_CLOUD_GATEWAY_SERVER_WEBFLUX_ROUTES_0_FILTERS_0";

	private FakeAmbassador() {
	}

	public static void main(String[] args) throws IOException {
		String mode = args[0];
		Map<String, String> environment = System.getenv();
		if (mode.equals("crashes") || !"ShardBy=header:X-User,replicas".equals(environment.get(ROUTE))) {
			System.err.println("no way to start");
			System.exit(7);
		}
		List<String> backends = List.copyOf(new TreeMap<>(environment).entrySet()
			.stream()
			.filter((entry) -> entry.getKey().matches("GATEWAY_STATIC_REPLICAS_BACKENDS_[0-9]+_URI"))
			.map(Map.Entry::getValue)
			.toList());
		AtomicInteger requests = new AtomicInteger();
		HttpServer server = HttpServer.create(new InetSocketAddress(environment.get("SERVER_ADDRESS"),
				Integer.parseInt(environment.get("SERVER_PORT"))), 0);
		server.createContext("/readyz", (exchange) -> {
			exchange.sendResponseHeaders(mode.equals("unready") ? 503 : 200, -1);
			exchange.close();
		});
		server.createContext("/search", (exchange) -> {
			int user = Integer.parseInt(exchange.getRequestHeaders().getFirst("X-User").replaceFirst("user-", ""));
			int number = switch (mode) {
				case "wanders" -> requests.incrementAndGet();
				case "first" -> 0;
				default -> user;
			};
			// A test's backend is at the port 1000 × shard + 100 × replica.
			int port = Integer.parseInt(backends.get(number % backends.size()).replaceFirst(".*:", ""));
			exchange.getResponseHeaders().add("X-Shard", Integer.toString(port / 1000));
			exchange.getResponseHeaders().add("X-Replica", Character.toString('a' + port / 100 % 10));
			exchange.sendResponseHeaders(200, -1);
			exchange.close();
		});
		server.start();
	}

}
