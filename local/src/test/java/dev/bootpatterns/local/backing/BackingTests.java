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
			try (Connection connection = DriverManager.getConnection(url, EmbeddedDatabase.USER, "aa11");
					Statement statement = connection.createStatement();
					ResultSet rows = statement.executeQuery("SELECT answer FROM kept")) {
				assertThat(rows.next()).isTrue();
				assertThat(rows.getInt(1)).isEqualTo(42);
			}
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

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
	}

}
