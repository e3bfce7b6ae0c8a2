package dev.bootpatterns.worker.exec;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The program's command line, checked: that it cannot be run is known at the start, and
 * not by the failure of every item.
 */
final class Command {

	private Command() {
	}

	/**
	 * Finds the program, for each run has a working directory of its own.
	 * @param command as configured
	 * @param path the folders to search, as in {@code PATH}
	 * @return the command with the program's absolute path
	 */
	static List<String> resolve(List<String> command, String path) {
		String name = command.getFirst();
		Optional<Path> program = name.contains("/") ? Optional.of(Path.of(name))
				: Arrays.stream(path.split(File.pathSeparator, -1))
					.filter((folder) -> !folder.isEmpty())
					.map((folder) -> Path.of(folder, name))
					.filter(Command::isExecutable)
					.findFirst();
		Path found = program.filter(Command::isExecutable)
			.orElseThrow(() -> new IllegalStateException(
					"worker.exec.command (WORKER_EXEC_COMMAND): '%s' is not an executable file%s".formatted(name,
							name.contains("/") ? "" : " in any folder of PATH")));
		List<String> resolved = new ArrayList<>(command);
		resolved.set(0, found.toAbsolutePath().toString());
		return List.copyOf(resolved);
	}

	private static boolean isExecutable(Path file) {
		return Files.isRegularFile(file) && Files.isExecutable(file);
	}

}
