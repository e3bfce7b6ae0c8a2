package dev.bootpatterns.local.build;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.plan.PlannedProcess;
import dev.bootpatterns.local.plan.SuiteFile.Training;
import dev.bootpatterns.local.state.SuiteHome;
import dev.bootpatterns.local.process.Readiness;
import dev.bootpatterns.local.process.Ticks;

/**
 * Records an application's AOT cache: runs one more process of it, at the lowest priority
 * and on ports of its own, beside the suite that is running. What keeps that process from
 * having an effect is in {@code suite.yaml}, under {@code training}.
 */
public final class AotTraining {

	private static final Duration DEADLINE = Duration.ofMinutes(3);

	private static final Duration PROBE = Duration.ofSeconds(2);

	private final SuiteHome home;

	private final Jdk jdk;

	public AotTraining(SuiteHome home, Jdk jdk) {
		this.home = home;
		this.jdk = jdk;
	}

	/**
	 * Records the cache, unless there is one that fits.
	 * @param process one of the application's processes
	 * @return whether a cache was recorded
	 */
	public boolean train(PlannedProcess process) {
		Training training = process.training();
		Application application = new Application(this.home, process.module(), this.jdk);
		AotCache cache = application.cache(process);
		if (training == null || cache.isUsable()) {
			return false;
		}
		Path log = this.home.log("train-" + process.service());
		Path recorded = cache.file().resolveSibling("app.aot.new");
		try {
			Files.deleteIfExists(recorded);
			record(process, training, application, recorded, log);
			if (Files.notExists(recorded)) {
				throw new SuiteFailure("the JVM recorded no AOT cache for " + process.module(), log);
			}
			cache.publish(recorded);
			return true;
		}
		catch (IOException ex) {
			throw new SuiteFailure("cannot record the AOT cache of %s: %s".formatted(process.module(), ex.getMessage()),
					log, ex);
		}
	}

	private void record(PlannedProcess process, Training training, Application application, Path recorded, Path log)
			throws IOException {
		int port = freePort();
		List<String> flags = new ArrayList<>(List.of("-XX:AOTCacheOutput=" + recorded));
		if (training.until() == Training.Until.REFRESHED) {
			flags.add("-Dspring.context.exit=onRefresh");
		}
		List<String> command = new ArrayList<>(List.of("nice", "-n", "19"));
		command.addAll(application.command(process, flags));
		ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
			.redirectInput(new File("/dev/null"))
			.redirectOutput(log.toFile());
		builder.environment().putAll(environment(process, training, port));
		Process recording = builder.start();
		try {
			if (training.until() == Training.Until.READY) {
				exercise(recording, "http://127.0.0.1:" + port, training.requests());
				recording.destroy();
			}
			if (!recording.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
				throw new SuiteFailure("recording the AOT cache of %s took too long".formatted(process.module()), log);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new SuiteFailure("interrupted", log, ex);
		}
		finally {
			recording.descendants().forEach(ProcessHandle::destroyForcibly);
			recording.destroyForcibly();
		}
	}

	static Map<String, String> environment(PlannedProcess process, Training training, int port) {
		Map<String, String> environment = new LinkedHashMap<>(process.environment());
		environment.put("SERVER_PORT", Integer.toString(port));
		environment.put("MANAGEMENT_SERVER_PORT", "0");
		environment.put("SERVER_TOMCAT_ACCESSLOG_ENABLED", "false");
		environment.putAll(training.environment());
		environment.values().removeIf(String::isBlank);
		return environment;
	}

	private static void exercise(Process recording, String url, List<String> requests) {
		Readiness readiness = Readiness.http(PROBE);
		try (Ticks ticks = new Ticks(Duration.ofMillis(500))) {
			long deadline = System.nanoTime() + DEADLINE.toNanos();
			while (ticks.next() && recording.isAlive() && System.nanoTime() < deadline && !readiness.ready(url)) {
				// Not ready yet: ask again at the next tick.
			}
		}
		try (HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
			for (String request : requests) {
				http.send(HttpRequest.newBuilder(URI.create(url + request)).timeout(PROBE.multipliedBy(5)).build(),
						HttpResponse.BodyHandlers.discarding());
			}
		}
		catch (IOException ex) {
			throw new SuiteFailure("a training process does not answer: " + ex.getMessage(), null, ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
	}

}
