package dev.bootpatterns.sharding.heat;

import java.time.Duration;

/**
 * Weighs what was counted by its age: after each half-life it counts half.
 * {@link StrictMath}, so that results are the same on every machine.
 *
 * @param seconds the half-life
 */
record HalfLife(double seconds) {

	HalfLife(Duration halfLife) {
		this(seconds(halfLife, "half-life"));
	}

	/** What is left, between 0 and 1, of a count that is older by this much. */
	double left(double elapsedSeconds) {
		return StrictMath.pow(0.5, elapsedSeconds / this.seconds);
	}

	static double seconds(Duration duration, String what) {
		if (!duration.isPositive()) {
			throw new IllegalArgumentException("%s %s is not positive".formatted(what, duration));
		}
		return duration.getSeconds() + duration.getNano() / 1e9;
	}

}
