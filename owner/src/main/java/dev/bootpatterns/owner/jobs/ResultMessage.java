package dev.bootpatterns.owner.jobs;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * A result as a worker sends it.
 *
 * @param job the job
 * @param item the item
 * @param attempt which attempt, from 1
 * @param outcome STARTED, DONE, FAILED, STALE, INTERRUPTED, RETURNED or REJECTED
 * @param reason why it failed
 * @param worker who says so
 * @param tookMs how long it took, in milliseconds
 * @param output what it has led to, in Base64; counts with DONE alone
 * @param emissions what goes on to the next stages of a pipeline, each with its content
 * in Base64; counts with DONE alone
 */
@SuppressWarnings("ArrayRecordComponent")
record ResultMessage(@Nullable String job, @Nullable String item, @Nullable Integer attempt, @Nullable String outcome,
		@Nullable String reason, @Nullable String worker, @Nullable Long tookMs, byte @Nullable [] output,
		@Nullable List<@Nullable Emission> emissions) {

	/** As in the database. */
	private static final int MAX_ID_BYTES = 512;

	/** As in the database. */
	private static final int MAX_OUTPUT = 1024 * 1024;

	private static final int MAX_EMISSIONS = 1000;

	/** More than any item is tried, and far from where counting on would overflow. */
	private static final int MAX_ATTEMPT = 1_000_000;

	/** Why this is no result, or empty if it is one. */
	Optional<String> problem() {
		if (this.job == null || this.item == null || this.attempt == null || this.outcome == null) {
			return Optional.of("job, item, attempt or outcome is missing");
		}
		if (!this.job.matches("[0-9]{1,18}")) {
			return Optional.of("the job is not one of this owner");
		}
		if (this.item.indexOf('\0') >= 0) {
			return Optional.of("the item contains the character U+0000");
		}
		if (this.item.getBytes(StandardCharsets.UTF_8).length > MAX_ID_BYTES) {
			return Optional.of("the item is longer than %d bytes".formatted(MAX_ID_BYTES));
		}
		if (this.attempt < 1 || this.attempt > MAX_ATTEMPT) {
			return Optional.of("the attempt is not between 1 and %d".formatted(MAX_ATTEMPT));
		}
		if (this.output != null && this.output.length > MAX_OUTPUT) {
			return Optional.of("the output of %d bytes is longer than %d".formatted(this.output.length, MAX_OUTPUT));
		}
		Optional<String> emitted = problemOfEmissions();
		if (emitted.isPresent()) {
			return emitted;
		}
		for (Result.Outcome known : Result.Outcome.values()) {
			if (known.name().equals(this.outcome)) {
				return Optional.empty();
			}
		}
		return Optional.of("the outcome is none of " + List.of(Result.Outcome.values()));
	}

	private Optional<String> problemOfEmissions() {
		if (this.emissions == null) {
			return Optional.empty();
		}
		if (this.emissions.size() > MAX_EMISSIONS) {
			return Optional.of("the emissions are more than " + MAX_EMISSIONS);
		}
		long bytes = 0;
		for (@Nullable
		Emission emission : this.emissions) {
			if (emission == null) {
				return Optional.of("an emission is null");
			}
			String id = emission.id();
			if (id != null && (id.isEmpty() || id.indexOf('\0') >= 0)) {
				return Optional.of("an emission's id is empty, or contains the character U+0000");
			}
			bytes += (emission.content() != null) ? emission.content().length : 0;
		}
		return (bytes > MAX_OUTPUT)
				? Optional.of("the emissions of %d bytes are longer than %d".formatted(bytes, MAX_OUTPUT))
				: Optional.empty();
	}

	/** The result; only without a problem. */
	Result toResult() {
		if (this.job == null || this.item == null || this.attempt == null || this.outcome == null) {
			throw new IllegalStateException("no result");
		}
		return new Result(new ItemKey(Long.parseLong(this.job), this.item), this.attempt,
				Result.Outcome.valueOf(this.outcome), this.reason, this.worker, this.tookMs, this.output,
				(this.emissions != null) ? this.emissions.stream().filter(Objects::nonNull).toList() : null);
	}

}
