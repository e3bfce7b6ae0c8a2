package dev.bootpatterns.benchmarks.load;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/** The command as a whole, against a gateway in memory. */
class MixedCommandTests {

	private final StringWriter out = new StringWriter();

	private final StringWriter err = new StringWriter();

	private int execute(String... arguments) {
		return new CommandLine(new MixedCommand()).setOut(new PrintWriter(this.out))
			.setErr(new PrintWriter(this.err))
			.execute(arguments);
	}

	private void loadWithoutFailure(FakeGateway gateway, String... more) {
		int exitCode = load(gateway, more);
		assertThat(exitCode).as(() -> this.err.toString()).isZero();
	}

	private int load(FakeGateway gateway, String... more) {
		return execute(Stream
			.concat(Stream.of("--url", gateway.uri().toString(), "--rate", "1000", "--duration", "1s", "--documents",
					"50"), Stream.of(more))
			.toArray(String[]::new));
	}

	@Test
	void rightGateway_hasNoFailure_andKeepsNothing() {
		try (FakeGateway gateway = new FakeGateway()) {
			loadWithoutFailure(gateway);
			assertThat(gateway.ids()).isEmpty();
		}
		assertThat(this.out.toString()).contains("1000 requests at 1000/s", "; 0 failures, 0 unknown outcomes");
	}

	@Test
	void report_asJson() {
		try (FakeGateway gateway = new FakeGateway()) {
			loadWithoutFailure(gateway, "--json");
		}
		JsonNode report = JsonMapper.shared().readTree(this.out.toString());
		assertThat(report.path("failures").asInt()).isZero();
		JsonNode kinds = report.path("kinds");
		assertThat(kinds.path("before: PUT").path("requests").asInt()).isEqualTo(350);
		assertThat(kinds.path("after: GET").path("requests").asInt()).isEqualTo(350);
		assertThat(Stream.of("GET", "PUT", "PUT If-Match", "DELETE", "search")
			.mapToInt((kind) -> kinds.path(kind).path("requests").asInt())).allMatch((count) -> count > 0)
			.satisfies((counts) -> assertThat(counts.stream().mapToInt(Integer::intValue).sum()).isEqualTo(1000));
	}

	@Test
	void kept_onRequest() {
		try (FakeGateway gateway = new FakeGateway()) {
			loadWithoutFailure(gateway, "--keep");
			assertThat(gateway.ids()).hasSizeGreaterThan(300).allSatisfy((id) -> assertThat(id).startsWith("load/"));
		}
	}

	@Test
	void noMoreAreInFlight_thanIsSaid() {
		try (FakeGateway gateway = new FakeGateway()) {
			loadWithoutFailure(gateway, "--in-flight", "2");
			assertThat(gateway.mostInFlight()).isEqualTo(2);
		}
	}

	@Test
	void sameSeed_sameRequests() {
		assertThat(requests("7")).isEqualTo(requests("7")).isNotEqualTo(requests("8"));
	}

	private List<String> requests(String seed) {
		try (FakeGateway gateway = new FakeGateway()) {
			loadWithoutFailure(gateway, "--seed", seed);
			return gateway.requests()
				.stream()
				.map((request) -> request.replaceFirst("load/\\w*", "load").replaceFirst("q=\\w*", "q="))
				.sorted()
				.toList();
		}
	}

	@Test
	void failure_endsWith1_andIsTold() {
		try (FakeGateway gateway = new FakeGateway()) {
			gateway.nextConditional(FakeGateway.answering(500));
			assertThat(load(gateway)).isEqualTo(1);
		}
		assertThat(this.out.toString()).contains("; 1 failures, 0 unknown outcomes {FAILED=1}");
		assertThat(this.err.toString()).contains("FAILED: PUT /documents/load/", "must be 200, is 500",
				"shard 1 replica b epoch 7", "as a test wants it");
	}

	@Test
	void unknownOutcome_isNotAFailure() {
		try (FakeGateway gateway = new FakeGateway()) {
			gateway.nextConditional(FakeGateway.answeringAfter(503));
			loadWithoutFailure(gateway);
		}
		assertThat(this.out.toString()).contains("; 0 failures, 1 unknown outcomes {UNKNOWN=1}");
	}

	@Test
	void noGateway_isSaid() {
		FakeGateway gateway = new FakeGateway();
		gateway.close();
		assertThat(load(gateway)).isEqualTo(1);
		assertThat(this.err.toString()).contains(gateway.uri() + " cannot be asked", "is the suite up?");
	}

	@Test
	void gatewayThatCannotSearch_isSaid() {
		try (FakeGateway gateway = new FakeGateway()) {
			gateway.nextSearch(FakeGateway.answering(503));
			assertThat(load(gateway)).isEqualTo(1);
		}
		assertThat(this.err.toString()).contains("is not ready to search: 503", "as a test wants it");
	}

	@ParameterizedTest
	@CsvSource({ "--rate,0,--rate must be 1 to 10000", "--rate,10001,--rate must be 1 to 10000",
			"--documents,0,--documents must be 1 to 10000", "--in-flight,0,--in-flight must be 1 to 1000",
			"--in-flight,1001,--in-flight must be 1 to 1000", "--duration,60,with s; m or h; such as 60s",
			"--duration,0s,with s; m or h; such as 60s", "--url,ftp://host,--url must be such as http://127.0.0.1:8080",
			"--url,http:/nohost,--url must be such as http://127.0.0.1:8080", "--rate,x,--rate",
			"--nonsense,1,--nonsense" })
	void wrongOption_isNamed_withWhatIsAllowed(String option, String value, String message) {
		assertThat(execute(option, value)).isEqualTo(2);
		assertThat(this.err.toString()).contains(option, message.replace(';', ','));
	}

}
