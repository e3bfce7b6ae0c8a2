package dev.bootpatterns.local.supervise;

/**
 * Exit codes in words.
 */
final class Exits {

	private static final int SIGNALLED = 128;

	private static final int SIGKILL = 9;

	private static final int SIGTERM = 15;

	private static final int OUT_OF_MEMORY = 3;

	private Exits() {
	}

	static String describe(int code) {
		return switch (code) {
			case SIGNALLED + SIGKILL -> "killed (SIGKILL; the system does that when memory runs out)";
			case SIGNALLED + SIGTERM -> "ended by SIGTERM";
			case OUT_OF_MEMORY -> "exit code 3 (out of memory: its heap in suite.yaml is too small)";
			default -> "exit code " + code;
		};
	}

}
