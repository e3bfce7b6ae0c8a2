package dev.bootpatterns.logadapter.format;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The formats, tried in order.
 */
public final class LineFormats {

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
			Head head = format.parse(line);
			if (head != null) {
				return head;
			}
		}
		return null;
	}

}
