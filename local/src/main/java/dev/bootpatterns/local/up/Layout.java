package dev.bootpatterns.local.up;

import java.io.IOException;
import java.nio.file.Files;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.state.Json;
import dev.bootpatterns.local.state.SuiteHome;
import org.jspecify.annotations.Nullable;

/**
 * How many shards the stored documents are laid out for. The topology in the database is
 * made once; starting another number of shards over it would leave documents without a
 * shard.
 *
 * @param shards the number
 */
record Layout(int shards) {

	private static final int DEFAULT = 3;

	/**
	 * The number of shards to start.
	 * @param home the suite
	 * @param asked what the user asked for, null for nothing
	 * @return the number
	 */
	static int shards(SuiteHome home, @Nullable Integer asked) {
		boolean data = Files.exists(home.database().resolve("PG_VERSION"));
		Integer stored = data
				? Json.read(home.run().resolve("layout.json"), Layout.class).map(Layout::shards).orElse(null) : null;
		if (stored == null) {
			return (asked != null) ? asked : DEFAULT;
		}
		if (asked != null && !asked.equals(stored)) {
			throw new SuiteFailure(
					"the documents in %s are laid out for %d shards: start with --shards %d, or remove that folder to begin anew"
						.formatted(home.database(), stored, stored));
		}
		return stored;
	}

	static void write(SuiteHome home, int shards) throws IOException {
		Json.replace(home.run().resolve("layout.json"), new Layout(shards));
	}

}
