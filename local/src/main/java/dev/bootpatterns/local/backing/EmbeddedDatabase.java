package dev.bootpatterns.local.backing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.state.ProcessId;
import dev.bootpatterns.local.state.ProcessState;
import dev.bootpatterns.local.state.ProcessState.State;
import dev.bootpatterns.local.state.SuiteHome;
import dev.bootpatterns.local.supervise.BackingService;
import dev.bootpatterns.local.plan.Backing;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A real PostgreSQL whose binaries come from a Maven artifact; its data stays in
 * {@code .suite/postgres} over {@code down} and {@code up}.
 * <p>
 * A commit is acknowledged when the operating system has it: it survives the death of
 * every process, PostgreSQL's included, and not a power cut ({@code fsync=off}: this is a
 * laptop's suite, and its documents can be indexed again).
 */
final class EmbeddedDatabase implements BackingService {

	static final String USER = "postgres";

	private static final Duration STARTS_WITHIN = Duration.ofSeconds(60);

	private static final Duration ENDS_WITHIN = Duration.ofSeconds(20);

	private final SuiteHome home;

	private final int port;

	private final String password;

	private volatile State state = State.WAITING;

	private volatile @Nullable ProcessId postmaster;

	private volatile int restarts;

	private @Nullable EmbeddedPostgres postgres;

	EmbeddedDatabase(SuiteHome home, int port, String password) {
		this.home = home;
		this.port = port;
		this.password = password;
	}

	@Override
	public String name() {
		return "postgres";
	}

	@Override
	public synchronized void start() {
		if (this.state == State.STOPPED) {
			return;
		}
		this.state = State.STARTING;
		Path data = this.home.database();
		Postmaster.endLeftover(data, ENDS_WITHIN);
		// The library deletes old data folders beside its binaries: keep ours elsewhere.
		Path binaries = this.home.run().resolve("postgres-binaries");
		System.setProperty("ot.epg.working-dir", binaries.toString());
		ProcessBuilder.Redirect log = ProcessBuilder.Redirect.appendTo(this.home.log(name()).toFile());
		try {
			Files.createDirectories(binaries);
			this.postgres = EmbeddedPostgres.builder()
				.setDataDirectory(data)
				.setOverrideWorkingDirectory(binaries.toFile())
				.setCleanDataDirectory(false)
				.setRegisterShutdownHook(false)
				.setPort(this.port)
				.setPGStartupWait(STARTS_WITHIN)
				// PostgreSQL's own C.UTF-8, which is the same everywhere; macOS has none.
				.setLocaleConfig("locale", "C")
				.setLocaleConfig("locale-provider", "builtin")
				.setLocaleConfig("builtin-locale", "C.UTF-8")
				.setServerConfig("listen_addresses", "127.0.0.1")
				.setServerConfig("unix_socket_directories", "")
				// The library's default, off, loses the last acknowledged commits in a
				// crash.
				.setServerConfig("synchronous_commit", "on")
				.setServerConfig("shared_buffers", "64MB")
				.setServerConfig("password_encryption", "scram-sha-256")
				.setConnectConfig("password", this.password)
				.setDataDirectoryCustomizer(
						(folder) -> new PostgresAccess(binaries, this.password).secure(folder.toPath()))
				.setOutputRedirector(log)
				.setErrorRedirector(log)
				.start();
		}
		catch (IOException | RuntimeException | ExceptionInInitializerError ex) {
			throw new SuiteFailure("PostgreSQL does not start on port %d: %s".formatted(this.port, reason(ex)),
					this.home.log(name()), ex);
		}
		this.postmaster = Postmaster.of(data).map(ProcessId::of).orElse(null);
		this.state = State.READY;
	}

	@Override
	public synchronized boolean revive() {
		boolean supervised = this.state == State.READY || this.state == State.BACKOFF;
		if (!supervised || Postmaster.of(this.home.database()).isPresent()) {
			return false;
		}
		this.state = State.BACKOFF;
		closeLibrary();
		try {
			start();
			this.restarts++;
			return true;
		}
		finally {
			this.state = (this.state == State.READY) ? State.READY : State.BACKOFF;
		}
	}

	private void closeLibrary() {
		EmbeddedPostgres running = this.postgres;
		this.postgres = null;
		try {
			if (running != null) {
				running.close();
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Asks a running database, as the library does when it waits for the start. */
	static void rehearse(Backing values) {
		PGSimpleDataSource source = new PGSimpleDataSource();
		source.setUrl(values.postgresUrl());
		try (Connection connection = source.getConnection(values.postgresUsername(), values.postgresPassword());
				Statement statement = connection.createStatement()) {
			statement.execute("SELECT 1");
		}
		catch (SQLException ex) {
			throw new SuiteFailure("the database does not answer: " + ex.getMessage(), null, ex);
		}
	}

	private static String reason(Throwable failure) {
		Throwable cause = failure;
		while (cause.getCause() != null) {
			cause = cause.getCause();
		}
		String message = cause.getMessage();
		boolean root = "root".equals(System.getProperty("user.name"));
		return ((message != null) ? message : cause.toString()) + (root
				? " (as root it needs 'unshare -U'; otherwise run as an ordinary user, or set SPRING_DATASOURCE_URL)"
				: "");
	}

	@Override
	public ProcessState snapshot() {
		return new ProcessState(name(), this.postmaster, this.port, this.state,
				"jdbc:postgresql://127.0.0.1:%d/postgres".formatted(this.port), this.restarts, null,
				this.home.log(name()).toString());
	}

	@Override
	public synchronized void close() {
		this.state = State.STOPPING;
		try {
			closeLibrary();
		}
		finally {
			Postmaster.endLeftover(this.home.database(), ENDS_WITHIN);
			this.state = State.STOPPED;
		}
	}

}
