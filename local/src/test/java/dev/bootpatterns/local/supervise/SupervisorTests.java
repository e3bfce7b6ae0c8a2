package dev.bootpatterns.local.supervise;

import dev.bootpatterns.local.process.Processes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.console.LogTail;
import dev.bootpatterns.local.plan.Plan;
import dev.bootpatterns.local.plan.PlannedProcess;
import dev.bootpatterns.local.state.ProcessId;
import dev.bootpatterns.local.state.ProcessState;
import dev.bootpatterns.local.state.ProcessState.State;
import dev.bootpatterns.local.state.Resize;
import dev.bootpatterns.local.state.SuiteHome;
import dev.bootpatterns.local.state.SuiteState;
import dev.bootpatterns.local.state.SuiteState.Phase;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Timeout(90)
class SupervisorTests {

	private static final Duration START = Duration.ofSeconds(30);

	private static final Duration GRACE = Duration.ofSeconds(10);

	private static final Resize REQUEST = new Resize("id", 1, 1, 1, null);

	@TempDir
	Path folder;

	private final BlockingQueue<SuiteState> published = new ArrayBlockingQueue<>(1000);

	private SuiteHome home;

	private @Nullable Supervisor supervisor;

	@BeforeEach
	void createHome() {
		this.home = new SuiteHome(this.folder, this.folder, 0);
		this.home.create();
	}

	@AfterEach
	void nothingIsLeftBehind() {
		if (this.supervisor != null) {
			this.supervisor.stop(GRACE);
		}
		assertThat(Processes.of(this.home)).isEmpty();
	}

	@Test
	void start_ofAll_returnsWhenAllAreReady() throws InterruptedException {
		supervise("a", "", "b", "").start(START);
		SuiteState state = await((published) -> published.phase() == Phase.RUNNING);
		assertThat(state.processes()).allMatch(ProcessState::ready).allMatch((process) -> pid(process) > 0);
		assertThat(state.allReady()).isTrue();
	}

	@Test
	void start_ofOneThatCrashes_failsNamingItAndItsLog() {
		assertThatExceptionOfType(SuiteFailure.class).isThrownBy(() -> supervise("a", "", "b", "crash").start(START))
			.withMessage("b ended while starting: exit code 7")
			.satisfies((failure) -> assertThat(failure.log()).isEqualTo(this.home.log("b")));
		assertThat(LogTail.of(this.home.log("b"), 5)).contains("no way to start");
	}

	@Test
	void start_ofOneThatIsNeverReady_failsNamingIt() {
		assertThatExceptionOfType(SuiteFailure.class)
			.isThrownBy(() -> supervise("a", "unready").start(Duration.ofSeconds(3)))
			.withMessage("not ready after 3 s: a");
	}

	@Test
	void crash_ofARunningOne_isFollowedByARestart() throws Exception {
		supervise("a", "").start(START);
		ProcessState before = await((state) -> state.phase() == Phase.RUNNING).processes().getFirst();
		crash(before.url());
		ProcessState crashed = await((state) -> state.processes().getFirst().state() == State.BACKOFF).processes()
			.getFirst();
		assertThat(crashed.detail()).contains("exit code 3").contains("starts again in 1 s");
		ProcessState after = await((state) -> state.allReady() && state.processes().getFirst().restarts() == 1)
			.processes()
			.getFirst();
		assertThat(pid(after)).isNotEqualTo(pid(before));
	}

	@Test
	void stop_ofOneThatIgnoresSigterm_killsIt() throws InterruptedException {
		Supervisor stubborn = supervise("a", "stubborn");
		stubborn.start(START);
		ProcessId id = Objects.requireNonNull(await(SuiteState::allReady).processes().getFirst().id());
		stubborn.stop(Duration.ofSeconds(1));
		this.supervisor = null;
		assertThat(id.find()).isEmpty();
		assertThat(await((state) -> state.processes().getFirst().state() == State.STOPPED).phase())
			.isEqualTo(Phase.STOPPING);
	}

	@Test
	void stop_askedForTwice_isDoneOnce() {
		Supervisor failed = supervise("a", "crash");
		assertThatExceptionOfType(SuiteFailure.class).isThrownBy(() -> failed.start(START));
		failed.stop(GRACE);
		this.published.clear();
		failed.stop(GRACE);
		assertThat(this.published).isEmpty();
	}

	@Test
	void state_thatCannotBeWritten_keepsNothingFromBeingStartedAndEnded() throws InterruptedException {
		AtomicBoolean full = new AtomicBoolean(true);
		FakeBacking database = new FakeBacking();
		Supervisor unheard = FakeSuite.supervisor(this.home, List.of(FakeSuite.service(this.home, "a", "")),
				(state) -> {
					if (full.get()) {
						throw new UncheckedIOException(new IOException("No space left on device"));
					}
					this.published.add(state);
				}, database);
		this.supervisor = unheard;
		unheard.start(START);
		assertThat(Processes.of(this.home)).hasSize(1);
		assertThat(this.published).isEmpty();
		full.set(false);
		assertThat(await(SuiteState::allReady).phase()).as("is written as soon as it can be").isEqualTo(Phase.RUNNING);
		full.set(true);
		unheard.stop(GRACE);
		assertThat(Processes.of(this.home)).isEmpty();
		assertThat(database.closed).isTrue();
	}

	@Test
	void backing_thatCannotBeRevivedOnce_isTriedAgain() throws InterruptedException {
		FakeBacking database = new FakeBacking();
		Supervisor running = FakeSuite.supervisor(this.home, List.of(FakeSuite.service(this.home, "a", "")),
				this.published::add, database);
		this.supervisor = running;
		running.start(START);
		assertThat(database.revivals.tryAcquire(2, 30, TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void resize_toMore_startsThem_andSupervisesThem() throws Exception {
		PlannedProcess one = FakeSuite.service(this.home, "a", "");
		PlannedProcess other = FakeSuite.service(this.home, "b", "");
		Supervisor running = supervise(List.of(one));
		running.start(START);
		long pid = pid(await(SuiteState::allReady).processes().getFirst());
		assertThat(resize(running, one, other)).isNull();
		SuiteState both = await((state) -> state.allReady() && names(state).equals(List.of("a", "b")));
		assertThat(pid(both.processes().getFirst())).as("left alone").isEqualTo(pid);
		crash(other.url());
		assertThat(await((state) -> state.allReady() && state.processes().getLast().restarts() == 1)).isNotNull();
	}

	@Test
	void resize_toFewer_endsThem_forGood() throws InterruptedException {
		PlannedProcess one = FakeSuite.service(this.home, "a", "");
		PlannedProcess other = FakeSuite.service(this.home, "b", "");
		Supervisor running = supervise(List.of(one, other));
		running.start(START);
		long pid = pid(await(SuiteState::allReady).processes().getFirst());
		assertThat(resize(running, one)).isNull();
		SuiteState left = await((state) -> {
			assertThat(state.processes()).as("its end is no crash").noneMatch((process) -> process.restarts() > 0);
			return names(state).equals(List.of("a"));
		});
		assertThat(left.allReady()).isTrue();
		assertThat(Processes.of(this.home)).extracting(ProcessHandle::pid).containsExactly(pid);
		assertThat(resize(running, one, other)).isNull();
		assertThat(await((state) -> state.allReady() && state.processes().size() == 2).processes().getLast().restarts())
			.as("it did not crash")
			.isZero();
	}

	@Test
	void resize_thatLeavesAShardWithoutAReadyReplica_isRefused_andChangesNothing() throws InterruptedException {
		PlannedProcess first = FakeSuite.replica(this.home, "0", "a", "");
		PlannedProcess second = FakeSuite.replica(this.home, "0", "b", "");
		PlannedProcess unready = FakeSuite.replica(this.home, "1", "a", "unready");
		PlannedProcess ready = FakeSuite.replica(this.home, "1", "b", "");
		Supervisor running = supervise(List.of(first, second, ready));
		running.start(START);
		assertThat(resize(running, first, second, unready, ready)).isNull();
		assertThat(resize(running, first, unready))
			.isEqualTo("shard 1 would be left without a ready replica if shard-1-b ended: see './suite status'");
		assertThat(resize(running, first, unready, ready)).as("shard 0 has another").isNull();
		await((state) -> names(state).equals(List.of("shard-0-a", "shard-1-a", "shard-1-b")));
		assertThat(resize(running, first)).as("shard 1 is not needed any more").isNull();
		assertThat(await((state) -> names(state).equals(List.of("shard-0-a"))).allReady()).isTrue();
	}

	@Test
	void process_wantedAgainWhileItEnds_isStartedWhenItHasEnded() throws InterruptedException {
		PlannedProcess one = FakeSuite.service(this.home, "a", "");
		PlannedProcess stubborn = FakeSuite.service(this.home, "b", "stubborn");
		Supervisor running = supervise(List.of(one, stubborn));
		running.start(START);
		long pid = pid(await(SuiteState::allReady).processes().getLast());
		assertThat(running.resize(REQUEST, (ports) -> new Plan(4, List.of(one)), Duration.ofSeconds(1)).refused())
			.isNull();
		assertThat(resize(running, one, stubborn)).isNull();
		SuiteState again = await((state) -> state.allReady() && names(state).equals(List.of("a", "b"))
				&& pid(state.processes().getLast()) != pid);
		assertThat(again.processes().getLast().restarts()).isZero();
		running.stop(Duration.ofSeconds(1));
	}

	@Test
	void resize_ofWhatIsBeingEnded_isRefused() {
		Supervisor ended = supervise("a", "");
		assertThat(resize(ended)).isEqualTo("the suite is not running: STARTING");
	}

	@Test
	void answer_isPublished() throws InterruptedException {
		Supervisor running = supervise("a", "");
		running.start(START);
		running.answer(REQUEST.answered("because"));
		assertThat(await((state) -> state.resize() != null).resize()).isEqualTo(new Resize("id", 1, 1, 1, "because"));
	}

	private static @Nullable String resize(Supervisor supervisor, PlannedProcess... wanted) {
		return supervisor.resize(REQUEST, (ports) -> new Plan(4, List.of(wanted)), GRACE).refused();
	}

	private static List<String> names(SuiteState state) {
		return state.processes().stream().map(ProcessState::name).toList();
	}

	private Supervisor supervise(List<PlannedProcess> processes) {
		Supervisor created = FakeSuite.supervisor(this.home, processes, this.published::add);
		this.supervisor = created;
		return created;
	}

	private Supervisor supervise(String... namesAndModes) {
		List<PlannedProcess> processes = new java.util.ArrayList<>();
		for (int i = 0; i < namesAndModes.length; i += 2) {
			processes.add(FakeSuite.service(this.home, namesAndModes[i], namesAndModes[i + 1]));
		}
		return supervise(processes);
	}

	private SuiteState await(Predicate<SuiteState> condition) throws InterruptedException {
		SuiteState state;
		do {
			state = this.published.poll(30, TimeUnit.SECONDS);
			assertThat(state).as("a state as awaited").isNotNull();
		}
		while (!condition.test(Objects.requireNonNull(state)));
		return state;
	}

	private static long pid(ProcessState process) {
		ProcessId id = process.id();
		return (id != null) ? id.pid() : 0;
	}

	private static void crash(String url) throws IOException {
		try {
			URI.create(url + "/crash").toURL().openConnection().getInputStream().close();
		}
		catch (java.net.SocketException ex) {
			assertThat(ex).as("it halts without an answer").isNotNull();
		}
	}

	/**
	 * A database that cannot be revived.
	 */
	private static final class FakeBacking implements BackingService {

		private final Semaphore revivals = new Semaphore(0);

		private volatile boolean closed;

		@Override
		public String name() {
			return "postgres";
		}

		@Override
		public void start() {
			// There at once.
		}

		@Override
		public boolean revive() {
			this.revivals.release();
			throw new UncheckedIOException(new IOException("No space left on device"));
		}

		@Override
		public ProcessState snapshot() {
			return new ProcessState(name(), null, 1, State.READY, "", 0, null, "");
		}

		@Override
		public void close() {
			this.closed = true;
		}

	}

}
