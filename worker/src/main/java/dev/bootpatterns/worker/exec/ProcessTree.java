package dev.bootpatterns.worker.exec;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A program and all that it has started, also what has left it since.
 * <p>
 * When a process ends, its children belong to another, and nobody can tell any more where
 * they are from. But they have inherited its environment. So each run has a variable with
 * a value of its own, and where there is {@code /proc}, whoever has that is of this run,
 * whether it has become a daemon or begun a session of its own; build servers find what
 * builds leave behind in the same way. Elsewhere only the descendants of a program that
 * still runs are known.
 * <p>
 * <b>Cost.</b> A look at each process of the machine, of which a container has few.
 * <b>Not found</b> is what has both left the program and emptied its environment.
 */
final class ProcessTree {

	/** The variable's name. */
	static final String MARKER = "WORK_RUN";

	private static final Logger logger = LoggerFactory.getLogger(ProcessTree.class);

	private static final Path PROC = Path.of("/proc");

	/** Nothing tells of the end of a process that is not a child but looking again. */
	private static final Duration LOOK = Duration.ofMillis(20);

	/** After SIGKILL, for the kernel; what starts others all the time is killed again. */
	private static final Duration KILLED = Duration.ofSeconds(2);

	private final Process program;

	private final byte[] marker;

	ProcessTree(Process program, String run) {
		this.program = program;
		this.marker = (MARKER + "=" + run).getBytes(StandardCharsets.UTF_8);
	}

	/**
	 * Asks all to end, and kills what has not within the time. Not cut short by an
	 * interrupt but for the time, and leaves the thread's flag as it was.
	 */
	void end(Duration grace) {
		members().forEach(ProcessHandle::destroy);
		long start = System.nanoTime();
		while (System.nanoTime() - start < grace.toNanos() && !Thread.currentThread().isInterrupted()
				&& !members().isEmpty()) {
			LockSupport.parkNanos(LOOK.toNanos());
		}
		kill();
	}

	/**
	 * Kills what is left.
	 * @return how many processes there were
	 */
	int kill() {
		Set<ProcessHandle> killed = new LinkedHashSet<>();
		long start = System.nanoTime();
		for (List<ProcessHandle> left = members(); !left.isEmpty(); left = members()) {
			if (System.nanoTime() - start > KILLED.toNanos()) {
				logger.warn("Processes {} are still there {} after SIGKILL", left, KILLED);
				break;
			}
			left.forEach(ProcessHandle::destroyForcibly);
			killed.addAll(left);
			LockSupport.parkNanos(LOOK.toNanos());
		}
		return killed.size();
	}

	private List<ProcessHandle> members() {
		Set<ProcessHandle> members = new LinkedHashSet<>();
		if (this.program.isAlive()) {
			members.add(this.program.toHandle());
			this.program.descendants().filter(ProcessTree::lives).forEach(members::add);
		}
		addMarked(members);
		return List.copyOf(members);
	}

	private void addMarked(Set<ProcessHandle> members) {
		if (!Files.isDirectory(PROC.resolve("self"))) {
			return;
		}
		try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
			for (Path process : processes) {
				// First the handle: it cannot be mistaken for a later process with the
				// same number.
				ProcessHandle.of(Long.parseLong(process.getFileName().toString()))
					.filter((handle) -> isMarked(process))
					.ifPresent(members::add);
			}
		}
		catch (IOException ex) {
			logger.warn("Cannot look for what programs have left behind", ex);
		}
	}

	/** One that has ended and was not collected has no environment. */
	private boolean isMarked(Path process) {
		try {
			return contains(Files.readAllBytes(process.resolve("environ")));
		}
		catch (IOException ex) {
			// Another user's, or it has ended meanwhile.
			return false;
		}
	}

	private boolean contains(byte[] environment) {
		for (int start = 0; start < environment.length;) {
			int end = start;
			while (end < environment.length && environment[end] != 0) {
				end++;
			}
			if (Arrays.equals(environment, start, end, this.marker, 0, this.marker.length)) {
				return true;
			}
			start = end + 1;
		}
		return false;
	}

	/** One that has ended and is not collected by anybody is still listed. */
	static boolean lives(ProcessHandle handle) {
		try {
			Path stat = PROC.resolve(Long.toString(handle.pid())).resolve("stat");
			return handle.isAlive() && !(Files.isReadable(stat)
					&& Files.readString(stat, StandardCharsets.ISO_8859_1).contains(") Z "));
		}
		catch (IOException ex) {
			return false;
		}
	}

}
