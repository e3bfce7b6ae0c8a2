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
 * @param shards the number; 0 while it is being changed: only the database knows then
 */
public record Layout(@Nullable String database, int shards) {

	private static final int DEFAULT = 3;

	private static final int UNKNOWN = 0;

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
			.filter((layout) -> database.equals(layout.database()) && layout.shards() != UNKNOWN)
			.map(Layout::shards)
			.orElse(null) : null;
	}

	/**
	 * Remembers what the database says.
	 * @param home the suite
	 * @param database the database that is used
	 * @param topology the answer of {@code GET /topology}
	 * @return how many shards its documents are laid out for
	 * @throws IOException as the file system says
	 */
	static int remember(SuiteHome home, String database, JsonNode topology) throws IOException {
		int stored = topology.path("shards").size();
		Json.replace(file(home), new Layout(database, stored));
		return stored;
	}

	/**
	 * Notes that the topology is about to change. Whatever happens to the command
	 * meanwhile, the next start asks the database.
	 * @param home the suite that runs
	 * @throws IOException as the file system says
	 */
	public static void changes(SuiteHome home) throws IOException {
		changed(home, UNKNOWN);
	}

	/**
	 * Notes that the topology has changed.
	 * @param home the suite that runs
	 * @param shards how many shards it has now
	 * @throws IOException as the file system says
	 */
	public static void changed(SuiteHome home, int shards) throws IOException {
		String database = Json.read(file(home), Layout.class).map(Layout::database).orElse(null);
		Json.replace(file(home), new Layout(database, shards));
	}

	/** Another number was asked for than the documents are laid out for. */
	static SuiteFailure otherwise(SuiteHome home, String database, int stored) {
		String anew = isEmbedded(database) ? "remove that folder to begin anew"
				: "empty that database and remove %s to begin anew".formatted(file(home));
		return new SuiteFailure(
				"the documents in %s are laid out for %d shards: start with --shards %d (then './suite scale' changes it), or %s"
					.formatted(isEmbedded(database) ? home.database() : database, stored, stored, anew));
	}

	private static boolean isEmbedded(String database) {
		return database.equals(BackingServices.EMBEDDED);
	}

	private static Path file(SuiteHome home) {
		return home.run().resolve("layout.json");
	}

}
