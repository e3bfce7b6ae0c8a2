package dev.bootpatterns.worker;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * How the handling of an item ended, as far as the owner of the job needs to know in
 * order to decide what comes next.
 */
public sealed interface Outcome {

	/**
	 * The effect is there. In a pipeline, nothing goes on from here.
	 * @return the outcome
	 */
	static Outcome done() {
		return Done.WITHOUT_OUTPUT;
	}

	/**
	 * The effect is there, and it is these bytes: the owner keeps them with the item. The
	 * same item must lead to the same output each time, for which of them is kept is not
	 * known. In a pipeline it is what goes on, under the item's id, to all stages that
	 * come next.
	 * @param output the result; more than {@code worker.max-output} is rejected instead
	 * @return the outcome
	 */
	static Outcome done(byte[] output) {
		return new Done(output, null);
	}

	/**
	 * The effect is there, and exactly these items go on to the next stages of the
	 * pipeline. The same item must lead to the same ones each time, for which of them are
	 * taken is not known.
	 * @param emissions none if it ends here; more than 1,000, or more than
	 * {@code worker.max-output} in all, are rejected instead
	 * @return the outcome
	 */
	static Outcome passedOn(List<Emission> emissions) {
		return new Done(null, emissions);
	}

	/**
	 * It did not work this time; the owner may try again later.
	 * @param reason for a human; shown with the item
	 * @return the outcome
	 */
	static Outcome failed(String reason) {
		return new Failed(reason);
	}

	/**
	 * It was refused, because the owner that sent the item is not the owner any more. The
	 * one that is sends it again; that costs the item no attempt.
	 * @param reason for a human; shown with the item
	 * @return the outcome
	 */
	static Outcome stale(String reason) {
		return new Stale(reason);
	}

	/**
	 * It will never work with this content: trying again is a waste.
	 * @param reason for a human; shown with the item
	 * @return the outcome
	 */
	static Outcome rejected(String reason) {
		return new Rejected(reason);
	}

	/**
	 * The effect is there.
	 *
	 * @param output what the owner is to keep, if anything
	 * @param emissions what goes on; null if that is the output
	 */
	@SuppressWarnings("ArrayRecordComponent")
	record Done(byte @Nullable [] output, @Nullable List<Emission> emissions) implements Outcome {

		private static final Done WITHOUT_OUTPUT = new Done(null, null);

		public Done {
			emissions = (emissions != null) ? List.copyOf(emissions) : null;
		}

	}

	/**
	 * It did not work this time.
	 *
	 * @param reason for a human
	 */
	record Failed(String reason) implements Outcome {
	}

	/**
	 * The owner that sent it is not the owner any more.
	 *
	 * @param reason for a human
	 */
	record Stale(String reason) implements Outcome {
	}

	/**
	 * It will never work.
	 *
	 * @param reason for a human
	 */
	record Rejected(String reason) implements Outcome {
	}

}
