package dev.bootpatterns.logadapter.follow;

/**
 * How far a file has been read. The sum over its beginning tells a file from a later one
 * that got the same inode.
 *
 * @param path where it was last seen
 * @param id its identity
 * @param offset of the first byte whose entry has not been written
 * @param headLength how many of its first bytes were summed
 * @param headSum CRC-32C of them
 */
public record FilePosition(String path, String id, long offset, int headLength, long headSum) {

	/**
	 * The same at another offset.
	 * @param other the offset
	 * @return the position
	 */
	public FilePosition at(long other) {
		return new FilePosition(this.path, this.id, other, this.headLength, this.headSum);
	}

}
