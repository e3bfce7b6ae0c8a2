package dev.bootpatterns.worker.ingest;

import java.util.Locale;
import java.util.Map;

/**
 * What is PUT.
 *
 * @param title what a reader sees in a list
 * @param body the text
 * @param attributes what else is known
 */
record Document(String title, String body, Map<String, String> attributes) {

	private static final Map<String, String> LANGUAGE_BY_EXTENSION = Map.ofEntries(Map.entry("c", "c"),
			Map.entry("cpp", "cpp"), Map.entry("css", "css"), Map.entry("go", "go"), Map.entry("h", "c"),
			Map.entry("html", "html"), Map.entry("java", "java"), Map.entry("js", "javascript"),
			Map.entry("json", "json"), Map.entry("kt", "kotlin"), Map.entry("md", "markdown"),
			Map.entry("properties", "properties"), Map.entry("py", "python"), Map.entry("rs", "rust"),
			Map.entry("sh", "shell"), Map.entry("sql", "sql"), Map.entry("ts", "typescript"), Map.entry("txt", "text"),
			Map.entry("xml", "xml"), Map.entry("yaml", "yaml"), Map.entry("yml", "yaml"));

	/**
	 * Names a text by its id.
	 * @param id the item's id; the title is its last segment, the language follows from
	 * its extension
	 * @param body the text
	 * @return the document
	 */
	static Document of(String id, String body) {
		String title = id.substring(id.lastIndexOf('/') + 1);
		String extension = title.substring(title.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
		String language = LANGUAGE_BY_EXTENSION.get(extension);
		return new Document(title, body, (language != null) ? Map.of("language", language) : Map.of());
	}

}
