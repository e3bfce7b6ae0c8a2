package dev.bootpatterns.local.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import dev.bootpatterns.local.conformance.Verdict;
import dev.bootpatterns.local.console.Console;
import dev.bootpatterns.local.state.Json;
import picocli.CommandLine;

/**
 * Prints what became of rules: line by line, or as one JSON object at the end.
 */
final class VerdictReport implements Consumer<Verdict> {

	private final Console console;

	private final boolean json;

	private final List<Verdict> verdicts = new ArrayList<>();

	VerdictReport(Console console, boolean json) {
		this.console = console;
		this.json = json;
	}

	@Override
	public void accept(Verdict verdict) {
		this.verdicts.add(verdict);
		if (this.json) {
			return;
		}
		this.console.line("%s %s: %s".formatted(verdict.passed() ? "✓" : "✗", verdict.rule(), verdict.seen()));
		if (verdict.todo() != null) {
			this.console.line("  → " + verdict.todo());
		}
	}

	/** The command's exit code. */
	int end(boolean passed) {
		if (this.json) {
			Map<String, Object> answer = new LinkedHashMap<>();
			answer.put("passed", passed);
			answer.put("rules", this.verdicts);
			this.console.line(Json.write(answer));
		}
		return passed ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
	}

}
