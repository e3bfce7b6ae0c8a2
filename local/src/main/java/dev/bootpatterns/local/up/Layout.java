package dev.bootpatterns.local.up;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.backing.BackingServices;
import dev.bootpatterns.local.state.Json;
import dev.bootpatterns.local.state.SuiteHome;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * How many shards the stored documents are laid out for. The topology in the database is
 * made once; starting another number of shards over it would leave documents without a
 * shard.
 *
 * @param database which database; null in files of earlier versions
 * @param shards the number
 */
record Layout(@Nullable String database, int shards) {

	private static final int DEFAULT = 3;

	/**
	 * The number of shards to start, by what is known before anything runs.
	 * @param home the suite
	 * @param database the database that is used
	 * @param asked what the user asked for, null for nothing
	 * @return the number
	 */
	static int shards(SuiteHome home, String database, @Nullable Integer asked) {
		Integer stored = stored(home, database);
		if (stored == null) {
			return (asked != null) ? asked : DEFAULT;
		}
		if (asked != null && !asked.equals(stored)) {
			throw otherwise(home, database, stored);
		}
		return stored;
	}

	private static @Nullable Integer stored(SuiteHome home, String database) {
		boolean data = !isEmbedded(database) || Files.exists(home.database().resolve("PG_VERSION"));
		return data ? Json.read(file(home), Layout.class)
			.filter((layout) -> database.equals(layout.database()))
			.map(Layout::shards)
			.orElse(null) : null;
	}

	/**
	 * Compares what was started with what the database says, and remembers the latter.
	 * @param home the suite
	 * @param database the database that is used
	 * @param started the number of shards that run
	 * @param topology the answer of {@code GET /topology}
	 * @throws IOException as the file system says
	 */
	static void verify(SuiteHome home, String database, int started, JsonNode topology) throws IOException {
		int stored = topology.path("shards").size();
		Json.replace(file(home), new Layout(database, stored));
		if (stored != started) {
			throw otherwise(home, database, stored);
		}
	}

	private static SuiteFailure otherwise(SuiteHome home, String database, int stored) {
		String anew = isEmbedded(database) ? "remove that folder to begin anew"
				: "empty that database and remove %s to begin anew".formatted(file(home));
		return new SuiteFailure("the documents in %s are laid out for %d shards: start with --shards %d, or %s"
			.formatted(isEmbedded(database) ? home.database() : database, stored, stored, anew));
	}

	private static boolean isEmbedded(String database) {
		return database.equals(BackingServices.EMBEDDED);
	}

	private static Path file(SuiteHome home) {
		return home.run().resolve("layout.json");
	}

}
