package dev.bootpatterns.worker;

/**
 * Whether there is anything to do, for what ends with it.
 */
@FunctionalInterface
public interface Idleness {

	/**
	 * Whether no item waits for any worker, none is in progress here, and none was begun
	 * here since this was asked before. Whoever cannot say has not said that.
	 */
	boolean idle();

}
