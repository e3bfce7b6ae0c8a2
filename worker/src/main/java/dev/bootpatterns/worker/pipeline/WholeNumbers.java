package dev.bootpatterns.worker.pipeline;

import java.io.InputStream;
import java.math.BigInteger;

import dev.bootpatterns.worker.RejectedException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads a JSON object of whole numbers member by member, so that what is in memory of it
 * is up to who takes them.
 */
final class WholeNumbers {

	private final ObjectReader json;

	WholeNumbers(JsonMapper json) {
		this.json = json.reader()
			.with(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
			.without(StreamReadFeature.AUTO_CLOSE_SOURCE);
	}

	/**
	 * Reads one object, to the end of the input.
	 * @param name what people call it, if it is none
	 */
	void read(InputStream input, String name, Taker taker) throws RejectedException {
		try (JsonParser parser = this.json.createParser(input)) {
			require(parser.nextToken() == JsonToken.START_OBJECT, name);
			while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
				String key = parser.currentName();
				require(parser.nextToken() == JsonToken.VALUE_NUMBER_INT, name);
				require(parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER, name);
				taker.take(key, parser.getLongValue());
			}
			require(parser.nextToken() == null, name);
		}
		catch (JacksonException _) {
			throw wrong(name);
		}
	}

	/** What they come to, if it is one of them, too. */
	static long exact(BigInteger sum, String of) throws RejectedException {
		if (sum.bitLength() >= Long.SIZE) {
			throw new RejectedException("the sum %s is %s, which is no number of 64 bits".formatted(of, sum));
		}
		return sum.longValue();
	}

	private static void require(boolean condition, String name) throws RejectedException {
		if (!condition) {
			throw wrong(name);
		}
	}

	private static RejectedException wrong(String name) {
		return new RejectedException("%s is not one JSON object of whole numbers of 64 bits".formatted(name));
	}

	/**
	 * Takes them.
	 */
	@FunctionalInterface
	interface Taker {

		void take(String key, long number) throws RejectedException;

	}

}
