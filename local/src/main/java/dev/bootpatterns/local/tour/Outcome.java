package dev.bootpatterns.local.tour;

/**
 * What came out of a step.
 *
 * @param verdict whether it was as expected
 * @param measured what was seen, with numbers
 */
record Outcome(Verdict verdict, String measured) {

	/**
	 * How a step ended.
	 */
	enum Verdict {

		/** As expected. */
		PASSED("✓"),

		/** Otherwise. */
		FAILED("✗"),

		/** Could not be tried as the suite runs now. */
		SKIPPED("–");

		private final String sign;

		Verdict(String sign) {
			this.sign = sign;
		}

		String sign() {
			return this.sign;
		}

	}

	static Outcome of(boolean asExpected, String measured) {
		return new Outcome(asExpected ? Verdict.PASSED : Verdict.FAILED, measured);
	}

	static Outcome skipped(String why) {
		return new Outcome(Verdict.SKIPPED, why);
	}

}
