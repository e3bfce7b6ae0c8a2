package dev.bootpatterns.worker.pipeline;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

import dev.bootpatterns.worker.Outcome;
import dev.bootpatterns.worker.OutputProperties;
import dev.bootpatterns.worker.Parameters;
import dev.bootpatterns.worker.RejectedException;
import dev.bootpatterns.worker.WorkHandler;
import dev.bootpatterns.worker.WorkItem;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.stereotype.Component;

/**
 * Makes one partial result of many: of a zip of JSON objects of whole numbers, one such
 * object with each key's sum.
 * <p>
 * The order and the grouping of the partial results make no difference: numbers are added
 * without a bound, and only a sum that is not of 64 bits in the end is rejected. So sums
 * can be summed again, and the same group gives the same bytes.
 * <p>
 * What is in memory is bounded by the output, however large the entries become: they are
 * read member by member, and no further than where the keys are too many.
 */
@Component
class SumHandler implements WorkHandler {

	/** Two quotes, a colon, a digit, and a comma or a brace: no member has less. */
	private static final int AROUND_A_KEY = 5;

	/** The last record of a zip, without a comment. */
	private static final int END_BYTES = 22;

	private static final int END_SIGNATURE = 0x06054b50;

	/** There it does not say more. */
	private static final int MAX_COUNT = 0xffff;

	private final OutputProperties outputs;

	private final JsonMapper json;

	private final WholeNumbers reader;

	SumHandler(OutputProperties outputs, JsonMapper json) {
		this.outputs = outputs;
		this.json = json;
		this.reader = new WholeNumbers(json);
	}

	@Override
	public String name() {
		return "sum";
	}

	@Override
	public Outcome handle(WorkItem item) throws RejectedException {
		Parameters.of(item);
		byte[] content = item.bytes();
		Sums sums = new Sums();
		try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(content))) {
			int entries = 0;
			for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
				this.reader.read(zip, "entry '%s'".formatted(entry.getName()), sums::add);
				entries++;
			}
			if (!isWhole(content, entries)) {
				throw new RejectedException("the content is not a zip, or not all of one");
			}
		}
		catch (IOException | IllegalArgumentException ex) {
			throw new RejectedException("the content is not a zip that can be read: " + ex.getMessage());
		}
		return Outcome.done(this.json.writeValueAsBytes(sums.result()));
	}

	/**
	 * A stream of entries ends where no other follows, also if the rest is missing. A zip
	 * ends with how many there are, before a comment that ours have none of.
	 */
	private static boolean isWhole(byte[] content, int entries) {
		ByteBuffer end = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
		int at = content.length - END_BYTES;
		return at >= 0 && end.getInt(at) == END_SIGNATURE
				&& Short.toUnsignedInt(end.getShort(at + 10)) == Math.min(entries, MAX_COUNT);
	}

	/** By key. */
	private final class Sums {

		private final Map<String, BigInteger> byKey = new TreeMap<>();

		private long bytes;

		void add(String key, long number) throws RejectedException {
			if (!this.byKey.containsKey(key)) {
				this.bytes += key.length() + AROUND_A_KEY;
			}
			this.byKey.merge(key, BigInteger.valueOf(number), BigInteger::add);
			if (SumHandler.this.outputs.exceededBy(this.bytes)) {
				throw new RejectedException("the different keys are more than fit in an output of %d bytes"
					.formatted(SumHandler.this.outputs.maxOutput().toBytes()));
			}
		}

		Map<String, Long> result() throws RejectedException {
			Map<String, Long> result = new TreeMap<>();
			for (Map.Entry<String, BigInteger> sum : this.byKey.entrySet()) {
				result.put(sum.getKey(), WholeNumbers.exact(sum.getValue(), "of '%s'".formatted(sum.getKey())));
			}
			return result;
		}

	}

}
