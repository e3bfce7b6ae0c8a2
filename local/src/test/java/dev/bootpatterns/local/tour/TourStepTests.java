package dev.bootpatterns.local.tour;

import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

import dev.bootpatterns.local.state.ProcessState;
import dev.bootpatterns.local.state.ProcessState.State;
import dev.bootpatterns.local.tour.Outcome.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(60)
class TourStepTests {

	@Test
	void shardedService_withManyShards_goesOnUntilEachHasAKey() throws IOException {
		// The last shard has none of the first keys.
		try (FakeShards shards = new FakeShards(12, (id) -> Integer.toString(shardOf(numberOf(id))))) {
			Outcome outcome = new ShardedService().run(suite(shards));
			assertThat(outcome.verdict()).as(outcome.measured()).isEqualTo(Verdict.PASSED);
			assertThat(outcome.measured()).startsWith("41 keys");
			assertThat(shards.documents()).isEmpty();
		}
	}

	@Test
	void shardedService_withAShardThatHasNothing_fails() throws IOException {
		try (FakeShards shards = new FakeShards(2, (id) -> "0")) {
			assertThat(new ShardedService().run(suite(shards)).verdict()).isEqualTo(Verdict.FAILED);
			assertThat(shards.documents()).isEmpty();
		}
	}

	@Test
	void replicatedService_withOneReplica_isSkipped() throws IOException {
		try (FakeShards shards = new FakeShards(2, (id) -> "0")) {
			Outcome outcome = new ReplicatedService().run(suite(shards, "shard-0-a", "shard-1-a"));
			assertThat(outcome.verdict()).isEqualTo(Verdict.SKIPPED);
			assertThat(outcome.measured()).contains("--replicas 1");
			assertThat(shards.documents()).isEmpty();
		}
	}

	@Test
	void replicatedService_ofWhichOneAnswersAll_failsAndLeavesNothingBehind() throws IOException {
		try (FakeShards shards = new FakeShards(2, (id) -> "0")) {
			Outcome outcome = new ReplicatedService().run(suite(shards, "shard-0-a", "shard-0-b"));
			assertThat(outcome.verdict()).isEqualTo(Verdict.FAILED);
			assertThat(shards.documents()).isEmpty();
		}
	}

	@Test
	void resharding_whileTheOwnerMovesHotSlots_waits() throws IOException {
		try (FakeShards shards = new FakeShards(3, (id) -> "0")) {
			shards.refuseChanges(2);
			Outcome outcome = new LiveResharding().run(suite(shards));
			assertThat(outcome.verdict()).as(outcome.measured()).isEqualTo(Verdict.PASSED);
			assertThat(shards.documents()).isEmpty();
		}
	}

	private static int numberOf(String id) {
		return Integer.parseInt(id.substring(id.lastIndexOf('/') + 1));
	}

	private static int shardOf(int key) {
		return (key == 40) ? 11 : key % 11;
	}

	private static RunningSuite suite(FakeShards shards, String... others) {
		List<ProcessState> processes = new ArrayList<>();
		processes.add(new ProcessState("gateway", null, 1, State.READY, shards.url(), 0, null, ""));
		for (String name : others) {
			processes.add(new ProcessState(name, null, 1, State.READY, "http://127.0.0.1:1", 0, null, ""));
		}
		return new RunningSuite(() -> processes, "token", InstantSource.system());
	}

}
