package dev.bootpatterns.local.backing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;

import com.rabbitmq.client.ConnectionFactory;
import dev.bootpatterns.local.state.ProcessId;
import dev.bootpatterns.local.state.ProcessState.State;
import dev.bootpatterns.local.state.SuiteHome;
import dev.bootpatterns.local.supervise.BackingService;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Timeout(120)
class BackingTests {

	@TempDir
	Path folder;

	private SuiteHome home;

	@BeforeEach
	void createHome() {
		this.home = new SuiteHome(this.folder, this.folder.resolve("a home"), 0);
		this.home.create();
	}

	@Test
	void database_keepsItsData_andLetsInOnlyWithThePassword() throws IOException, SQLException {
		int port = freePort();
		String url = "jdbc:postgresql://127.0.0.1:%d/postgres".formatted(port);
		try (EmbeddedDatabase database = new EmbeddedDatabase(this.home, port, "aa11")) {
			database.start();
			execute(url, "aa11", "CREATE TABLE kept AS SELECT 42 AS answer");
			assertThat(
					query(url, "SELECT pg_encoding_to_char(encoding) || ' ' || datlocprovider::text || ' ' || datlocale"
							+ " FROM pg_database WHERE datname = 'postgres'"))
				.isEqualTo("UTF8 b C.UTF-8");
			assertThat(query(url, "SELECT lower('Ä')")).isEqualTo("ä");
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> execute(url, "wrong", "SELECT 1"))
				.withMessageContaining("password");
			killed(database);
			assertThat(database.revive()).isTrue();
			assertThat(database.revive()).isFalse();
			assertThat(database.snapshot().restarts()).isEqualTo(1);
			execute(url, "aa11", "SELECT answer FROM kept");
			killed(database);
		}
		// As after a hard end whose process number now belongs to somebody else.
		Files.writeString(this.home.database().resolve("postmaster.pid"),
				"%d%n%s%n".formatted(ProcessHandle.current().pid(), this.home.database()));
		try (EmbeddedDatabase database = new EmbeddedDatabase(this.home, port, "aa11")) {
			database.start();
			assertThat(database.snapshot().state()).isEqualTo(State.READY);
			assertThat(query(url, "SELECT answer FROM kept")).isEqualTo("42");
		}
		assertThat(Postmaster.of(this.home.database())).isEmpty();
	}

	@Test
	void broker_takesQuorumQueues_andLetsInOnlyWithThePassword() throws Exception {
		try (LocalBroker broker = new LocalBroker(this.home, freePort(), "suite", "bb22")) {
			broker.start();
			ConnectionFactory factory = new ConnectionFactory();
			factory.setPort(broker.snapshot().port());
			factory.setUsername("suite");
			factory.setPassword("bb22");
			try (var connection = factory.newConnection(); var channel = connection.createChannel()) {
				channel.confirmSelect();
				channel.queueDeclare("q", true, false, false, Map.of("x-queue-type", "quorum", "x-delivery-limit", 20));
				channel.basicPublish("", "q", null, new byte[] { 1 });
				assertThat(channel.waitForConfirms(10_000)).isTrue();
				assertThat(channel.basicGet("q", true).getBody()).containsExactly(1);
			}
			factory.setPassword("wrong");
			assertThatExceptionOfType(com.rabbitmq.client.PossibleAuthenticationFailureException.class)
				.isThrownBy(factory::newConnection);
		}
	}

	@Test
	void databaseAndBroker_namedByTheEnvironment_areUsed() {
		BackingServices services = BackingServices.of(Map.of("SPRING_DATASOURCE_URL", "jdbc:postgresql://db/x",
				"SPRING_RABBITMQ_ADDRESSES", "amqp://u:secret@mq:5672"), this.home);
		assertThat(services.values().postgresUrl()).isEmpty();
		assertThat(services.values().amqpHost()).isEmpty();
		assertThat(services.services()).extracting(BackingService::snapshot)
			.allMatch((snapshot) -> snapshot.state() == State.EXTERNAL)
			.noneMatch((snapshot) -> snapshot.url().contains("secret"));
	}

	@Test
	void addresses_areShownWithoutSecrets() {
		BackingServices services = BackingServices.of(Map.of("SPRING_DATASOURCE_URL",
				"jdbc:postgresql://db/x?user=u&password=secret", "SPRING_RABBITMQ_ADDRESSES", "user:secret@mq:5672"),
				this.home);
		assertThat(services.services()).extracting((service) -> service.snapshot().url())
			.containsExactly("jdbc:postgresql://db/x", "mq:5672");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "jdbc:postgresql://u:secret@db:5432/x|jdbc:postgresql://db:5432/x",
					"jdbc:postgresql://a:1,b:2/x?password=se,cret@y|jdbc:postgresql://a:1,b:2/x",
					"jdbc:postgresql:x?password=secret|jdbc:postgresql:x",
					"amqp://u:se/cr@et?s@mq:5672,amqp://u:secret@[::1]:5673/v|amqp://mq:5672,amqp://[::1]:5673/v",
					"amqp://u:secret|amqp://…", "mq:5672|mq:5672" })
	void address_whateverItsForm_isShownWithoutSecrets(String url, String shown) {
		assertThat(ServerAddress.of(url)).isEqualTo(shown);
	}

	private static void killed(EmbeddedDatabase database) {
		ProcessId id = Objects.requireNonNull(database.snapshot().id());
		ProcessHandle process = id.find().orElseThrow();
		process.destroyForcibly();
		process.onExit().orTimeout(Duration.ofSeconds(10).toSeconds(), java.util.concurrent.TimeUnit.SECONDS).join();
	}

	private static void execute(String url, String password, String sql) throws SQLException {
		try (Connection connection = DriverManager.getConnection(url, EmbeddedDatabase.USER, password);
				Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	private static String query(String url, String sql) throws SQLException {
		try (Connection connection = DriverManager.getConnection(url, EmbeddedDatabase.USER, "aa11");
				Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery(sql)) {
			assertThat(rows.next()).isTrue();
			return rows.getString(1);
		}
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
	}

}
