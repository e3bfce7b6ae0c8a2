package dev.bootpatterns.logadapter.format;

import dev.bootpatterns.logadapter.entry.LogEntry.HttpExchange;
import dev.bootpatterns.logadapter.entry.LogEntry.Kind;
import dev.bootpatterns.logadapter.entry.Severity;
import org.jspecify.annotations.Nullable;

/**
 * Access-log lines of Tomcat and its kin:
 * {@code client ident user [time] "method target protocol" status bytes}, optionally with
 * {@code "referer" "agent"} (combined format) and with the time taken at the end. Common
 * log format does not say what unit that has, so: with {@code us}, {@code ms} or
 * {@code s} after it, that; with a decimal point, seconds; a bare whole number, the unit
 * that is configured.
 */
final class AccessFormat implements LineFormat {

	private static final int SERVER_ERROR = 500;

	private final double bareUnitMillis;

	/**
	 * Creates the format.
	 * @param bareUnitMillis milliseconds in the unit of a time taken that names none
	 */
	AccessFormat(double bareUnitMillis) {
		this.bareUnitMillis = bareUnitMillis;
	}

	@Override
	public @Nullable Head parse(String line) {
		int client = line.indexOf(' ');
		int bracket = (client > 0) ? line.indexOf(" [", client) : -1;
		Moment moment = (bracket > 0) ? Moment.common(line, bracket + 2) : null;
		if (moment == null || !line.startsWith("] \"", moment.end())) {
			return null;
		}
		Fields fields = new Fields(line, moment.end() + 2);
		String request = fields.quoted();
		Integer status = fields.status();
		Long bytes = fields.size();
		String referer = fields.quoted();
		String agent = fields.quoted();
		Double duration = fields.duration(this.bareUnitMillis);
		if (request == null || !fields.isComplete()) {
			return null;
		}
		int method = request.indexOf(' ');
		int protocol = request.lastIndexOf(' ');
		HttpExchange http = new HttpExchange((method > 0) ? request.substring(0, method) : null,
				(method > 0 && protocol > method) ? request.substring(method + 1, protocol) : null, status, bytes,
				duration, line.substring(0, client), dashToNull(referer), dashToNull(agent));
		return new Head(Kind.ACCESS, moment,
				(status != null && status >= SERVER_ERROR) ? Severity.ERROR : Severity.INFO, null, -1, null, null, line,
				null, null, http);
	}

	private static @Nullable String dashToNull(@Nullable String text) {
		return "-".equals(text) ? null : text;
	}

	/**
	 * The fields after the time, read one by one.
	 */
	private static final class Fields {

		private final String line;

		private int at;

		private boolean valid = true;

		Fields(String line, int at) {
			this.line = line;
			this.at = at;
		}

		boolean isComplete() {
			return this.valid && this.at >= this.line.length();
		}

		/** The next field if it is in quotes; a quote inside has a backslash. */
		@Nullable String quoted() {
			if (this.at >= this.line.length() || this.line.charAt(this.at) != '"') {
				return null;
			}
			int from = this.at + 1;
			int i = from;
			while (i < this.line.length() && this.line.charAt(i) != '"') {
				i += (this.line.charAt(i) == '\\') ? 2 : 1;
			}
			if (i >= this.line.length()) {
				this.valid = false;
				return null;
			}
			moveTo(i + 1);
			return this.line.substring(from, i);
		}

		@Nullable Integer status() {
			String text = word();
			this.valid &= text.equals("-") || (text.length() == 3 && isNumber(text));
			return (this.valid && !text.equals("-")) ? Integer.valueOf(text) : null;
		}

		@Nullable Long size() {
			String text = word();
			this.valid &= text.equals("-") || isNumber(text);
			return (this.valid && !text.equals("-")) ? Long.valueOf(text) : null;
		}

		@Nullable Double duration(double bareUnitMillis) {
			if (isComplete()) {
				return null;
			}
			String text = word();
			int digits = 0;
			while (digits < text.length() && (Character.isDigit(text.charAt(digits)) || text.charAt(digits) == '.')) {
				digits++;
			}
			String number = text.substring(0, digits);
			double unit = switch (text.substring(digits)) {
				case "us" -> 0.001;
				case "ms" -> 1;
				case "s" -> 1000;
				case "" -> (number.indexOf('.') >= 0) ? 1000 : bareUnitMillis;
				default -> -1;
			};
			this.valid &= unit > 0 && isDecimal(number);
			// Thousandths of a millisecond are as fine as any of them measures.
			return this.valid ? Math.round(Double.parseDouble(number) * unit * 1000) / 1000.0 : null;
		}

		private String word() {
			int end = this.line.indexOf(' ', this.at);
			int to = (end < 0) ? this.line.length() : end;
			String word = (this.at < to) ? this.line.substring(this.at, to) : "";
			moveTo(to);
			return word;
		}

		/** After a field comes a blank and another one, or nothing. */
		private void moveTo(int end) {
			this.valid &= end >= this.line.length() || this.line.charAt(end) == ' ';
			this.at = (end + 1 < this.line.length()) ? end + 1 : this.line.length();
		}

		private static boolean isNumber(String text) {
			return !text.isEmpty() && text.length() <= 18 && text.chars().allMatch((c) -> c >= '0' && c <= '9');
		}

		private static boolean isDecimal(String text) {
			int point = text.indexOf('.');
			return (point < 0) ? isNumber(text)
					: isNumber(text.substring(0, point)) && isNumber(text.substring(point + 1));
		}

	}

}
