package dev.bootpatterns.local.up;

import java.io.IOException;

import dev.bootpatterns.local.plan.Options;
import dev.bootpatterns.local.state.Json;
import dev.bootpatterns.local.state.SuiteHome;

/**
 * How many replicas and workers ran last, after a success: the next {@code up} has as
 * many unless it is told otherwise. The number of shards is a property of the stored data
 * instead: {@link Layout}.
 *
 * @param replicas of each shard
 * @param workers how many workers
 */
public record LastSizes(int replicas, int workers) {

	private static final LastSizes DEFAULT = new LastSizes(2, 2);

	static LastSizes of(SuiteHome home) {
		return Json.read(home.run().resolve("sizes.json"), LastSizes.class).orElse(DEFAULT);
	}

	/**
	 * Remembers what runs.
	 * @param home the suite
	 * @param options what it was started with, or scaled to
	 * @throws IOException as the file system says
	 */
	public static void remember(SuiteHome home, Options options) throws IOException {
		Json.replace(home.run().resolve("sizes.json"), new LastSizes(options.replicas(), options.workers()));
	}

}
