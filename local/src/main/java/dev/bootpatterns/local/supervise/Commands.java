package dev.bootpatterns.local.supervise;

import java.util.List;

import dev.bootpatterns.local.plan.PlannedProcess;

/**
 * How a process is started.
 */
@FunctionalInterface
public interface Commands {

	/**
	 * The command line.
	 * @param process the process
	 * @return program and arguments
	 */
	List<String> commandOf(PlannedProcess process);

}
