package dev.bootpatterns.worker;

import java.nio.ByteBuffer;
import java.util.Map;

/**
 * One item of a job, as a handler sees it.
 *
 * @param job the job it belongs to
 * @param id what names it within the job, at most 512 bytes of UTF-8; may contain
 * {@code /}
 * @param attempt 1 for the first time that the owner sends it
 * @param handler the name of the handler that it asks for
 * @param parameters the job's parameters, as in its JSON
 * @param ownerDatabase names what {@code job} is a number of: the database of the owner
 * that sent it; empty from an owner that does not say so
 * @param ownerTerm the fencing token of the owner that sent it: a handler passes it on to
 * what it acts on, in HTTP as {@code X-Owner-Term}, so that an older owner's is refused
 * @param content the item's bytes, at most {@code worker.max-content}; read-only
 */
public record WorkItem(String job, String id, int attempt, String handler, Map<String, Object> parameters,
		String ownerDatabase, long ownerTerm, ByteBuffer content) {

	public WorkItem {
		parameters = Map.copyOf(parameters);
		content = content.asReadOnlyBuffer();
	}

	/**
	 * The item's bytes.
	 * @return a new read-only buffer at its start, for the caller to consume
	 */
	@Override
	public ByteBuffer content() {
		return this.content.asReadOnlyBuffer();
	}

	/**
	 * The item's bytes.
	 * @return a copy
	 */
	public byte[] bytes() {
		byte[] bytes = new byte[this.content.remaining()];
		content().get(bytes);
		return bytes;
	}

}
