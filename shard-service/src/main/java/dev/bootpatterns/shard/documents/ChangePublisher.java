package dev.bootpatterns.shard.documents;

/**
 * Tells the replicas of a slot that it changed, after the change was committed.
 */
public interface ChangePublisher {

	/**
	 * Says that a slot changed. Returns at once and never fails: a lost message is made
	 * up for by the periodic catch-up.
	 * @param slot the slot
	 */
	void changed(int slot);

}
