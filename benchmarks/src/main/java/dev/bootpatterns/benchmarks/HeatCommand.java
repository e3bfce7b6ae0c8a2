package dev.bootpatterns.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "heat", mixinStandardHelpOptions = true,
		description = "Simulates hot shards and what cools them; the same figures on each machine.")
class HeatCommand implements Callable<Integer> {

	private static final String BEGIN = "<!-- generated: heat -->\n";

	private static final String END = "<!-- end of heat -->";

	private static final List<String> ACTIONS = List.of("nothing", "slots moved", "hot keys cached", "both");

	@Option(names = "--write", description = "a document in which the tables are to be replaced")
	private @Nullable Path document;

	@Override
	public Integer call() throws IOException {
		String tables = table(HeatSimulation.Instance.LARGE) + "\n" + table(HeatSimulation.Instance.SMALL);
		System.out.print(tables);
		if (this.document != null) {
			Files.writeString(this.document, replace(Files.readString(this.document), tables));
		}
		return 0;
	}

	static String table(HeatSimulation.Instance instance) {
		List<HeatSimulation.Result> results = new HeatSimulation(instance).runAll();
		StringBuilder table = new StringBuilder(String.format(Locale.ROOT,
				"""
						%,d shards, %,d slots, %,d keys, %,d requests/s, %d moves a period at most:

						| | max / mean | p99 / mean | spread | χ² / df | hot shards | moves | slots moved | periods | hot keys | requests cached |
						|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|
						""",
				instance.shards(), instance.slots(), instance.keys(), instance.requestsPerSecond(),
				instance.movesPerPeriod()));
		for (int i = 0; i < ACTIONS.size(); i++) {
			HeatSimulation.Result result = results.get(i);
			table.append(String.format(Locale.ROOT,
					"| %s | %.2f | %.2f | %.3f | %.1f | %d | %d | %d | %d | %d | %.1f %% |\n", ACTIONS.get(i),
					result.max(), result.p99(), result.unevenness().spread(), result.unevenness().perDegreeOfFreedom(),
					result.hotShards(), result.moves(), result.slotsMoved(), result.periods(), result.hotKeys(),
					100 * result.answered()));
		}
		return table.toString();
	}

	static String replace(String document, String tables) {
		int begin = document.indexOf(BEGIN);
		int end = document.indexOf(END, begin);
		if (begin < 0 || end < 0) {
			throw new IllegalArgumentException("the document has no '%s' and '%s'".formatted(BEGIN.strip(), END));
		}
		return document.substring(0, begin) + BEGIN + tables + document.substring(end);
	}

}
