package dev.bootpatterns.local.backing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import dev.bootpatterns.local.process.Processes;
import dev.bootpatterns.local.state.ProcessId;

/**
 * The PostgreSQL server process of a data folder, found by the folder's
 * {@code postmaster.pid}. After a hard end the file stays, and its number may meanwhile
 * belong to another program; PostgreSQL would then refuse to start.
 */
public final class Postmaster {

	private Postmaster() {
	}

	/**
	 * The server of a data folder.
	 * @param data the folder
	 * @return its process; empty when none runs
	 */
	public static Optional<ProcessHandle> of(Path data) {
		Path file = data.resolve("postmaster.pid");
		try {
			List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
			return lines.isEmpty() ? Optional.empty() : ProcessHandle.of(Long.parseLong(lines.getFirst().strip()))
				.filter((process) -> serves(process, data));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (NumberFormatException ex) {
			return Optional.empty();
		}
	}

	private static boolean serves(ProcessHandle process, Path data) {
		String command = process.info().commandLine().orElse("");
		return ProcessId.lives(process) && command.contains("postgres") && command.contains(data.toString());
	}

	/**
	 * Ends the server that an earlier suite left behind, and removes the file that would
	 * block the next one.
	 * @param data the folder
	 * @param grace how long it may take to end
	 * @return whether there was a server
	 */
	public static boolean endLeftover(Path data, Duration grace) {
		Optional<ProcessHandle> server = of(data);
		// SIGTERM would wait for the clients to leave; at this point they are gone or to
		// be ignored.
		server.ifPresent((process) -> {
			List<ProcessHandle> family = Stream.concat(Stream.of(process), process.children()).toList();
			Processes.end(List.of(process), grace);
			Processes.end(family.stream().filter(ProcessId::lives).toList(), grace);
		});
		try {
			Files.deleteIfExists(data.resolve("postmaster.pid"));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return server.isPresent();
	}

}
