package dev.bootpatterns.local.up;

import java.util.List;

import dev.bootpatterns.local.console.Console;
import dev.bootpatterns.local.console.StatusTable;
import dev.bootpatterns.local.state.ProcessState;
import org.jspecify.annotations.Nullable;

/**
 * The last words of {@code up}: what runs where, and what to try.
 */
final class Goodbye {

	private final Console console;

	private final String gateway;

	Goodbye(Console console, String gateway) {
		this.console = console;
		this.gateway = gateway;
	}

	void print(List<ProcessState> processes, @Nullable Example example, long dead) {
		this.console.line("");
		StatusTable.print(this.console, processes);
		this.console.line("");
		if (dead > 0) {
			this.console.line("! %d documents were given up; why: curl '%s/jobs' and /jobs/{id}/items?state=DEAD"
				.formatted(dead, this.gateway));
		}
		this.console.line("Try:");
		if (example != null) {
			this.console.line("  curl '%s/search?q=%s'".formatted(this.gateway, example.word()));
			this.console.line("  curl '%s%s'".formatted(this.gateway, example.document()));
		}
		else {
			this.console.line(
					"  curl -X PUT -H 'Content-Type: application/json' -d '{\"title\":\"Hello\",\"body\":\"a first document\"}' '%s/documents/hello'"
						.formatted(this.gateway));
			this.console.line("  curl '%s/search?q=first'".formatted(this.gateway));
		}
		this.console.line("  curl '%s/topology'".formatted(this.gateway));
	}

}
