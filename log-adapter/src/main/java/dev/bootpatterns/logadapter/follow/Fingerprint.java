package dev.bootpatterns.logadapter.follow;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.zip.CRC32C;

/**
 * The beginning of a file: tells that a file was truncated and written anew, even if it
 * is as long as before when somebody looks, and that an inode was given to another file.
 * Log lines begin with a time, so two files rarely begin alike.
 *
 * @param length how many bytes
 * @param sum CRC-32C of them
 */
record Fingerprint(int length, long sum) {

	static final int MAX_LENGTH = 256;

	static final Fingerprint NONE = new Fingerprint(0, 0);

	/**
	 * Reads the beginning of a file.
	 * @param channel the file
	 * @param length how many bytes, at most {@link #MAX_LENGTH}
	 * @return their sum; of fewer bytes if there are not as many
	 * @throws IOException if reading fails
	 */
	static Fingerprint read(FileChannel channel, int length) throws IOException {
		ByteBuffer head = ByteBuffer.allocate(length);
		while (head.hasRemaining() && channel.read(head, head.position()) > 0) {
			// Until there is no more.
		}
		CRC32C crc = new CRC32C();
		crc.update(head.flip());
		return new Fingerprint(head.limit(), crc.getValue());
	}

	boolean matches(FileChannel channel) throws IOException {
		return this.length == 0 || read(channel, this.length).equals(this);
	}

}
