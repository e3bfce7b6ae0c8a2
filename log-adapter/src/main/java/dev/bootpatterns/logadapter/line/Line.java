package dev.bootpatterns.logadapter.line;

/**
 * One line of a file.
 *
 * @param text its text without the line end
 * @param offset of its first byte in the file
 * @param length in bytes, with the line end and with what was cut off
 * @param cutBytes how many bytes were cut off because it was too long
 * @param malformed whether it held bytes that are not UTF-8, now U+FFFD
 */
public record Line(String text, long offset, long length, long cutBytes, boolean malformed) {

	/**
	 * Where the next line begins.
	 * @return offset of the byte after this line
	 */
	public long end() {
		return this.offset + this.length;
	}

}
