package dev.bootpatterns.owner.sources;

import java.io.Closeable;
import java.io.IOException;

/**
 * Where a job's items come from: lists their ids, and reads one item by its id. Both are
 * called by the elected owner alone.
 */
public interface Source {

	/**
	 * The name that a job gives.
	 * @return the name
	 */
	String name();

	/**
	 * Lists all items, one after the other: memory does not grow with their number. A
	 * list that is repeated after an interruption names the same items, except for what
	 * changed in the source meanwhile.
	 * @param sink takes each item
	 * @return what was left out
	 * @throws SourceException if there is no list, with a message for people
	 * @throws IOException if it failed on the way
	 */
	Listing list(ItemSink sink) throws IOException;

	/**
	 * Opens the source for reading.
	 * @return a reader for one thread
	 * @throws SourceException if the source cannot be read, with a message for people
	 * @throws IOException if it failed on the way
	 */
	Reader open() throws IOException;

	/**
	 * Reads items. Used by one thread.
	 */
	interface Reader extends Closeable {

		/**
		 * The content of an item.
		 * @param id the item; an id that the list would never name does no harm
		 * @return its bytes, within the source's bound
		 * @throws NoSuchItemException if the source has no such item (any more)
		 * @throws IOException if it failed on the way
		 */
		byte[] read(String id) throws IOException;

	}

	/**
	 * Takes the items of a list.
	 */
	@FunctionalInterface
	interface ItemSink {

		/**
		 * The next item.
		 * @param item the item
		 */
		void accept(SourceItem item);

	}

}
