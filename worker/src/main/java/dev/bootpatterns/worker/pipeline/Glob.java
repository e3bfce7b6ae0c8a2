package dev.bootpatterns.worker.pipeline;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.regex.PatternSyntaxException;

/**
 * A pattern for ids, with the meaning of {@link java.nio.file.FileSystem#getPathMatcher}
 * for {@code glob}: {@code *} is any text without a slash, {@code **} any text, {@code ?}
 * one character but a slash, {@code [a-z]} and {@code [!a-z]} one of a set, {@code {a,b}}
 * either, and a backslash takes the next character as it is. But an id is no path: its
 * slashes are not tidied up, and it is the same on every file system.
 * <p>
 * It is matched with all ways through the pattern at once, as a set of the places in the
 * text where they are: the time is that of text times pattern. A regular expression with
 * as many stars would try the ways one after the other, and an item that almost matches
 * could keep a worker busy for ever.
 */
final class Glob {

	private static final char ESCAPE = '\\';

	private final List<Part> parts;

	private Glob(List<Part> parts) {
		this.parts = parts;
	}

	/**
	 * Reads a pattern.
	 * @throws PatternSyntaxException if it is none
	 */
	static Glob of(String pattern) {
		return new Glob(new Reader(pattern).parts(false));
	}

	boolean matches(String id) {
		int[] text = id.codePoints().toArray();
		BitSet start = new BitSet(text.length + 1);
		start.set(0);
		return through(this.parts, text, start).get(text.length);
	}

	private static BitSet through(List<Part> parts, int[] text, BitSet places) {
		BitSet now = places;
		for (Part part : parts) {
			now = part.from(now, text);
		}
		return now;
	}

	/** Where one can be behind this part of the pattern, having been at these places. */
	@FunctionalInterface
	private interface Part {

		BitSet from(BitSet places, int[] text);

		static Part one(IntPredicate character) {
			return (places, text) -> {
				BitSet next = new BitSet(text.length + 1);
				places.stream()
					.filter((place) -> place < text.length && character.test(text[place]))
					.forEach((place) -> next.set(place + 1));
				return next;
			};
		}

		static Part many(IntPredicate character) {
			return (places, text) -> {
				BitSet next = (BitSet) places.clone();
				for (int place = 0; place < text.length; place++) {
					if (next.get(place) && character.test(text[place])) {
						next.set(place + 1);
					}
				}
				return next;
			};
		}

		static Part either(List<List<Part>> ways) {
			return (places, text) -> {
				BitSet next = new BitSet(text.length + 1);
				ways.forEach((way) -> next.or(through(way, text, places)));
				return next;
			};
		}

	}

	/** From left to right. */
	private static final class Reader {

		private final String pattern;

		private final int[] characters;

		private int at;

		Reader(String pattern) {
			this.pattern = pattern;
			this.characters = pattern.codePoints().toArray();
		}

		/** Up to the end; within braces, up to a comma or the brace that closes. */
		List<Part> parts(boolean braces) {
			List<Part> parts = new ArrayList<>();
			while (!atEnd() && !(braces && (next() == ',' || next() == '}'))) {
				parts.add(part(braces));
			}
			return parts;
		}

		private Part part(boolean braces) {
			int start = this.at;
			int character = take();
			return switch (character) {
				case '*' -> star();
				case '?' -> Part.one((c) -> c != '/');
				case '[' -> set(start);
				case '{' -> {
					require(!braces, "braces within braces", start);
					yield either(start);
				}
				case ESCAPE -> {
					require(!atEnd(), "nothing behind a backslash", start);
					yield literal(take());
				}
				default -> literal(character);
			};
		}

		private static Part literal(int character) {
			return Part.one((c) -> c == character);
		}

		private Part star() {
			if (!atEnd() && next() == '*') {
				take();
				return Part.many((_) -> true);
			}
			return Part.many((c) -> c != '/');
		}

		private Part either(int start) {
			List<List<Part>> ways = new ArrayList<>();
			do {
				ways.add(parts(true));
				require(!atEnd(), "a brace that is not closed", start);
			}
			while (take() == ',');
			return Part.either(ways);
		}

		private Part set(int start) {
			boolean not = !atEnd() && next() == '!';
			if (not) {
				take();
			}
			IntPredicate members = (_) -> false;
			int first = this.at;
			while (!atEnd() && (next() != ']' || this.at == first)) {
				members = members.or(range());
			}
			require(!atEnd(), "a bracket that is not closed", start);
			take();
			IntPredicate one = not ? members.negate() : members;
			return Part.one((c) -> c != '/' && one.test(c));
		}

		/** A minus that is the first or the last is one. */
		private IntPredicate range() {
			int start = this.at;
			int from = take();
			int last = this.characters.length - 1;
			if (this.at < last && next() == '-' && this.characters[this.at + 1] != ']') {
				take();
				int to = take();
				require(from <= to, "a range that ends before it begins", start);
				return (c) -> c >= from && c <= to;
			}
			return (c) -> c == from;
		}

		private boolean atEnd() {
			return this.at == this.characters.length;
		}

		private int next() {
			return this.characters[this.at];
		}

		private int take() {
			return this.characters[this.at++];
		}

		private void require(boolean condition, String otherwise, int where) {
			if (!condition) {
				throw new PatternSyntaxException(otherwise, this.pattern, where);
			}
		}

	}

}
