package dev.bootpatterns.worker.queue;

import java.nio.charset.StandardCharsets;
import java.util.List;

import dev.bootpatterns.worker.Emission;
import dev.bootpatterns.worker.OutputProperties;
import org.jspecify.annotations.Nullable;

/**
 * How much may go on from one item: an owner has the reports of several in memory. Ids
 * and stages count, too: a thousand of them are as much as an output.
 */
final class EmissionBounds {

	private static final int MOST = 1000;

	private static final int MAX_ID_BYTES = 512;

	private EmissionBounds() {
	}

	/** Why these cannot go on; null if they can. */
	static @Nullable String problem(List<Emission> emissions, OutputProperties outputs) {
		if (emissions.size() > MOST) {
			return "%d emissions, more than the limit of %d".formatted(emissions.size(), MOST);
		}
		long bytes = 0;
		for (int i = 0; i < emissions.size(); i++) {
			Emission emission = emissions.get(i);
			String id = emission.id();
			if (id != null && (id.isEmpty() || size(id) > MAX_ID_BYTES || id.indexOf('\0') >= 0)) {
				return "the id of emission %d must be 1 to %d bytes of UTF-8 without U+0000, not %d".formatted(i + 1,
						MAX_ID_BYTES, size(id));
			}
			byte[] content = emission.content();
			bytes += size(emission.to()) + size(id) + ((content != null) ? content.length : 0);
		}
		return outputs.exceededBy(bytes)
				? "emissions of %d bytes, more than the limit of %d".formatted(bytes, outputs.maxOutput().toBytes())
				: null;
	}

	private static int size(@Nullable String text) {
		return (text != null) ? text.getBytes(StandardCharsets.UTF_8).length : 0;
	}

}
