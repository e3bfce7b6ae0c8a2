package dev.bootpatterns.worker;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A worker in a process of its own, as it is run elsewhere: settings in the environment,
 * options as arguments.
 */
final class WorkerProcess {

	private WorkerProcess() {
	}

	static Process start(int brokerPort, Path log, Map<String, String> settings, String... options) throws IOException {
		return start(WorkerApplication.class, ownClassPath(), brokerPort, log, settings, options);
	}

	/** A worker with a handler of the tests', as a fork would have its own. */
	static Process startFork(Class<?> main, int brokerPort, Path log, Map<String, String> settings) throws IOException {
		return start(main, classPath(), brokerPort, log, settings);
	}

	private static Process start(Class<?> main, String classPath, int brokerPort, Path log,
			Map<String, String> settings, String... options) throws IOException {
		ProcessBuilder builder = new ProcessBuilder(ProcessHandle.current().info().command().orElseThrow(),
				"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx96m", "-cp", classPath, main.getName());
		builder.command().addAll(List.of(options));
		builder.environment()
			.putAll(Map.of("SPRING_RABBITMQ_HOST", "127.0.0.1", "SPRING_RABBITMQ_PORT", Integer.toString(brokerPort),
					"SERVER_PORT", "0", "MANAGEMENT_SERVER_PORT", "0"));
		builder.environment().putAll(settings);
		return builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
	}

	/**
	 * The worker's own, without the tests'; Surefire may hide it behind a jar.
	 */
	private static String ownClassPath() {
		return Arrays.stream(classPath().split(File.pathSeparator, -1))
			.filter((entry) -> !entry.endsWith("test-classes") && !entry.endsWith("test-classes/"))
			.collect(Collectors.joining(File.pathSeparator));
	}

	private static String classPath() {
		return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
	}

}
