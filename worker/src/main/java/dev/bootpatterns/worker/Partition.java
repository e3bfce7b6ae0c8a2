package dev.bootpatterns.worker;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * Which of some parts a key belongs to: the same one for ever, in every process, for
 * items of one key meet there.
 * <p>
 * It is the CRC-32 of the key's UTF-8 bytes, unsigned, modulo the number of parts: every
 * language has it ({@code zlib.crc32(key.encode()) % parts} in Python), and it spreads
 * keys that differ little. Another number of parts moves nearly all keys, which is no
 * harm here: nothing is kept in a part beyond its job.
 */
public final class Partition {

	private Partition() {
	}

	/**
	 * The part of a key.
	 * @param key the key
	 * @param parts how many there are, at least 1
	 * @return from 0 to one less than there are
	 */
	public static int of(String key, int parts) {
		CRC32 hash = new CRC32();
		hash.update(key.getBytes(StandardCharsets.UTF_8));
		return (int) (hash.getValue() % parts);
	}

}
