package dev.bootpatterns.shard.search;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

import dev.bootpatterns.shard.admission.StoppedException;
import dev.bootpatterns.sharding.SlotSet;
import dev.bootpatterns.sharding.Slots;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** A search asks whether it is to stop, wherever it spends time. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StoppingTests {

	private TestIndex index;

	@BeforeAll
	void open(@TempDir Path directory) throws IOException {
		Map<String, String> texts = new TreeMap<>();
		for (int i = 0; i < 5000; i++) {
			// The first scores best, so that no later one is looked at twice.
			texts.put("id-" + i, "common quark" + i + "\nother text" + ((i > 0) ? " and more of it" : ""));
		}
		this.index = new TestIndex(directory, SlotSet.parse("0-" + (Slots.COUNT - 1)), texts);
	}

	@AfterAll
	void close() throws IOException {
		this.index.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "common", "common | text", "quark1*", "\"common quark17\"", "qark17~1", "-nothing" })
	void search_stopsWhenToldTo_howeverFarItIs(String query) throws IOException {
		int asked = timesAsked(query, 3);
		for (int i = 0; i < asked; i++) {
			AtomicInteger left = new AtomicInteger(i);
			assertThatExceptionOfType(StoppedException.class).as("stopped at question %d of %d", i, asked)
				.isThrownBy(() -> this.index.search(query, 3, null, () -> left.getAndDecrement() <= 0));
		}
	}

	@Test
	void search_asksForEachSnippet() throws IOException {
		assertThat(timesAsked("common", 100) - timesAsked("common", 0)).isGreaterThanOrEqualTo(100);
	}

	@Test
	void search_asksWhileItCollects() throws IOException {
		assertThat(timesAsked("common", 0) - timesAsked("quark0", 0)).isGreaterThan(5);
	}

	@Test
	void search_asksWhileItLooksUpTerms() throws IOException {
		assertThat(timesAsked("quark*", 0) - timesAsked("common", 0)).isGreaterThan(100);
	}

	private int timesAsked(String query, int limit) throws IOException {
		AtomicInteger asked = new AtomicInteger();
		this.index.search(query, limit, null, () -> {
			asked.incrementAndGet();
			return false;
		});
		return asked.get();
	}

}
