package dev.bootpatterns.sharding;

/**
 * Says which shard has a key.
 * <p>
 * Every implementation is immutable and may be used by many threads at once. The answer
 * depends on the key and on what the function was made from, on nothing else: it is the
 * same on every machine, in every JVM and after every restart, so that routers need not
 * talk to each other to agree.
 * <p>
 * Shards are numbered from 0 in the order of the list that the function was made from. A
 * backend that is to get no keys keeps its place with weight 0, so that the numbers of
 * the others stay what they are.
 */
public interface ShardingFunction {

	/**
	 * The shard that has a key.
	 * @param key any string
	 * @return its shard, from 0 to {@link #shards()} - 1
	 */
	int shardOf(String key);

	/**
	 * How many shards there are, those that get no keys included.
	 * @return their number
	 */
	int shards();

}
