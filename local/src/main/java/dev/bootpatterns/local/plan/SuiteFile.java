package dev.bootpatterns.local.plan;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.bootpatterns.local.SuiteFailure;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * {@code suite.yaml}: the processes of the suite, as data.
 *
 * @param startingAtOnce how many processes may be between their start and their readiness
 * at the same time
 * @param java flags of every JVM
 * @param environment variables of every process
 * @param services what runs, in order, by name
 */
public record SuiteFile(@JsonProperty("starting-at-once") int startingAtOnce, List<String> java,
		Map<String, String> environment, Map<String, Service> services) {

	public SuiteFile {
		java = orEmpty(java);
		environment = orEmpty(environment);
		if (startingAtOnce < 1 || services == null || services.isEmpty()) {
			throw new SuiteFailure("suite.yaml: needs starting-at-once of 1 or more, and services");
		}
	}

	/**
	 * A service: one or more processes from the same jar.
	 *
	 * @param module the folder whose jar it runs
	 * @param name the process's name, with placeholders that make it unique
	 * @param loops one process for each combination: variable and count ({@code shards},
	 * {@code replicas}, {@code workers} or a number)
	 * @param port the first process's port; each further one has the next
	 * @param heap the JVM's heap, as {@code -Xmx} takes it
	 * @param java more flags
	 * @param after names of services, or {@code postgres} and {@code amqp}, that are
	 * ready before it is started
	 * @param environment its variables
	 * @param list by service, variables that are set once for each of its processes
	 * @param training how to record its AOT cache; null when it has none
	 */
	public record Service(String module, String name, @JsonProperty("for") Map<String, String> loops, int port,
			String heap, List<String> java, List<String> after, Map<String, String> environment,
			Map<String, Map<String, String>> list, @Nullable Training training) {

		public Service {
			Objects.requireNonNull(module, "suite.yaml: a service needs its module");
			Objects.requireNonNull(name, "suite.yaml: a service needs its name");
			Objects.requireNonNull(heap, "suite.yaml: a service needs its heap");
			loops = orEmpty(loops);
			java = orEmpty(java);
			after = orEmpty(after);
			environment = orEmpty(environment);
			list = orEmpty(list);
		}
	}

	/**
	 * How an AOT cache is recorded.
	 *
	 * @param until {@code refreshed}: the process ends by itself when its context is
	 * refreshed; {@code ready}: it is asked the requests once it is ready, and then ended
	 * @param environment variables that keep it from having an effect; a blank one is not
	 * set
	 * @param requests paths to get, once ready
	 */
	public record Training(Until until, Map<String, String> environment, List<String> requests) {

		/**
		 * When the recording ends.
		 */
		public enum Until {

			/** When Spring's context is refreshed. */
			@JsonProperty("refreshed")
			REFRESHED,

			/** When the process is ready and has answered the requests. */
			@JsonProperty("ready")
			READY

		}

		public Training {
			Objects.requireNonNull(until, "suite.yaml: training needs until: refreshed or ready");
			environment = orEmpty(environment);
			requests = orEmpty(requests);
		}

	}

	/**
	 * The list to use: the suite's own, or the file that {@code SUITE_FILE} names.
	 * @param environment the variables
	 * @return the list
	 */
	public static SuiteFile load(Map<String, String> environment) {
		String other = environment.getOrDefault("SUITE_FILE", "");
		try (InputStream yaml = other.isBlank() ? SuiteFile.class.getResourceAsStream("/suite.yaml")
				: Files.newInputStream(Path.of(other))) {
			return read(Objects.requireNonNull(yaml));
		}
		catch (IOException ex) {
			throw new SuiteFailure("cannot read the list of processes %s".formatted(other), null, ex);
		}
	}

	static SuiteFile read(InputStream yaml) {
		try {
			return YAMLMapper.builder()
				.enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
				.disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
				.build()
				.readValue(yaml, SuiteFile.class);
		}
		catch (JacksonException ex) {
			throw new SuiteFailure(
					"suite.yaml: " + ex.getOriginalMessage() + " " + ex.getLocation().offsetDescription(), null, ex);
		}
	}

	private static <T> List<T> orEmpty(@Nullable List<T> list) {
		return (list != null) ? list : List.of();
	}

	private static <V> Map<String, V> orEmpty(@Nullable Map<String, V> map) {
		return (map != null) ? map : Map.of();
	}

}
