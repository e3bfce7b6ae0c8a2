package dev.bootpatterns.owner.sources;

/**
 * The source has no such item, or has it no more.
 */
public class NoSuchItemException extends SourceException {

	/**
	 * Creates the exception.
	 * @param id the item
	 */
	public NoSuchItemException(String id) {
		super("the source has no item '%s'".formatted(id));
	}

}
