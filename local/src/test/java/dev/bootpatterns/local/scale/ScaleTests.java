package dev.bootpatterns.local.scale;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.console.Console;
import dev.bootpatterns.local.plan.Options;
import dev.bootpatterns.local.state.Json;
import dev.bootpatterns.local.state.ProcessState;
import dev.bootpatterns.local.state.SuiteHome;
import dev.bootpatterns.local.state.SuiteState;
import dev.bootpatterns.local.up.LastSizes;
import dev.bootpatterns.local.up.Layout;
import dev.bootpatterns.local.up.Leftovers;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Timeout(60)
class ScaleTests {

	private static final Options THREE = new Options(3, 2, 2, null, "");

	@TempDir
	Path folder;

	private final List<String> events = new CopyOnWriteArrayList<>();

	private final ByteArrayOutputStream out = new ByteArrayOutputStream();

	private final Console console = new Console(new PrintStream(this.out, true, StandardCharsets.UTF_8), false);

	private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);

	private SuiteHome home;

	private FakeOwner owner;

	private FakeSupervisor supervisor;

	@BeforeEach
	void suite() throws IOException {
		this.home = new SuiteHome(this.folder, this.folder.resolve("home"), freeOffset());
		this.home.create();
		Files.writeString(this.home.adminToken(), "token");
		Json.replace(this.home.run().resolve("layout.json"), new Layout("embedded", 3));
		this.owner = new FakeOwner(this.events);
		this.supervisor = new FakeSupervisor(this.home, this.owner.url(), this.events, THREE);
	}

	@AfterEach
	void close() {
		this.supervisor.close();
		this.owner.close();
	}

	@Test
	void moreShards_areStartedFirst_andThenTheTopologyIsChanged() {
		assertThat(scale(4, null, null)).isZero();
		assertThat(this.events).containsExactly("resize 4 2 2", "apply 4", "PREPARING", "SWITCHED", "DONE");
		assertThat(names()).contains("shard-3-a", "shard-3-b");
		assertThat(said()).contains("plan: 3 → 4 shards; 256 slots, 850 documents, 13.0 MiB move; skew 1.01 → 1.25")
			.containsPattern("shard 0 +shard 3 +86 +283 +3.0 MiB")
			.contains("started shard-3-a, shard-3-b; ready after")
			.contains("load their slots, waiting for shard-3/a")
			.contains("topology of epoch 2 in force after")
			.contains("4 shards with 2 replicas each, 2 workers; took");
		assertThat(layout()).isEqualTo(new Layout("embedded", 4));
	}

	/** Each question to the owner takes a second: begin, PREPARING, SWITCHED, DONE. */
	@Test
	void eachPhase_saysHowLongItTook() {
		this.owner.whenAskedToChange(() -> this.now.updateAndGet((before) -> before.plusSeconds(1)));
		scale(4, null, null);
		assertThat(said()).containsSubsequence("started shard-3-a, shard-3-b; ready after 0 ms",
				"topology of epoch 2 in force after 3.0 s", "change done after 4.0 s", "took 4.0 s");
		assertThat(said()).containsOnlyOnce("in force after");
	}

	@Test
	void fewerShards_areEndedAfterTheTopologyIsChanged() {
		assertThat(scale(2, null, null)).isZero();
		assertThat(this.events).containsExactly("apply 2", "PREPARING", "SWITCHED", "DONE", "resize 2 2 2");
		assertThat(names()).doesNotContain("shard-2-a", "shard-2-b");
		assertThat(said()).contains("ended shard-2-a, shard-2-b after").doesNotContain("ready: 0 of 0");
		assertThat(layout()).isEqualTo(new Layout("embedded", 2));
	}

	@Test
	void replicasAndWorkers_areChangedWithoutTheOwner_andRememberedForTheNextUp() throws IOException {
		scale(null, 3, 1);
		assertThat(this.events).as("first more, then fewer").containsExactly("resize 3 3 2", "resize 3 3 1");
		assertThat(names()).contains("shard-2-c").doesNotContain("worker-2");
		assertThat(Json.read(this.home.run().resolve("sizes.json"), LastSizes.class)).contains(new LastSizes(3, 1));
		scale(null, 1, null);
		assertThat(names()).contains("shard-0-a").doesNotContain("shard-0-b", "shard-0-c");
	}

	@Test
	void numbersThatAreSo_changeNothing() {
		scale(3, 2, 2);
		assertThat(this.events).containsExactly("apply 3");
		assertThat(said()).contains("plan: the topology has 3 shards, nothing moves");
	}

	@Test
	void numberOutOfBounds_isRefused() {
		assertThat(failure(17, null, null)).isEqualTo("--shards 17: give 1 to 16");
		assertThat(failure(null, 0, null)).isEqualTo("--replicas 0: give 1 to 8");
		assertThat(failure(null, null, 33)).isEqualTo("--workers 33: give 0 to 32");
		assertThat(failure(16, 8, null)).as("no room for so many ports").contains("is wanted by owner-1 and by shard-");
		assertThat(said()).as("the owner was not asked").isEmpty();
		this.supervisor.ends();
		assertThat(failure(17, null, null)).as("whatever runs").isEqualTo("--shards 17: give 1 to 16");
	}

	@Test
	void suiteThatDoesNotRun_isNamed() throws IOException {
		this.supervisor.ends();
		assertThat(failure(4, null, null)).isEqualTo("the suite is being ended: see './suite status'");
		Files.delete(this.home.state());
		assertThat(failure(4, null, null)).isEqualTo("nothing runs: './suite up' starts the suite");
	}

	@Test
	void portThatIsTaken_isNamed_andNothingIsStarted() throws IOException {
		int port = this.home.port(8107);
		try (ServerSocket other = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
			assertThat(failure(4, null, null))
				.contains("port %d, wanted by shard-3-a, is taken".formatted(other.getLocalPort()));
		}
		assertThat(this.events).isEmpty();
	}

	@Test
	void processThatDoesNotStart_isNamedWithItsLog_andTheOthersAreEndedAgain() throws IOException {
		this.supervisor.crashes("shard-3-b");
		Files.writeString(this.home.log("shard-3-b"), "no way to start");
		assertThat(failure(4, null, null)).startsWith("shard-3-b ended while starting: exit code 7")
			.contains("| no way to start")
			.contains("what was started for the change was ended again");
		assertThat(this.events).as("the owner was not asked").containsExactly("resize 4 2 2", "resize 3 2 2");
		this.supervisor.starts("shard-3-b");
		assertThat(scale(4, null, null)).isZero();
	}

	@Test
	void supervisorThatRefuses_isHeard_andNothingIsChanged() {
		this.supervisor.refuses("shard 1 would be left without a ready replica");
		assertThat(failure(null, 1, null)).isEqualTo("shard 1 would be left without a ready replica");
		assertThat(names()).contains("shard-0-b");
		this.supervisor.refuses(null);
		assertThat(scale(null, 1, null)).isZero();
	}

	@Test
	void supervisorThatIsEnded_isNotWaitedFor() {
		this.owner.passesThrough("PREPARING").whenAskedToChange(this.supervisor::ends);
		this.owner.refuses(422, "{\"detail\": \"not now\"}");
		assertThat(failure(4, null, null)).contains("not now")
			.contains("could not be ended again: the suite was ended");
	}

	@Test
	void changeThatTheOwnerRefuses_isUndone_withItsReason() {
		this.owner.refuses(422, "{\"detail\": \"no replica of shard 3 has announced itself\"}");
		assertThat(failure(4, null, null)).contains(
				"the owner refuses 4 shards: POST /topology/apply answered 422: no replica of shard 3 has announced itself")
			.contains("the topology is as it was");
		assertThat(this.events).containsExactly("resize 4 2 2", "resize 3 2 2");
		assertThat(layout()).as("nothing has changed").isEqualTo(new Layout("embedded", 3));
	}

	@Test
	void changeThatIsRolledBack_isUndone_alsoWhatAnEarlierCommandStarted() {
		scale(4, null, null);
		this.owner.hasShards(3).passesThrough("PREPARING", "ROLLED_BACK").because("shard-3/a was not prepared in time");
		this.events.clear();
		assertThat(failure(4, null, null)).contains("rolled change 7 back: shard-3/a was not prepared in time");
		assertThat(this.events).containsExactly("apply 4", "PREPARING", "ROLLED_BACK", "resize 3 2 2");
	}

	@Test
	void sameChangeUnderWay_isFollowed() {
		this.owner.isChangingTo(4).refuses(409, "{\"change\": \"7\"}");
		assertThat(scale(4, null, null)).isZero();
		assertThat(said()).contains("change 7 to 4 shards is under way already: following it");
		assertThat(this.events).containsExactly("resize 4 2 2", "PREPARING", "SWITCHED", "DONE");
	}

	@Test
	void anotherChangeUnderWay_isRefused_andNothingOfItIsTouched() {
		scale(5, null, null);
		this.events.clear();
		this.owner.hasShards(3).isChangingTo(5).passesThrough("PREPARING").refuses(409, "{\"change\": \"7\"}");
		assertThat(failure(4, null, null)).contains("another change is under way: 7, from 3 to 5 shards, PREPARING")
			.contains("'./suite scale --shards 5' follows it");
		assertThat(names()).contains("shard-3-a", "shard-4-b");
		assertThat(this.events).containsExactly("PREPARING");
	}

	@Test
	void ownersMovesOfHotSlots_areWaitedFor() {
		this.owner.isChangingTo(3).passesThrough("SWITCHED", "PREPARING", "DONE").refuses(409, "{\"change\": \"7\"}");
		assertThat(scale(4, null, null)).isZero();
		assertThat(said()).contains("the owner has not begun yet");
		assertThat(this.events).containsExactly("resize 4 2 2", "SWITCHED", "apply 4", "PREPARING", "DONE");
	}

	@Test
	void anotherChangeThatHasJustEnded_isNoObstacle() {
		this.owner.isChangingTo(2).passesThrough("DONE", "PREPARING", "DONE").refuses(409, "{\"change\": \"7\"}");
		assertThat(scale(4, null, null)).isZero();
		assertThat(this.events).containsExactly("resize 4 2 2", "DONE", "apply 4", "PREPARING", "DONE");
	}

	@Test
	void leaderThatIsMissing_isWaitedFor() {
		this.owner.refuses(503, "{\"detail\": \"no leader\"}").refuses(504, "");
		assertThat(scale(4, null, null)).isZero();
		assertThat(said()).contains("the owner has not begun yet: POST /topology/apply answered 503: no leader");
	}

	@Test
	void leaderThatStaysAway_endsWhatWasStarted() {
		fast();
		IntStream.range(0, 100).forEach((time) -> this.owner.refuses(503, ""));
		assertThat(failure(4, null, null)).contains("did not begin within 60 s").contains("was ended again");
		assertThat(names()).doesNotContain("shard-3-a");
	}

	@Test
	void changeThatMayHaveBegun_isNotUndone() {
		fast();
		IntStream.range(0, 100).forEach((time) -> this.owner.refuses(504, ""));
		assertThat(failure(4, null, null)).contains("perhaps has begun").contains("./suite scale --shards 4");
		assertThat(names()).contains("shard-3-a");
		assertThat(layout()).as("only the database knows").isEqualTo(new Layout("embedded", 0));
	}

	@Test
	void changeWithoutProgress_isGivenUp_sayingWhoIsAwaited() {
		fast();
		this.owner.passesThrough("PREPARING");
		assertThat(failure(4, null, null)).contains("no progress for 300 s")
			.contains("waiting for shard-3/a")
			.contains("'./suite scale --shards 4' follows it");
		assertThat(names()).as("the owner goes on").contains("shard-3-a");
	}

	@Test
	void answerThatIsNotUnderstood_isShown() {
		this.owner.refuses(202, "{\"state\": \"DREAMING\"}");
		assertThat(failure(4, null, null)).contains("is not understood: {\"state\": \"DREAMING\"}");
		assertThat(names()).as("it may have begun").contains("shard-3-a");
	}

	@Test
	void ownerWithoutAnswer_isNamed_beforeAnythingIsStarted() {
		this.owner.close();
		assertThat(failure(4, null, null)).contains("the topology cannot be read: the gateway does not answer");
		assertThat(this.events).isEmpty();
	}

	@Test
	void commandKilledBeforeTheChange_isFinishedByTheNext() throws IOException {
		this.supervisor.close();
		this.supervisor = new FakeSupervisor(this.home, this.owner.url(), this.events, THREE.sized(4, 2, 2));
		assertThat(scale(4, null, null)).isZero();
		assertThat(this.events).containsExactly("apply 4", "PREPARING", "SWITCHED", "DONE");
		assertThat(layout()).isEqualTo(new Layout("embedded", 4));
	}

	@Test
	void commandKilledAfterTheChange_isFinishedByTheNext() {
		this.owner.hasShards(2);
		assertThat(scale(2, null, null)).isZero();
		assertThat(this.events).containsExactly("apply 2", "resize 2 2 2");
		assertThat(names()).doesNotContain("shard-2-a");
	}

	@Test
	void commandKilledBeforeTheChange_canBeTakenBack() throws IOException {
		this.supervisor.close();
		this.supervisor = new FakeSupervisor(this.home, this.owner.url(), this.events, THREE.sized(4, 2, 2));
		assertThat(scale(3, null, null)).isZero();
		assertThat(this.events).containsExactly("apply 3", "resize 3 2 2");
	}

	@Test
	void interruption_beforeTheChange_endsWhatWasStarted_andAsksForNothingMore() {
		Fleet fleet = fleet();
		try (Undo undo = new Undo(fleet, this.console)) {
			undo.arm(THREE, Set.of("shard-3-a", "shard-3-b"));
			fleet.resize(THREE.sized(4, 2, 2));
			undo.interrupted();
			assertThat(names()).doesNotContain("shard-3-a");
			assertThat(said()).contains("interrupted: the topology is as it was, and what was started is ended");
			assertThatExceptionOfType(SuiteFailure.class).isThrownBy(() -> undo.disarm(""));
			assertThatExceptionOfType(SuiteFailure.class).isThrownBy(() -> fleet.resize(THREE.sized(5, 2, 2)));
			fleet.awaitReady(Set.of("shard-0-a"), fleet.running());
			assertThat(said()).as("what goes on beside it is not shown").doesNotContain("ready");
		}
		assertThat(this.events).containsExactly("resize 4 2 2", "resize 3 2 2");
	}

	@Test
	void interruption_duringTheChange_leavesItToTheOwner() {
		Fleet fleet = fleet();
		try (Undo undo = new Undo(fleet, this.console)) {
			undo.arm(THREE, Set.of("shard-3-a"));
			fleet.resize(THREE.sized(4, 2, 2));
			undo.disarm("the owner goes on");
			undo.interrupted();
		}
		assertThat(said()).contains("interrupted: the owner goes on");
		assertThat(names()).contains("shard-3-a");
		assertThat(this.events).containsExactly("resize 4 2 2");
	}

	private int scale(@Nullable Integer shards, @Nullable Integer replicas, @Nullable Integer workers) {
		return new Scale(this.home, new Leftovers(this.home)::state,
				(options, ports) -> FakeSupervisor.plan(this.home, options, ports), this.console, clock())
			.run(new Scale.Request(shards, replicas, workers));
	}

	private String failure(@Nullable Integer shards, @Nullable Integer replicas, @Nullable Integer workers) {
		try {
			scale(shards, replicas, workers);
		}
		catch (SuiteFailure failure) {
			return failure.getMessage();
		}
		return "";
	}

	private Fleet fleet() {
		return new Fleet(this.home, new Leftovers(this.home)::state, this.console, clock());
	}

	private InstantSource clock() {
		return this.now::get;
	}

	/** Each question about a change takes long. */
	private void fast() {
		this.owner.whenAskedToChange(() -> this.now.updateAndGet((before) -> before.plus(Duration.ofSeconds(20))));
	}

	private List<String> names() {
		return new Leftovers(this.home).state()
			.map(SuiteState::processes)
			.orElse(List.of())
			.stream()
			.map(ProcessState::name)
			.toList();
	}

	private Layout layout() {
		return Json.read(this.home.run().resolve("layout.json"), Layout.class).orElseThrow();
	}

	private String said() {
		return this.out.toString(StandardCharsets.UTF_8);
	}

	/** Where the ports of a fourth and fifth shard, and of third replicas, are free. */
	private static int freeOffset() {
		return IntStream.iterate(10_000, (candidate) -> candidate + 500)
			.limit(20)
			.filter((candidate) -> IntStream.rangeClosed(8107, 8112)
				.flatMap((port) -> IntStream.of(port, port + 1000))
				.allMatch((port) -> free(port + candidate)))
			.findFirst()
			.orElseThrow();
	}

	private static boolean free(int port) {
		try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
			return socket.isBound();
		}
		catch (IOException ex) {
			return false;
		}
	}

}
