package dev.bootpatterns.local.conformance;

/**
 * An item to try a program with.
 *
 * @param name what people call it
 * @param id the item's id
 * @param content its bytes
 */
@SuppressWarnings("ArrayRecordComponent")
record Sample(String name, String id, byte[] content) {

	Sample named(String otherId) {
		return new Sample("an item called " + otherId, otherId, this.content);
	}

}
