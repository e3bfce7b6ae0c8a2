package dev.bootpatterns.local.plan;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.plan.SuiteFile.Service;
import dev.bootpatterns.local.plan.SuiteFile.Training;
import dev.bootpatterns.local.state.SuiteHome;
import org.jspecify.annotations.Nullable;

/**
 * {@code suite.yaml} for one set of options: every process with its final port, flags and
 * environment.
 *
 * @param startingAtOnce how many processes may be starting at the same time
 * @param processes in the order of the file
 */
public record Plan(int startingAtOnce, List<PlannedProcess> processes) {

	public Plan {
		processes = List.copyOf(processes);
	}

	/**
	 * Expands the file.
	 * @param file the list
	 * @param options how many of what
	 * @param home where the suite lives
	 * @param backing database and broker
	 * @param supervisorPid the process that is the parent of all
	 * @return what to start
	 */
	public static Plan of(SuiteFile file, Options options, SuiteHome home, Backing backing, long supervisorPid) {
		return of(file, options, home, backing, supervisorPid, Map.of());
	}

	/**
	 * Expands the file beside processes that run. They keep their ports; a new one gets
	 * the first port of its service that none of them has.
	 * @param file the list
	 * @param options how many of what
	 * @param home where the suite lives
	 * @param backing database and broker
	 * @param supervisorPid the process that is the parent of all
	 * @param ports the ports of what runs, by the process's name
	 * @return what is to run
	 */
	public static Plan of(SuiteFile file, Options options, SuiteHome home, Backing backing, long supervisorPid,
			Map<String, Integer> ports) {
		Map<String, String> global = global(options, home, backing, supervisorPid);
		Map<String, List<Map<String, String>>> instances = new LinkedHashMap<>();
		file.services().forEach((name, service) -> {
			List<Map<String, String>> own = instances(name, service, options, home, ports);
			instances.put(name, own);
			if (own.size() == 1) {
				global.put(name + ".url", own.getFirst().getOrDefault("url", ""));
			}
		});
		Placeholders placeholders = new Placeholders(global);
		List<PlannedProcess> processes = new ArrayList<>();
		file.services()
			.forEach((name, service) -> instances.getOrDefault(name, List.of())
				.forEach((own) -> processes.add(process(file, name, own, instances, placeholders.with(own), home))));
		check(processes);
		return new Plan(file.startingAtOnce(), processes);
	}

	private static Map<String, String> global(Options options, SuiteHome home, Backing backing, long supervisorPid) {
		Map<String, String> values = new LinkedHashMap<>();
		values.put("home", home.directory().toString());
		values.put("logs", home.logs().toString());
		values.put("admin-token-file", home.adminToken().toString());
		values.put("supervisor.pid", Long.toString(supervisorPid));
		values.put("shards", Integer.toString(options.shards()));
		values.put("replicas", Integer.toString(options.replicas()));
		values.put("workers", Integer.toString(options.workers()));
		String corpus = options.corpus();
		values.put("corpus.path", (corpus != null) ? corpus : "");
		values.put("corpus.prefixes", options.corpusPrefixes());
		values.put("postgres.url", backing.postgresUrl());
		values.put("postgres.username", backing.postgresUsername());
		values.put("postgres.password", backing.postgresPassword());
		values.put("amqp.host", backing.amqpHost());
		values.put("amqp.port", backing.amqpPort());
		values.put("amqp.username", backing.amqpUsername());
		values.put("amqp.password", backing.amqpPassword());
		return values;
	}

	/** The variables of each of a service's processes. */
	private static List<Map<String, String>> instances(String service, Service definition, Options options,
			SuiteHome home, Map<String, Integer> ports) {
		List<Map<String, String>> combinations = List.of(Map.of());
		for (Map.Entry<String, String> loop : definition.loops().entrySet()) {
			int count = options.count(loop.getValue());
			combinations = combinations.stream()
				.flatMap((outer) -> IntStream.range(0, count).mapToObj((index) -> with(outer, loop.getKey(), index)))
				.toList();
		}
		List<Map<String, String>> instances = new ArrayList<>();
		Set<Integer> taken = new HashSet<>(ports.values());
		for (Map<String, String> combination : combinations) {
			Map<String, String> own = new LinkedHashMap<>(combination);
			String name = new Placeholders(combination).resolve(definition.name(), "the name of " + service);
			int port = ports.getOrDefault(name, firstFree(home.port(definition.port()), taken));
			taken.add(port);
			own.put("port", Integer.toString(port));
			own.put("management.port", Integer.toString(port + PlannedProcess.MANAGEMENT_OFFSET));
			own.put("url", "http://127.0.0.1:" + port);
			own.put("name", name);
			instances.add(own);
		}
		return instances;
	}

	private static int firstFree(int first, Set<Integer> taken) {
		return IntStream.iterate(first, (port) -> port + 1)
			.filter((port) -> !taken.contains(port))
			.findFirst()
			.orElseThrow();
	}

	private static Map<String, String> with(Map<String, String> outer, String variable, int index) {
		Map<String, String> values = new LinkedHashMap<>(outer);
		values.put(variable, Integer.toString(index));
		values.put(variable + ".number", Integer.toString(index + 1));
		values.put(variable + ".letter", Character.toString('a' + index));
		return values;
	}

	private static PlannedProcess process(SuiteFile file, String service, Map<String, String> own,
			Map<String, List<Map<String, String>>> instances, Placeholders placeholders, SuiteHome home) {
		Service definition = Objects.requireNonNull(file.services().get(service));
		String name = own.getOrDefault("name", service);
		List<String> java = new ArrayList<>(List.of(home.marker(), "-Xmx" + definition.heap()));
		file.java().forEach((flag) -> java.add(placeholders.resolve(flag, "java")));
		definition.java().forEach((flag) -> java.add(placeholders.resolve(flag, "java of " + service)));
		return new PlannedProcess(name, service, definition.module(), Integer.parseInt(own.getOrDefault("port", "0")),
				own.getOrDefault("url", ""), java, environment(file, service, definition, instances, placeholders),
				definition.after(), home.log(name), own, training(service, definition, placeholders));
	}

	private static @Nullable Training training(String service, Service definition, Placeholders placeholders) {
		Training training = definition.training();
		if (training == null) {
			return null;
		}
		Map<String, String> environment = new LinkedHashMap<>();
		training.environment()
			.forEach((variable, value) -> environment.put(variable,
					placeholders.resolve(value, "training of " + service + ", " + variable)));
		return new Training(training.until(), environment, training.requests());
	}

	private static Map<String, String> environment(SuiteFile file, String service, Service definition,
			Map<String, List<Map<String, String>>> instances, Placeholders placeholders) {
		Map<String, String> environment = new LinkedHashMap<>();
		put(environment, file.environment(), placeholders, "environment");
		put(environment, definition.environment(), placeholders, "environment of " + service);
		definition.list().forEach((other, variables) -> {
			int index = 0;
			for (Map<String, String> instance : instances.getOrDefault(other, List.of())) {
				put(environment, variables, placeholders.with(instance).with(Map.of("index", Integer.toString(index))),
						"list of " + service);
				index++;
			}
		});
		return environment;
	}

	private static void put(Map<String, String> environment, Map<String, String> variables, Placeholders placeholders,
			String where) {
		variables.forEach((name, value) -> {
			String resolved = placeholders.resolve(value, where + ", " + name);
			if (!resolved.isBlank()) {
				environment.put(placeholders.resolve(name, where), resolved);
			}
		});
	}

	/** Two processes with one name or one port would fail late and confusingly. */
	private static void check(List<PlannedProcess> processes) {
		Map<Object, String> taken = new LinkedHashMap<>();
		for (PlannedProcess process : processes) {
			for (Object what : List.of(process.name(), process.port(), process.managementPort())) {
				String other = taken.putIfAbsent(what, process.name());
				if (other != null) {
					throw new SuiteFailure("suite.yaml: %s is wanted by %s and by %s"
						.formatted((what instanceof Integer) ? "port " + what : "name " + what, other, process.name()));
				}
			}
		}
	}

}
