package dev.bootpatterns.logadapter.output;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A disk on which only so much can be written: a write that does not fit writes what fits
 * and fails, as a full file system does.
 */
public final class LimitedDisk implements OutputChannel.Opener {

	private final AtomicLong free;

	/**
	 * Creates a disk.
	 * @param free how many bytes can be written
	 */
	public LimitedDisk(long free) {
		this.free = new AtomicLong(free);
	}

	/**
	 * Makes room, or takes it away.
	 * @param bytes how much
	 */
	public void free(long bytes) {
		this.free.set(bytes);
	}

	@Override
	public OutputChannel open(Path file) throws IOException {
		OutputChannel channel = OutputChannel.open(file);
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
				int fits = (int) Math.min(bytes.remaining(), LimitedDisk.this.free.get());
				LimitedDisk.this.free.addAndGet(-fits);
				channel.write(bytes.slice(bytes.position(), fits), position);
				if (fits < bytes.remaining()) {
					throw new IOException("No space left on device");
				}
			}

			@Override
			public void force() throws IOException {
				channel.force();
			}

			@Override
			public void close() throws IOException {
				channel.close();
			}

		};
	}

	/**
	 * Opens a store on this disk.
	 * @param settings as usual
	 * @return the store
	 * @throws IOException if it cannot be opened
	 */
	public EntryStore store(EntryStore.Settings settings) throws IOException {
		return new EntryStore(settings, tools.jackson.databind.json.JsonMapper.shared(), () -> {
		}, this);
	}

}
