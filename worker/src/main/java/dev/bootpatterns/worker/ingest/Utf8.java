package dev.bootpatterns.worker.ingest;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Strict decoding. {@code new String(bytes, UTF_8)} would replace what it cannot read,
 * and the document would silently differ from its source.
 */
sealed interface Utf8 {

	static Utf8 decode(ByteBuffer bytes) {
		CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder()
			.onMalformedInput(CodingErrorAction.REPORT)
			.onUnmappableCharacter(CodingErrorAction.REPORT);
		int start = bytes.position();
		// UTF-8 never has fewer bytes than UTF-16 has chars, so this cannot overflow.
		CharBuffer text = CharBuffer.allocate(bytes.remaining());
		CoderResult result = decoder.decode(bytes, text, true);
		if (result.isError()) {
			return new Malformed(bytes.position() - start);
		}
		return new Text(text.flip().toString());
	}

	/**
	 * It is UTF-8.
	 *
	 * @param value the text
	 */
	record Text(String value) implements Utf8 {
	}

	/**
	 * It is not.
	 *
	 * @param offset the first byte that does not fit, from 0
	 */
	record Malformed(int offset) implements Utf8 {
	}

}
