package dev.bootpatterns.logadapter.format;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The formats, tried in order.
 */
public final class LineFormats {

	private static final Logger log = LoggerFactory.getLogger(LineFormats.class);

	private final List<LineFormat> formats;

	/**
	 * Creates the formats.
	 * @param accessUnitMillis milliseconds in the unit of the time taken in access logs,
	 * where it is a whole number without a unit
	 */
	public LineFormats(double accessUnitMillis) {
		this.formats = List.of(new BootFormat(), new AccessFormat(accessUnitMillis));
	}

	@Nullable Head parse(String line) {
		for (LineFormat format : this.formats) {
			Head head = parse(format, line);
			if (head != null) {
				return head;
			}
		}
		return null;
	}

	/** A line that a format fails at is one that it does not match. */
	private static @Nullable Head parse(LineFormat format, String line) {
		try {
			return format.parse(line);
		}
		catch (RuntimeException ex) {
			log.error("{} fails at: {}", format.getClass().getSimpleName(), line, ex);
			return null;
		}
	}

}
