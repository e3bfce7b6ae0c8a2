package dev.bootpatterns.worker.completion;

import java.util.HashMap;
import java.util.Map;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.CommandLinePropertySource;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;

/**
 * What a Kubernetes Job says, as settings of the worker: the option
 * {@code --exit-when-empty}, and the index of a pod of an indexed Job, which names the
 * worker unless it has a name. Such a pod that replaces another has its index, and so its
 * name.
 */
class JobEnvironment implements EnvironmentPostProcessor {

	private static final String OPTION = "exit-when-empty";

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		Map<String, Object> settings = new HashMap<>();
		PropertySource<?> commandLine = environment.getPropertySources()
			.get(CommandLinePropertySource.COMMAND_LINE_PROPERTY_SOURCE_NAME);
		if (commandLine != null && "".equals(commandLine.getProperty(OPTION))) {
			settings.put("worker." + OPTION, true);
		}
		String index = environment.getProperty("JOB_COMPLETION_INDEX", "");
		if (!index.isEmpty()) {
			String host = environment.getProperty("HOSTNAME", "worker");
			// Kubernetes has it in the host's name, unless the pod says otherwise.
			settings.put("worker.id", host.endsWith("-" + index) ? host : host + "-" + index);
		}
		environment.getPropertySources().addLast(new MapPropertySource("kubernetesJob", settings));
	}

}
