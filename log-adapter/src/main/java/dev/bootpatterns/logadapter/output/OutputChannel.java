package dev.bootpatterns.logadapter.output;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file that is written. In front of the file system so that tests can have a full disk.
 */
interface OutputChannel extends Closeable {

	long size() throws IOException;

	/** Cuts the file, or does nothing if it is not longer. */
	void truncate(long size) throws IOException;

	/** Writes all of it there. On failure some of it may have been written. */
	void write(ByteBuffer bytes, long position) throws IOException;

	/** Returns when the disk has what was written. */
	void force() throws IOException;

	/**
	 * Opens files.
	 */
	@FunctionalInterface
	interface Opener {

		/** Opens a file, creating it if there is none. */
		OutputChannel open(Path file) throws IOException;

	}

	/**
	 * Opens a file of the file system.
	 * @param file the file
	 * @return the channel
	 * @throws IOException if it cannot be opened
	 */
	static OutputChannel open(Path file) throws IOException {
		FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
		return new OutputChannel() {

			@Override
			public long size() throws IOException {
				return channel.size();
			}

			@Override
			public void truncate(long size) throws IOException {
				channel.truncate(size);
			}

			@Override
			public void write(ByteBuffer bytes, long position) throws IOException {
				long at = position;
				while (bytes.hasRemaining()) {
					at += channel.write(bytes, at);
				}
			}

			@Override
			public void force() throws IOException {
				channel.force(false);
			}

			@Override
			public void close() throws IOException {
				channel.close();
			}

		};
	}

}
