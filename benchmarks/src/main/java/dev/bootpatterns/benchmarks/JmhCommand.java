package dev.bootpatterns.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

import org.openjdk.jmh.Main;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

@Command(name = "jmh", description = "Runs the JMH benchmarks; arguments go to JMH (-l lists them).")
class JmhCommand implements Callable<Integer> {

	@Unmatched
	private List<String> arguments = new ArrayList<>();

	@Override
	public Integer call() throws Exception {
		Main.main(this.arguments.toArray(String[]::new));
		return 0;
	}

}
