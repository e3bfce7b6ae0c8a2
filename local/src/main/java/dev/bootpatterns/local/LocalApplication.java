package dev.bootpatterns.local;

import dev.bootpatterns.local.cli.SuiteCommand;

/**
 * The application behind {@code ./suite}.
 */
public final class LocalApplication {

	private LocalApplication() {
	}

	/**
	 * Runs a command.
	 * @param args as {@code ./suite --help} says
	 */
	public static void main(String[] args) {
		System.exit(SuiteCommand.execute(args));
	}

}
