package dev.bootpatterns.local.tour;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.build.Jdk;
import dev.bootpatterns.local.process.Processes;
import dev.bootpatterns.local.state.ProcessState;
import dev.bootpatterns.local.state.ProcessState.State;
import dev.bootpatterns.local.state.SuiteHome;
import dev.bootpatterns.local.tour.Outcome.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Timeout(60)
class AnyBackendsTests {

	@TempDir
	Path folder;

	@Test
	void usersThatStayWhereTheyAre_pass_andTheAmbassadorIsEnded() throws IOException {
		Outcome outcome = new AnyBackends(ambassadors("good")).run(suite());
		assertThat(outcome.verdict()).as(outcome.measured()).isEqualTo(Verdict.PASSED);
		assertThat(outcome.measured()).isEqualTo(
				"48 users, of them {shard-0-a=12, shard-0-b=12, shard-1-a=12, shard-1-b=12}; 0 at more than one");
		assertThat(left()).isEmpty();
	}

	/** At another with each request, or all at one. */
	@ParameterizedTest
	@ValueSource(strings = { "wanders", "first" })
	void usersThatAreNotSpreadByTheirNames_fail_andTheAmbassadorIsEnded(String mode) throws IOException {
		assertThat(new AnyBackends(ambassadors(mode)).run(suite()).verdict()).isEqualTo(Verdict.FAILED);
		assertThat(left()).isEmpty();
	}

	@Test
	void ambassadorThatEnds_isSaid_withWhatItSaid() {
		assertThatExceptionOfType(SuiteFailure.class)
			.isThrownBy(() -> new AnyBackends(ambassadors("crashes")).run(suite()))
			.withMessageContaining("the ambassador ended while starting")
			.withMessageContaining("| no way to start");
	}

	@Test
	void ambassadorThatIsNotReadyInTime_isEnded() {
		AtomicLong seconds = new AtomicLong();
		RunningSuite hurried = suite(() -> Instant.ofEpochSecond(seconds.addAndGet(20)));
		assertThatExceptionOfType(SuiteFailure.class)
			.isThrownBy(() -> new AnyBackends(ambassadors("unready")).run(hurried))
			.withMessageContaining("the ambassador is not ready after 60 s");
		assertThat(left()).isEmpty();
	}

	@Test
	void ambassador_livesUntilItIsClosed() throws IOException {
		Map<String, String> environment = Map.of("SPRING_CLOUD_GATEWAY_SERVER_WEBFLUX_ROUTES_0_FILTERS_0",
				"ShardBy=header:X-User,replicas");
		try (Ambassadors.Ambassador ambassador = ambassadors("good").start(environment, suite())) {
			assertThat(ambassador.client().get("/readyz").statusCode()).isEqualTo(200);
			assertThat(left()).hasSize(1);
		}
		assertThat(left()).isEmpty();
	}

	private Ambassadors ambassadors(String mode) {
		return new Ambassadors(() -> List.of(Jdk.current().java().toString(), home().marker(),
				"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"),
				FakeAmbassador.class.getName(), mode), this.folder.resolve("ambassador.log"));
	}

	private SuiteHome home() {
		return new SuiteHome(this.folder, this.folder, 0);
	}

	/** As {@code ./suite down} finds them. */
	private List<ProcessHandle> left() {
		return Processes.of(home());
	}

	private static RunningSuite suite() {
		return suite(InstantSource.system());
	}

	private static RunningSuite suite(InstantSource clock) {
		List<ProcessState> processes = Stream
			.of("gateway:1", "shard-0-a:0", "shard-0-b:100", "shard-1-a:1000", "shard-1-b:1100", "worker-1:9900")
			.map((process) -> process.split(":", -1))
			.map((process) -> new ProcessState(process[0], null, Integer.parseInt(process[1]), State.READY,
					"http://127.0.0.1:" + process[1], 0, null, ""))
			.toList();
		return new RunningSuite(() -> processes, "token", clock);
	}

}
