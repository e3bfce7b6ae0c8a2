package dev.bootpatterns.logadapter.pipeline;

import java.nio.charset.StandardCharsets;

import dev.bootpatterns.logadapter.entry.LogEntry.Source;

/**
 * The form of what could not be made JSON: as simple as can be, for the usual way is what
 * has failed. JSON nevertheless, so that the same tools read it.
 */
final class DeadLetter {

	private DeadLetter() {
	}

	static byte[] of(Source source, String text, Exception cause) {
		StringBuilder line = new StringBuilder();
		line.append("{\"cause\":\"").append(cause.getClass().getName()).append("\",\"file\":\"");
		escape(line, source.file());
		line.append("\",\"offset\":").append(source.offset()).append(",\"length\":").append(source.length());
		line.append(",\"lines\":").append(source.lines()).append(",\"message\":\"");
		escape(line, text);
		return line.append("\"}\n").toString().getBytes(StandardCharsets.UTF_8);
	}

	private static void escape(StringBuilder line, String text) {
		for (int i = 0; i < text.length(); i++) {
			char character = text.charAt(i);
			if (character < ' ' || character == '"' || character == '\\' || Character.isSurrogate(character)) {
				line.append("\\u%04x".formatted((int) character));
			}
			else {
				line.append(character);
			}
		}
	}

}
