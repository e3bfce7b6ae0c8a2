package dev.bootpatterns.shard.search;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

import dev.bootpatterns.sharding.SlotSet;
import dev.bootpatterns.sharding.Slots;
import dev.bootpatterns.sharding.Topology;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Three leaves that score by the sum of their statistics answer as one index over
 * everything does.
 */
class GlobalScoresTests {

	private static final int SHARDS = 3;

	private static final int BEST = 50;

	@TempDir
	private Path directory;

	/** Of each word there is a plural, and the rare words are not in every leaf. */
	@Test
	void generatedTexts_areRankedAsInOneIndex() throws IOException {
		Random random = new Random(17);
		Map<String, String> texts = new TreeMap<>();
		for (int i = 0; i < 300; i++) {
			StringBuilder text = new StringBuilder();
			for (int words = 20 + random.nextInt(200); words > 0; words--) {
				text.append(word((int) Math.exp(random.nextDouble() * 7)))
					.append(random.nextInt(4) == 0 ? "s" : "")
					.append((words % 10 == 0) ? "\n" : " ");
			}
			texts.put("text-" + i, text.toString());
		}
		for (int i = 0; i < 12; i++) {
			texts.put("dune-" + i, "a zephyr over the " + ((i == 0) ? "dunes" : "dune"));
		}
		List<String> queries = new ArrayList<>(List.of("dunes", "\"the dunes\"", "\"zephyrs over the dunes\""));
		for (int i = 1; i < 400; i += 13) {
			queries.add(word(i));
			queries.add(word(i) + "s");
			queries.add(word(i) + "s | " + word(i + 1));
			queries.add(word(1) + " " + word(i) + "s");
			queries.add("\"" + word(i % 5 + 1) + "s " + word(i % 7 + 1) + "s\"");
		}
		assertRankedAsInOneIndex(texts, queries);
	}

	/** Letters, so that no number is split from it. */
	private static String word(int number) {
		return "x" + Integer.toString(number)
			.chars()
			.collect(StringBuilder::new, (word, digit) -> word.append((char) (digit - '0' + 'b')),
					StringBuilder::append);
	}

	/** The package {@code java.util} of the JDK that runs this. */
	@Test
	void sources_areRankedAsInOneIndex() throws IOException {
		Path sources = Path.of(System.getProperty("java.home"), "lib", "src.zip");
		assumeThat(sources).as("the sources of the JDK").exists();
		Map<String, String> texts = new TreeMap<>();
		try (ZipFile zip = new ZipFile(sources.toFile())) {
			for (ZipEntry entry : Collections.list(zip.entries())) {
				String name = entry.getName();
				if (name.startsWith("java.base/java/util/") && name.endsWith(".java")) {
					texts.put(name, new String(zip.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8));
				}
			}
		}
		assertRankedAsInOneIndex(texts,
				List.of("concurrent", "maps", "exchangers", "concurrent maps", "ConcurrentHashMap | queues",
						"\"hash maps\"", "\"thread pools\"", "\"reader locks\"", "locks -semaphores", "semaphor~1",
						"concur*", "java.util.concurrent.locks", "tree (maps | sets)", "trees sets | zzz",
						"spliterators characteristics", "\"in the queue\" | deques"));
	}

	private void assertRankedAsInOneIndex(Map<String, String> texts, List<String> queries) throws IOException {
		Topology topology = Topology.balanced(SHARDS);
		List<TestIndex> leaves = new ArrayList<>();
		int differentAlone = 0;
		try (TestIndex whole = new TestIndex(this.directory.resolve("whole"), SlotSet.parse("0-" + (Slots.COUNT - 1)),
				texts)) {
			for (int shard = 0; shard < SHARDS; shard++) {
				leaves.add(new TestIndex(this.directory.resolve("leaf-" + shard), topology.slotsOf(shard), texts));
			}
			assertThat(leaves.stream().mapToInt(TestIndex::size)).allMatch((size) -> size > 50);
			for (String query : queries) {
				Statistics sum = new Statistics(0, Map.of(), Map.of());
				List<SearchResult.Hit> alone = new ArrayList<>();
				List<SearchResult.Hit> merged = new ArrayList<>();
				for (TestIndex leaf : leaves) {
					sum = add(sum, leaf.statistics(query));
					alone.addAll(leaf.hits(query, BEST, null));
				}
				sum.requireConsistent();
				assertThat(sum).isEqualTo(whole.statistics(query));
				for (TestIndex leaf : leaves) {
					merged.addAll(leaf.hits(query, BEST, sum));
				}
				List<SearchResult.Hit> expected = whole.hits(query, BEST, null);
				assertSame(query, best(merged), expected);
				assertSame(query, whole.hits(query, BEST, sum), expected);
				differentAlone += ids(best(alone)).equals(ids(expected)) ? 0 : 1;
			}
		}
		finally {
			for (TestIndex leaf : leaves) {
				leaf.close();
			}
		}
		assertThat(differentAlone).as("queries that leaves rank differently by their own statistics").isPositive();
	}

	private static void assertSame(String query, List<SearchResult.Hit> actual, List<SearchResult.Hit> expected) {
		assertThat(ids(actual)).as(query).isEqualTo(ids(expected));
		for (int i = 0; i < expected.size(); i++) {
			assertThat(actual.get(i).score()).as("%s: %s", query, expected.get(i).id())
				.isCloseTo(expected.get(i).score(), Percentage.withPercentage(1e-4));
		}
	}

	private static List<SearchResult.Hit> best(List<SearchResult.Hit> hits) {
		return hits.stream()
			.sorted(Comparator.comparing(SearchResult.Hit::score, Comparator.reverseOrder())
				.thenComparing(SearchResult.Hit::id))
			.limit(BEST)
			.toList();
	}

	private static List<String> ids(List<SearchResult.Hit> hits) {
		return hits.stream().map(SearchResult.Hit::id).toList();
	}

	private static Statistics add(Statistics one, Statistics other) {
		Map<String, Statistics.FieldCount> fields = new HashMap<>(one.fields());
		other.fields()
			.forEach((name, count) -> fields.merge(name, count,
					(a, b) -> new Statistics.FieldCount(a.documents() + b.documents(), a.tokens() + b.tokens())));
		Map<String, Statistics.TermCount> terms = new HashMap<>(one.terms());
		other.terms()
			.forEach((name, count) -> terms.merge(name, count, (a,
					b) -> new Statistics.TermCount(a.documents() + b.documents(), a.occurrences() + b.occurrences())));
		return new Statistics(one.documents() + other.documents(), fields, terms);
	}

}
