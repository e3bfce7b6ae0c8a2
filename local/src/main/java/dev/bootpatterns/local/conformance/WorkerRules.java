package dev.bootpatterns.local.conformance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

import dev.bootpatterns.local.console.Console;
import org.jspecify.annotations.Nullable;

/**
 * The rules of a worker container, each tried on a real run. A program passes that does
 * its work with any item in any surroundings, says by its exit code how it ended, and
 * leaves nothing but its output.
 */
public final class WorkerRules {

	private static final int MOST_OUTPUT = 1024 * 1024;

	private static final String UNUSUAL = "for content that can never work end with 65, and the reason on standard error; 75 and all else is tried again";

	private final WorkerProgram program;

	private final Sample usual;

	private final boolean mustBeAccepted;

	private final Consumer<Verdict> verdicts;

	private final List<Trial> trials = new ArrayList<>();

	private boolean passed = true;

	/**
	 * Rules for a program.
	 * @param program the program
	 * @param sample an item that it must accept, or null to try it with a text
	 * @param verdicts are told one by one
	 */
	public WorkerRules(WorkerProgram program, byte @Nullable [] sample, Consumer<Verdict> verdicts) {
		this.program = program;
		this.mustBeAccepted = sample != null;
		this.usual = Sample.usual(sample);
		this.verdicts = verdicts;
	}

	/**
	 * Checks all rules, or only the first if that fails.
	 * @return whether all are kept
	 */
	public boolean check() {
		Trial first = run(this.usual);
		tell("it ends for " + this.usual.name(), this.mustBeAccepted ? first.exit() == Trial.DONE : first.ended(),
				first.result(), this.mustBeAccepted ? "end with 0 for it, as --sample says that it can be handled"
						: "end within %s: --deadline is the worker's".formatted(Console.text(this.program.deadline())));
		if (!this.passed) {
			return false;
		}
		contents();
		repetitions(first);
		names(first);
		traces();
		signal();
		return this.passed;
	}

	private void contents() {
		for (Sample sample : Sample.unusual()) {
			Trial trial = run(sample);
			tell("%s ends with 0 or 65".formatted(sample.name()), trial.isFinal(), trial.result(), UNUSUAL);
		}
	}

	/** What differs from run to run says nothing about what it differs by. */
	private void repetitions(Trial first) {
		if (!same("the same item again ends in the same way, with the same output", first, run(this.usual, 2, false),
				"an item may come more than once: leave out times, random numbers, and what is left of the run before")) {
			return;
		}
		CompletableFuture<Trial> beside = CompletableFuture.supplyAsync(() -> this.program.run(this.usual, 1, false));
		Trial one = this.program.run(this.usual, 1, false);
		Trial other = beside.join();
		this.trials.addAll(List.of(one, other));
		same("two at a time do not disturb each other", first, one.isSameAs(first) ? other : one,
				"use no file, port or lock of a fixed name: the item's folder is the run's own");
		same("another working directory and an environment of nothing but WORK_… change nothing", first,
				run(this.usual, 1, true),
				"use absolute paths, and set PATH and whatever else is needed in the program");
	}

	private void names(Trial first) {
		for (String id : Sample.IDS) {
			Trial trial = run(this.usual.named(id));
			String shown = id.replace("\n", "\\n");
			if (trial.exit() != first.exit()) {
				tell("an item may be called anything", false, "called %s, it %s".formatted(shown, trial.result()),
						"WORK_ITEM_ID is a text to quote, not a path to open: the content is in \"$WORK_ITEM_FILE\"");
				return;
			}
		}
		tell("an item may be called anything", true, "%d ids".formatted(Sample.IDS.size()), "");
	}

	/** Of all runs so far. */
	private void traces() {
		none("it ends in time", (trial) -> !trial.ended(), Trial::result, "--deadline is the worker's");
		none("it ends with 0, 65 or 75", (trial) -> trial.ended() && !trial.isFinal() && trial.exit() != Trial.FAILED,
				Trial::result, UNUSUAL);
		none("the output is at most 1 MB", (trial) -> trial.output() != null && trial.output().length > MOST_OUTPUT,
				Trial::result, "keep large results elsewhere, and put where they are into the output");
		none("the item's file is left as it is", Trial::itemChanged, (trial) -> "it is another one",
				"copy it before you change it");
		none("nothing is written but the output", (trial) -> !trial.besides().isEmpty(),
				(trial) -> "there is " + String.join(", ", trial.besides()),
				"write to \"$WORK_OUTPUT_FILE\" alone, and delete temporary files");
		if (WorkerProgram.seesProcesses()) {
			none("nothing runs on afterwards", (trial) -> trial.left() > 0,
					(trial) -> "%d processes run on".formatted(trial.left()),
					"wait for what you start: a worker kills what is left");
		}
		else {
			tell("nothing runs on afterwards", true, "not checked: it needs /proc", "");
		}
	}

	private void signal() {
		Duration took = this.program.terminate(this.usual);
		tell("it ends when it is asked to (SIGTERM)", took != null,
				(took != null) ? "within %s".formatted(Console.text(took))
						: "it still ran after %s, and was killed".formatted(Console.text(this.program.grace())),
				"do not ignore SIGTERM, and pass it on to what you have started");
	}

	private Trial run(Sample sample) {
		return run(sample, 1, false);
	}

	private Trial run(Sample sample, int attempt, boolean bare) {
		Trial trial = this.program.run(sample, attempt, bare);
		this.trials.add(trial);
		return trial;
	}

	private boolean same(String rule, Trial first, Trial trial, String todo) {
		boolean same = trial.isSameAs(first);
		String others = (trial.exit() == first.exit()) ? ", which are others" : "";
		tell(rule, same,
				same ? trial.result() : "first it %s, then it %s%s".formatted(first.result(), trial.result(), others),
				todo);
		return same;
	}

	private void none(String rule, Predicate<Trial> wrong, Function<Trial, String> seen, String todo) {
		Trial found = this.trials.stream().filter(wrong).findFirst().orElse(null);
		tell(rule, found == null, (found != null) ? "%s: %s".formatted(found.sample().name(), seen.apply(found))
				: "%d runs".formatted(this.trials.size()), todo);
	}

	private void tell(String rule, boolean kept, String seen, String todo) {
		this.passed &= kept;
		this.verdicts.accept(new Verdict(rule, kept, seen, kept ? null : todo));
	}

}
