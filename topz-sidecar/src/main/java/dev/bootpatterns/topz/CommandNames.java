package dev.bootpatterns.topz;

import java.util.List;
import java.util.Set;

/**
 * What the command column shows of a command line. Arguments may hold secrets
 * ({@code --password=}, {@code -Dtoken=}), so unless told otherwise only the executable
 * is shown, and for a JVM what runs in it: its jar, module or main class.
 */
final class CommandNames {

	private static final int MAX_LENGTH = 512;

	/** Options of the launcher whose value is the next argument. */
	private static final Set<String> WITH_VALUE = Set.of("-cp", "-classpath", "--class-path", "-p", "--module-path",
			"--upgrade-module-path", "--add-modules", "--limit-modules", "--add-reads", "--add-exports", "--add-opens",
			"--patch-module", "--enable-native-access", "--illegal-native-access", "--source", "--describe-module",
			"-d");

	private final boolean showArguments;

	CommandNames(boolean showArguments) {
		this.showArguments = showArguments;
	}

	/**
	 * The command to show.
	 * @param name the name that the operating system has for the process
	 * @param arguments the command line; empty for a kernel thread, a zombie, or one that
	 * may not be read
	 * @return one line without control characters, at most {@value #MAX_LENGTH} long
	 */
	String of(String name, List<String> arguments) {
		if (arguments.isEmpty() || arguments.getFirst().isBlank()) {
			return printable("[" + name + "]");
		}
		if (this.showArguments) {
			return printable(String.join(" ", arguments));
		}
		String executable = executable(arguments.getFirst());
		return printable(executable.equals("java") ? (executable + " " + program(arguments)).strip() : executable);
	}

	/**
	 * Some programs write a title over their first argument ({@code postgres: walwriter},
	 * {@code nginx: master process nginx -g ...}): only its first word is the program.
	 */
	private static String executable(String first) {
		int title = first.indexOf(": ");
		String path = (title > 0) ? first.substring(0, title) : first;
		String name = baseName(path);
		return name.endsWith(".exe") ? name.substring(0, name.length() - ".exe".length()) : name;
	}

	private static String program(List<String> arguments) {
		for (int i = 1; i < arguments.size(); i++) {
			String argument = arguments.get(i);
			String next = (i + 1 < arguments.size()) ? arguments.get(i + 1) : "";
			if (argument.equals("-jar")) {
				return baseName(next);
			}
			if (argument.equals("-m") || argument.equals("--module")) {
				return next;
			}
			if (argument.startsWith("--module=")) {
				return argument.substring("--module=".length());
			}
			if (WITH_VALUE.contains(argument)) {
				i++;
			}
			else if (!argument.startsWith("-") && !argument.startsWith("@")) {
				return baseName(argument);
			}
		}
		return "";
	}

	private static String baseName(String path) {
		return path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
	}

	/** A process chooses its own name: nothing in it may steer a terminal. */
	private static String printable(String text) {
		StringBuilder printable = new StringBuilder(Math.min(text.length(), MAX_LENGTH));
		text.codePoints().limit(MAX_LENGTH).map((character) -> switch (Character.getType(character)) {
			case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.LINE_SEPARATOR,
					Character.PARAGRAPH_SEPARATOR ->
				'?';
			default -> character;
		}).forEach(printable::appendCodePoint);
		return printable.toString();
	}

}
