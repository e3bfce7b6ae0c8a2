package dev.bootpatterns.local.tour;

import java.io.IOException;

/**
 * One pattern, exercised against the running suite and measured. It cleans up what it
 * made.
 */
interface TourStep {

	/**
	 * The pattern's name.
	 * @return as the book calls it
	 */
	String pattern();

	/**
	 * The pattern in one sentence.
	 * @return the sentence
	 */
	String sentence();

	/**
	 * What is done now.
	 * @return one line
	 */
	String action();

	/**
	 * What should come out.
	 * @return one line
	 */
	String expected();

	/**
	 * Does it.
	 * @param suite the running suite
	 * @return what came out
	 * @throws IOException when the suite does not answer: the step has failed
	 */
	Outcome run(RunningSuite suite) throws IOException;

}
