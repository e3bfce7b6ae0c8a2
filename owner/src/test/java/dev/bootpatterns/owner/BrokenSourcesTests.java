package dev.bootpatterns.owner;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import dev.bootpatterns.broker.EmbeddedBroker;
import dev.bootpatterns.owner.sources.Listing;
import dev.bootpatterns.owner.sources.Source;
import dev.bootpatterns.owner.sources.SourceItem;
import dev.bootpatterns.owner.support.FakeWorker;
import dev.bootpatterns.owner.support.RunningOwner;
import dev.bootpatterns.owner.support.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/** A fork's source may throw what its interface does not name. */
class BrokenSourcesTests {

	private static final int ITEMS = 10;

	@TempDir
	private static Path corpus;

	private static EmbeddedBroker broker;

	private static RunningOwner owner;

	@BeforeAll
	static void start() throws Exception {
		Files.writeString(corpus.resolve("a.txt"), "a");
		broker = EmbeddedBroker.onFreePort();
		owner = RunningOwner
			.start(List.of(source("unreadable-item", (number) -> "item-" + number), source("unlistable", (number) -> {
				throw new IllegalStateException("secret");
			}), source("unstorable", "a\0b"::repeat)), "owner-1", TestDatabase.empty(), broker.port(), corpus)
			.awaitLeader("owner-1");
	}

	@AfterAll
	static void stop() {
		owner.close();
		broker.close();
	}

	@Test
	void itemWhoseReadingThrows_fails_andTheOthersAreSentOnce() {
		try (FakeWorker worker = FakeWorker.working(broker.port())) {
			String location = owner.job("unreadable-item");
			JsonNode job = owner.awaitState(location, "DONE");
			assertThat(job.path("done").asInt()).isEqualTo(ITEMS - 1);
			assertThat(worker.taken()).hasSize(ITEMS - 1);
			JsonNode dead = owner.json(location + "/items?state=DEAD").path("items");
			assertThat(dead).hasSize(1);
			assertThat(dead.path(0).path("id").asString()).isEqualTo("item-5");
			assertThat(dead.path(0).path("reason").asString()).startsWith("the item could not be read");
		}
	}

	@ParameterizedTest
	@CsvSource({ "unlistable, failed while it was listed", "unstorable, lists items that cannot be stored" })
	void sourceWhoseListThrows_failsItsJob_andTheNextJobGoesOn(String source, String reason) {
		try (FakeWorker _ = FakeWorker.working(broker.port())) {
			String broken = owner.job(source);
			assertThat(owner.awaitState(owner.job(), "DONE").path("done").asInt()).isEqualTo(1);
			assertThat(owner.awaitState(broken, "FAILED").path("reason").asString()).contains(reason)
				.doesNotContain("secret");
		}
	}

	/** Names its items as told, and cannot read the sixth. */
	private static Source source(String name, Function<Integer, String> ids) {
		return new Source() {

			@Override
			public String name() {
				return name;
			}

			@Override
			public Listing list(ItemSink sink) {
				for (int i = 0; i < ITEMS; i++) {
					sink.accept(new SourceItem(ids.apply(i), 1));
				}
				return new Listing(Map.of());
			}

			@Override
			public Reader open() {
				return new Reader() {

					@Override
					public byte[] read(String id) {
						if (id.endsWith("5")) {
							throw new IllegalStateException("secret");
						}
						return id.getBytes(StandardCharsets.UTF_8);
					}

					@Override
					public void close() {
						throw new IllegalStateException("secret");
					}

				};
			}

		};
	}

}
