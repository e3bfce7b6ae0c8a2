package dev.bootpatterns.local.backing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;

import dev.bootpatterns.local.plan.Backing;
import dev.bootpatterns.local.state.Secrets;
import dev.bootpatterns.local.state.SuiteHome;
import dev.bootpatterns.local.supervise.BackingService;

/**
 * Database and broker: embedded, unless the environment has
 * {@code SPRING_DATASOURCE_URL}, or {@code SPRING_RABBITMQ_HOST} or
 * {@code SPRING_RABBITMQ_ADDRESSES}.
 *
 * @param values what the services are told
 * @param services what the supervisor hosts
 */
public record BackingServices(Backing values, List<BackingService> services) {

	/** The {@linkplain #database name} of the suite's own database, whatever its port. */
	public static final String EMBEDDED = "embedded";

	private static final String AMQP_USER = "suite";

	/**
	 * As the environment says.
	 * @param environment the variables
	 * @param home where the embedded ones keep their data and passwords
	 * @return database and broker, not started
	 */
	public static BackingServices of(Map<String, String> environment, SuiteHome home) {
		boolean database = !databaseIsExternal(environment);
		boolean broker = !brokerIsExternal(environment);
		int postgresPort = home.port(Backing.POSTGRES_PORT);
		int amqpPort = home.port(Backing.AMQP_PORT);
		String databasePassword = database ? Secrets.readOrCreate(home.run().resolve("postgres-password")) : "";
		String brokerPassword = broker ? Secrets.readOrCreate(home.run().resolve("amqp-password")) : "";
		Backing values = new Backing(database ? "jdbc:postgresql://127.0.0.1:%d/postgres".formatted(postgresPort) : "",
				database ? EmbeddedDatabase.USER : "", databasePassword, broker ? "127.0.0.1" : "",
				broker ? Integer.toString(amqpPort) : "", broker ? AMQP_USER : "", brokerPassword);
		return new BackingServices(values,
				List.of(database ? new EmbeddedDatabase(home, postgresPort, databasePassword)
						: new ExternalService("postgres", database(environment)),
						broker ? new LocalBroker(home, amqpPort, AMQP_USER, brokerPassword)
								: new ExternalService("amqp", brokerAddress(environment))));
	}

	/**
	 * Starts and ends a broker, and asks the running database: what the supervisor does
	 * at its start, as far as it leaves no trace.
	 * @param environment the variables
	 * @param home the suite that runs
	 * @param stage where the broker may write
	 * @throws IOException when there is no port
	 */
	public static void rehearse(Map<String, String> environment, SuiteHome home, SuiteHome stage) throws IOException {
		int port;
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			port = socket.getLocalPort();
		}
		try (LocalBroker broker = new LocalBroker(stage, port, AMQP_USER, AMQP_USER)) {
			broker.start();
		}
		Backing values = of(environment, home).values();
		if (!values.postgresUrl().isEmpty()) {
			EmbeddedDatabase.rehearse(values);
		}
	}

	/**
	 * Whether the environment names a database.
	 * @param environment the variables
	 * @return true when none is to be started
	 */
	public static boolean databaseIsExternal(Map<String, String> environment) {
		return !environment.getOrDefault("SPRING_DATASOURCE_URL", "").isBlank();
	}

	/**
	 * What tells the database that is used from any other.
	 * @param environment the variables
	 * @return its URL without user, password and parameters, or {@link #EMBEDDED}
	 */
	public static String database(Map<String, String> environment) {
		return databaseIsExternal(environment) ? ServerAddress.of(environment.getOrDefault("SPRING_DATASOURCE_URL", ""))
				: EMBEDDED;
	}

	/**
	 * Whether the environment names a broker.
	 * @param environment the variables
	 * @return true when none is to be started
	 */
	public static boolean brokerIsExternal(Map<String, String> environment) {
		return !environment.getOrDefault("SPRING_RABBITMQ_HOST", "").isBlank()
				|| !environment.getOrDefault("SPRING_RABBITMQ_ADDRESSES", "").isBlank();
	}

	private static String brokerAddress(Map<String, String> environment) {
		String addresses = environment.getOrDefault("SPRING_RABBITMQ_ADDRESSES", "");
		return ServerAddress.of(!addresses.isBlank() ? addresses
				: "amqp://%s:%s".formatted(environment.getOrDefault("SPRING_RABBITMQ_HOST", ""),
						environment.getOrDefault("SPRING_RABBITMQ_PORT", "5672")));
	}

}
