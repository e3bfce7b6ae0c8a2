package dev.bootpatterns.local.conformance;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;

import dev.bootpatterns.local.console.Console;
import org.jspecify.annotations.Nullable;

/**
 * One run of a program, and what it left.
 *
 * @param sample what it was tried with
 * @param exit its exit code, or -1 if it had to be ended
 * @param error the last line that it printed on standard error; may be empty
 * @param output what is in {@code WORK_OUTPUT_FILE}, or null without
 * @param itemChanged whether the item's file is not what it was
 * @param besides files that it wrote elsewhere in its folders
 * @param left how many of its processes ran on
 * @param took how long it ran
 */
@SuppressWarnings("ArrayRecordComponent")
record Trial(Sample sample, int exit, String error, byte @Nullable [] output, boolean itemChanged, List<String> besides,
		int left, Duration took) {

	static final int OVERDUE = -1;

	static final int DONE = 0;

	static final int REJECTED = 65;

	static final int FAILED = 75;

	boolean ended() {
		return this.exit != OVERDUE;
	}

	/** It can be done, or never can. */
	boolean isFinal() {
		return this.exit == DONE || this.exit == REJECTED;
	}

	boolean isSameAs(Trial other) {
		return this.exit == other.exit && (this.exit != DONE || Arrays.equals(this.output, other.output));
	}

	/** For people. */
	String result() {
		if (!ended()) {
			return "did not end within " + Console.text(this.took);
		}
		String bytes = (this.output != null) ? " and %d bytes".formatted(this.output.length) : "";
		String why = (this.exit != DONE && !this.error.isEmpty()) ? " (" + this.error + ")" : "";
		return "ended with %d%s%s after %s".formatted(this.exit, bytes, why, Console.text(this.took));
	}

}
