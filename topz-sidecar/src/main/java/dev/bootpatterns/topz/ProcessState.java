package dev.bootpatterns.topz;

/**
 * What a process does, with the letter that {@code top} shows.
 */
enum ProcessState {

	/** On a CPU or waiting for one. */
	RUNNING('R'),

	/** Waiting for something that a signal may interrupt. */
	SLEEPING('S'),

	/** Waiting for a device: no signal interrupts it. */
	WAITING('D'),

	/** Stopped by a signal or a debugger. */
	STOPPED('T'),

	/** Ended, but its parent has not collected it. */
	ZOMBIE('Z'),

	/** Anything else. */
	OTHER('?');

	private final char letter;

	ProcessState(char letter) {
		this.letter = letter;
	}

	char letter() {
		return this.letter;
	}

}
