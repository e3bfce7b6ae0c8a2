package dev.bootpatterns.local.tour;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import dev.bootpatterns.local.state.ProcessState;
import dev.bootpatterns.local.state.ProcessState.State;
import dev.bootpatterns.local.tour.Outcome.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/** The steps that make a shard and a key hot, before shards that only count. */
@Timeout(60)
class HotStepTests {

	private static final String COLLAPSED = "boot-patterns; fwd=uri-miss; collapsed";

	private static final String HIT = "boot-patterns; hit; ttl=0";

	@Test
	void hotShard_thatTheOwnerSees_passes_andNothingIsLeft() throws IOException {
		try (FakeShards shards = threeShards().measure((reads) -> heat(hottest(reads), 1, 1, 0))) {
			Outcome outcome = new HotShards().run(suite(shards));
			assertThat(outcome.verdict()).as(outcome.measured()).isEqualTo(Verdict.PASSED);
			assertThat(outcome.measured()).contains("chi-square 812 with 2 degrees of freedom, p 0.000",
					"shard 1 at 2.50 of the mean load", "hottest key tour/hot-shard/0 in shard 1, 48 %",
					"after 160 reads, half of them of tour/hot-shard/0");
			assertThat(shards.documents()).isEmpty();
		}
	}

	/** The owner looks only now and then. */
	@Test
	void hotShard_thatIsNotSeenYet_isReadOn() throws IOException {
		AtomicInteger looks = new AtomicInteger();
		try (FakeShards shards = threeShards()
			.measure((reads) -> (looks.incrementAndGet() < 3) ? "{}" : heat(hottest(reads), 1, 1, 0))) {
			Outcome outcome = new HotShards().run(suite(shards));
			assertThat(outcome.verdict()).as(outcome.measured()).isEqualTo(Verdict.PASSED);
			assertThat(outcome.measured()).contains("after 480 reads");
		}
	}

	/** The key of another, the shard of another, by chance. */
	@ParameterizedTest
	@CsvSource({ "tour/replicated, 1, 1, 0", "tour/hot-shard/0, 1, 2, 0", "tour/hot-shard/0, 1, 1, 0.2" })
	void hotShard_thatTheOwnerDoesNotSee_fails(String key, int shardOfKey, int hottest, double chance)
			throws IOException {
		try (FakeShards shards = threeShards().measure((reads) -> heat(key, shardOfKey, hottest, chance))) {
			assertThat(new HotShards().run(hurried(shards)).verdict()).isEqualTo(Verdict.FAILED);
			assertThat(shards.documents()).isEmpty();
		}
	}

	@Test
	void oneShard_isNeverHot() throws IOException {
		try (FakeShards shards = new FakeShards(1, (id) -> "0")) {
			assertThat(new HotShards().run(suite(shards)).verdict()).isEqualTo(Verdict.SKIPPED);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { COLLAPSED, HIT })
	void hotKey_thatIsShared_passes_andNothingIsLeft(String shared) throws IOException {
		try (FakeShards shards = threeShards().share((control) -> control.isEmpty() ? shared : "")) {
			Outcome outcome = new HotKeys().run(suite(shards));
			assertThat(outcome.verdict()).as(outcome.measured()).isEqualTo(Verdict.PASSED);
			assertThat(outcome.measured()).contains("0 reads were fetched", "0 were not hot yet",
					"0 reads older than a write before them, 0 failed; with no-cache from the replica",
					shared.equals(HIT) ? "0 shared such a fetch" : "0 got a copy");
			assertThat(shards.documents()).isEmpty();
		}
	}

	@Test
	void hotKey_thatIsNotShared_fails() throws IOException {
		try (FakeShards shards = threeShards()
			.share((control) -> control.isEmpty() ? "boot-patterns; fwd=uri-miss" : "")) {
			assertThat(new HotKeys().run(hurried(shards)).verdict()).isEqualTo(Verdict.FAILED);
			assertThat(shards.documents()).isEmpty();
		}
	}

	@Test
	void hotKey_whoseReadersMissAWrite_fails() throws IOException {
		try (FakeShards shards = threeShards().share((control) -> control.isEmpty() ? COLLAPSED : "").forget()) {
			Outcome outcome = new HotKeys().run(suite(shards));
			assertThat(outcome.verdict()).isEqualTo(Verdict.FAILED);
			assertThat(outcome.measured()).doesNotContain(" 0 reads older");
		}
	}

	@Test
	void hotKey_thatIsSharedWithWhoDoesNotWantIt_fails() throws IOException {
		try (FakeShards shards = threeShards().share((control) -> COLLAPSED)) {
			Outcome outcome = new HotKeys().run(suite(shards));
			assertThat(outcome.verdict()).isEqualTo(Verdict.FAILED);
			assertThat(outcome.measured()).endsWith("with no-cache shared");
		}
	}

	@Test
	void suiteThatDoesNotAnswer_failsAndHoldsNobodyUp() throws IOException {
		FakeShards shards = threeShards();
		shards.close();
		assertThatException().isThrownBy(() -> new HotShards().run(suite(shards)));
		assertThatException().isThrownBy(() -> new HotKeys().run(suite(shards)));
	}

	private static FakeShards threeShards() throws IOException {
		return new FakeShards(3, (id) -> Integer.toString((numberOf(id) + 1) % 3));
	}

	private static int numberOf(String id) {
		return id.matches(".*/[0-9]+") ? Integer.parseInt(id.substring(id.lastIndexOf('/') + 1)) : 0;
	}

	private static String hottest(Map<String, Integer> reads) {
		return reads.entrySet().stream().max(Comparator.comparingInt(Map.Entry::getValue)).orElseThrow().getKey();
	}

	private static String heat(String key, int shardOfKey, int hottest, double chance) {
		return """
				{"chiSquare": {"statistic": 812.4, "degreesOfFreedom": 2, "pValue": %s},
				"shards": [{"shard": 0, "load": 0.1}, {"shard": %d, "load": 2.5}],
				"hotKeys": [{"key": "%s", "shard": %d, "share": 0.48}, {"key": "other", "shard": 0, "share": 0.1}]}"""
			.formatted(chance, hottest, key, shardOfKey);
	}

	private static RunningSuite suite(FakeShards shards) {
		return suite(shards, InstantSource.system());
	}

	/** For what never happens: the time goes on by five seconds at each look. */
	private static RunningSuite hurried(FakeShards shards) {
		AtomicLong seconds = new AtomicLong();
		return suite(shards, () -> Instant.ofEpochSecond(seconds.addAndGet(5)));
	}

	private static RunningSuite suite(FakeShards shards, InstantSource clock) {
		ProcessState gateway = new ProcessState("gateway", null, 1, State.READY, shards.url(), 0, null, "");
		return new RunningSuite(() -> List.of(gateway), "token", clock);
	}

}
