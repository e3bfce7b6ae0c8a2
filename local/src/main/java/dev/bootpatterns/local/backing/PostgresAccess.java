package dev.bootpatterns.local.backing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

import io.zonky.test.db.postgres.util.LinuxUtils;

/**
 * Closes the new database to the other users of the machine: {@code initdb} leaves it
 * open to everybody who reaches the port. The password is set in single-user mode, before
 * the server listens for the first time.
 *
 * @param binaries where PostgreSQL was unpacked
 * @param password the superuser's password, hexadecimal digits
 */
record PostgresAccess(Path binaries, String password) {

	private static final String RULES = """
			# Loopback with the password in run/postgres-password; nothing else.
			host all all 127.0.0.1/32 scram-sha-256
			""";

	void secure(Path data) {
		Path rules = data.resolve("pg_hba.conf");
		try {
			if (!Files.readString(rules).equals(RULES)) {
				setPassword(data);
				Files.writeString(rules, RULES);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void setPassword(Path data) throws IOException {
		List<String> command = new ArrayList<>();
		if (LinuxUtils.isUnshareAvailable()) {
			command.addAll(List.of("unshare", "-U"));
		}
		command.addAll(List.of(program().toString(), "--single", "-D", data.toString(), "-c",
				"password_encryption=scram-sha-256", "postgres"));
		Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
		try (var input = process.outputWriter()) {
			input.write("ALTER ROLE %s PASSWORD '%s'\n".formatted(EmbeddedDatabase.USER, this.password));
		}
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		if (exitCode(process) != 0 || output.contains("ERROR")) {
			throw new IOException("cannot set the password: " + output);
		}
	}

	private static int exitCode(Process process) {
		return process.onExit().join().exitValue();
	}

	private Path program() throws IOException {
		try (Stream<Path> folders = Files.list(this.binaries)) {
			return folders.map((folder) -> folder.resolve("bin").resolve("postgres"))
				.filter(Files::isExecutable)
				.max(Comparator.comparingLong((Path file) -> file.toFile().lastModified()))
				.orElseThrow(() -> new IOException("no PostgreSQL in " + this.binaries));
		}
	}

}
