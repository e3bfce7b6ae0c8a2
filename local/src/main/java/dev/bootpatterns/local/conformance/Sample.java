package dev.bootpatterns.local.conformance;

import java.nio.charset.StandardCharsets;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * An item to try a worker with.
 *
 * @param name what people call it
 * @param id the item's id
 * @param content its bytes
 */
@SuppressWarnings("ArrayRecordComponent")
record Sample(String name, String id, byte[] content) {

	private static final int LARGE = 2 * 1024 * 1024;

	/** Each has been somebody's undoing. */
	static final List<String> IDS = List.of("a/b/c.txt", "with space.txt", "-rf", "ä 日本.txt", "it's \"$HOME\".txt",
			"$(touch injected);touch injected", "*", "a\nb");

	/** One that must be accepted, if there is any; otherwise a text. */
	static Sample usual(byte @Nullable [] given) {
		return (given != null) ? new Sample("the sample", "sample", given) : new Sample("a text", "text.txt",
				"One line of text.\nAnother one.\n".getBytes(StandardCharsets.UTF_8));
	}

	/** Nothing, everything, and as much as there may be. */
	static List<Sample> unusual() {
		byte[] all = new byte[LARGE / 2];
		for (int i = 0; i < all.length; i++) {
			all[i] = (byte) (i * 31 + i / 256);
		}
		byte[] large = "A line of a large text.\n".repeat(LARGE / 24 + 1)
			.substring(0, LARGE)
			.getBytes(StandardCharsets.UTF_8);
		return List.of(new Sample("an empty item", "empty", new byte[0]),
				new Sample("an item of every byte there is", "binary", all),
				new Sample("an item of 2 MB", "large.txt", large));
	}

	Sample named(String otherId) {
		return new Sample("an item called " + otherId, otherId, this.content);
	}

}
