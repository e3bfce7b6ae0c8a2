package dev.bootpatterns.shard.search;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

import dev.bootpatterns.shard.ShardProperties;
import dev.bootpatterns.shard.documents.Document;
import dev.bootpatterns.sharding.SlotSet;
import dev.bootpatterns.sharding.Slots;
import org.jspecify.annotations.Nullable;

import org.springframework.util.unit.DataSize;

/** The index of a leaf without its replica: some texts by id. */
final class TestIndex implements AutoCloseable {

	static final BooleanSupplier NEVER = () -> false;

	private final SlotIndex index;

	private final SlotSet slots;

	private final Searcher searcher;

	TestIndex(Path directory, SlotSet slots, Map<String, String> texts) throws IOException {
		this.index = new SlotIndex(new ShardProperties(0, "a", directory, Duration.ZERO, Duration.ZERO, Duration.ZERO,
				Duration.ZERO, null, null, Duration.ZERO, Duration.ZERO, DataSize.ofBytes(1)));
		this.slots = slots;
		this.index.mayHave(slots);
		for (Map.Entry<String, String> text : texts.entrySet()) {
			int slot = Slots.of(text.getKey());
			if (slots.contains(slot)) {
				this.index.apply(new Document(text.getKey(), slot, 1, false, text.getKey(), text.getValue(), Map.of()));
			}
		}
		this.index.refresh();
		this.searcher = new Searcher(this.index);
	}

	int size() {
		return this.index.size();
	}

	Statistics statistics(String query) throws IOException {
		return this.searcher.statistics(query);
	}

	Searcher.Found search(String query, int limit, @Nullable Statistics statistics, BooleanSupplier over)
			throws IOException {
		return this.searcher.search(new Searcher.Asked(query, this.slots, 0, limit, statistics), over);
	}

	List<SearchResult.Hit> hits(String query, int limit, @Nullable Statistics statistics) throws IOException {
		return search(query, limit, statistics, NEVER).hits();
	}

	@Override
	public void close() throws IOException {
		this.index.destroy();
	}

}
