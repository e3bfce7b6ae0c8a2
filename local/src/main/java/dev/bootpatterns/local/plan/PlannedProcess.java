package dev.bootpatterns.local.plan;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * One process, with everything that is needed to start it.
 *
 * @param name unique in the suite
 * @param service the service that it is a process of
 * @param module the folder whose jar it runs
 * @param port where it serves
 * @param url where to reach it
 * @param java its JVM flags, without the jar
 * @param environment its variables
 * @param after services and backing parts that are ready before it is started
 * @param log where its output goes
 * @param variables the values that are its own, such as {@code shard}
 * @param training how its AOT cache is recorded
 */
public record PlannedProcess(String name, String service, String module, int port, String url, List<String> java,
		Map<String, String> environment, List<String> after, Path log, Map<String, String> variables,
		SuiteFile.@Nullable Training training) {

	/** Management is this far above the serving port: ARCHITECTURE.md, ports. */
	public static final int MANAGEMENT_OFFSET = 1000;

	/**
	 * Where {@code /actuator} answers.
	 * @return the port
	 */
	public int managementPort() {
		return this.port + MANAGEMENT_OFFSET;
	}

}
