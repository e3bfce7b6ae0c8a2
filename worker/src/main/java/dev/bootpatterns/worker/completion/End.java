package dev.bootpatterns.worker.completion;

import java.util.OptionalInt;

/**
 * Knows when a worker that ends by itself has nothing left to do. Asked again and again.
 */
@FunctionalInterface
interface End {

	/**
	 * Whether it is reached.
	 * @return the process's exit code; empty while it is not, or while nobody can say
	 */
	OptionalInt reached();

}
