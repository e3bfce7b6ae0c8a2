package dev.bootpatterns.local.up;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.bootpatterns.local.SuiteFailure;

/**
 * Finds out before anything starts whether the ports are free, and who has them
 * otherwise.
 */
public final class Ports {

	private static final String LISTEN = "0A";

	private Ports() {
	}

	/**
	 * Checks the ports of a suite that is not started yet, and may be started elsewhere.
	 * @param wanted ports, with who wants them
	 */
	static void requireFree(Map<Integer, String> wanted) {
		requireFree(wanted, "(SUITE_PORT_OFFSET=10000 ./suite up moves every port by 10000)");
	}

	/**
	 * Checks ports on the loopback.
	 * @param wanted ports, with who wants them
	 * @param advice what the user can do
	 * @throws SuiteFailure naming all that are taken
	 */
	public static void requireFree(Map<Integer, String> wanted, String advice) {
		String taken = wanted.entrySet()
			.stream()
			.filter((entry) -> !isFree(entry.getKey()))
			.map((entry) -> "port %d, wanted by %s, is taken%s".formatted(entry.getKey(), entry.getValue(),
					holder(entry.getKey()).map((holder) -> " by " + holder).orElse("")))
			.collect(Collectors.joining(System.lineSeparator()));
		if (!taken.isEmpty()) {
			throw new SuiteFailure(taken + System.lineSeparator() + advice);
		}
	}

	private static boolean isFree(int port) {
		try (ServerSocket socket = new ServerSocket()) {
			socket.setReuseAddress(true);
			socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

	/** Linux: the socket's inode in /proc/net, then the process that has it open. */
	static Optional<String> holder(int port) {
		return Stream.of("/proc/net/tcp", "/proc/net/tcp6")
			.map(Path::of)
			.flatMap((table) -> inodes(table, port))
			.flatMap((inode) -> ProcessHandle.allProcesses()
				.filter((process) -> hasOpen(process, "socket:[" + inode + "]")))
			.findFirst()
			.map((process) -> "pid %d (%s)".formatted(process.pid(), process.info().command().orElse("unknown")));
	}

	private static Stream<String> inodes(Path table, int port) {
		try {
			List<String> lines = Files.isReadable(table) ? Files.readAllLines(table) : List.of();
			String local = ":%04X".formatted(port);
			return lines.stream()
				.map((line) -> line.strip().split("\\s+"))
				.filter((fields) -> fields.length > 9 && fields[1].endsWith(local) && LISTEN.equals(fields[3]))
				.map((fields) -> fields[9]);
		}
		catch (IOException ex) {
			return Stream.empty();
		}
	}

	private static boolean hasOpen(ProcessHandle process, String socket) {
		Path descriptors = Path.of("/proc", Long.toString(process.pid()), "fd");
		if (!Files.isReadable(descriptors)) {
			return false;
		}
		try (Stream<Path> open = Files.list(descriptors)) {
			return open.anyMatch((descriptor) -> isLinkTo(descriptor, socket));
		}
		catch (IOException ex) {
			return false;
		}
	}

	private static boolean isLinkTo(Path descriptor, String target) {
		try {
			return Files.readSymbolicLink(descriptor).toString().equals(target);
		}
		catch (IOException ex) {
			return false;
		}
	}

}
