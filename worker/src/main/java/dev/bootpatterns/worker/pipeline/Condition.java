package dev.bootpatterns.worker.pipeline;

import java.nio.charset.StandardCharsets;
import java.util.regex.PatternSyntaxException;

import dev.bootpatterns.worker.Parameters;
import dev.bootpatterns.worker.RejectedException;
import dev.bootpatterns.worker.WorkItem;
import org.jspecify.annotations.Nullable;

/**
 * What an item must be like. It holds if all that is given does.
 *
 * @param id what the whole id must match, if anything
 * @param contains a text whose UTF-8 bytes must be in the content, whatever else is
 * there, as {@code grep -aF} looks for it: there is no need to know what is text
 * @param minBytes the least size of the content
 * @param maxBytes the largest size of the content
 */
record Condition(@Nullable Glob id, @Nullable String contains, int minBytes, int maxBytes) {

	static Condition of(Parameters parameters, String name) throws RejectedException {
		Parameters when = parameters.object(name, "id", "contains", "minBytes", "maxBytes");
		if (!when.has("id") && !when.has("contains") && !when.has("minBytes") && !when.has("maxBytes")) {
			throw parameters.wrong(name, "have at least one of contains, id, maxBytes, minBytes");
		}
		Glob id = when.has("id") ? glob(when) : null;
		String contains = when.has("contains") ? when.text("contains") : null;
		int least = when.number("minBytes", 0, 0, Integer.MAX_VALUE);
		int most = when.number("maxBytes", Integer.MAX_VALUE, 0, Integer.MAX_VALUE);
		if (least > most) {
			throw when.wrong("minBytes", "not be more than maxBytes");
		}
		return new Condition(id, contains, least, most);
	}

	private static Glob glob(Parameters when) throws RejectedException {
		try {
			return Glob.of(when.text("id"));
		}
		catch (PatternSyntaxException ex) {
			throw when.wrong("id", "be a glob: %s at character %d".formatted(ex.getDescription(), ex.getIndex() + 1));
		}
	}

	boolean holds(WorkItem item) {
		int size = item.content().remaining();
		return size >= this.minBytes && size <= this.maxBytes && (this.id == null || this.id.matches(item.id()))
				&& (this.contains == null || contains(item.bytes(), this.contains));
	}

	/** A character for each byte: these are what is compared. */
	private static boolean contains(byte[] content, String text) {
		return new String(content, StandardCharsets.ISO_8859_1)
			.contains(new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
	}

}
