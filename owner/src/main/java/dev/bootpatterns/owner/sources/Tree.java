package dev.bootpatterns.owner.sources;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;

/**
 * Something that has entries by path: a folder, an archive, a commit. Used by one thread.
 */
interface Tree extends Closeable {

	/**
	 * Visits all files that the rules cover.
	 * @param visitor is told each
	 * @throws IOException if the tree cannot be walked
	 */
	void walk(Visitor visitor) throws IOException;

	/**
	 * Opens a file. At most one is open at a time.
	 * @param id an id that the rules allow
	 * @return its content
	 * @throws NoSuchItemException if there is no such file
	 * @throws IOException if it cannot be read
	 */
	InputStream open(String id) throws IOException;

	/**
	 * Is told the files.
	 */
	interface Visitor {

		/**
		 * A file.
		 * @param id its path
		 * @param size in bytes
		 * @param content opens it, valid during this call
		 */
		void file(String id, long size, ItemRules.Content content);

		/**
		 * Something that looks like a file and cannot be read.
		 * @param id its path
		 */
		void unreadable(String id);

	}

}
