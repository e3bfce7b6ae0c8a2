package dev.bootpatterns.local.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.bootpatterns.local.console.Console;
import dev.bootpatterns.local.plan.PlannedProcess;
import dev.bootpatterns.local.state.Json;
import dev.bootpatterns.local.state.ProcessId;
import dev.bootpatterns.local.state.ProcessState;
import dev.bootpatterns.local.state.SuiteState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

import static org.assertj.core.api.Assertions.assertThat;

class FaultCommandTests {

	private static final String NONE = "{\"percent\": 0.0}";

	private final ByteArrayOutputStream out = new ByteArrayOutputStream();

	private final StringWriter err = new StringWriter();

	private final List<HttpServer> servers = new ArrayList<>();

	private final List<ProcessState> processes = new ArrayList<>();

	/** What each process was told last. */
	private final ConcurrentMap<String, String> faults = new ConcurrentHashMap<>();

	@BeforeEach
	void suite() throws IOException {
		this.processes.add(new ProcessState("postgres", null, 15432, ProcessState.State.READY,
				"jdbc:postgresql://127.0.0.1:15432/postgres", 0, null, ""));
		for (String name : List.of("shard-1-a", "shard-1-b", "shard-10-a", "gateway", "topz")) {
			HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
			server.createContext("/", (exchange) -> answer(name, exchange));
			server.start();
			this.servers.add(server);
			int port = server.getAddress().getPort() - PlannedProcess.MANAGEMENT_OFFSET;
			this.processes.add(new ProcessState(name, null, port, ProcessState.State.READY, "http://127.0.0.1:" + port,
					0, null, ""));
		}
	}

	@AfterEach
	void close() {
		this.servers.forEach((server) -> server.stop(0));
	}

	private void answer(String name, HttpExchange exchange) throws IOException {
		try (exchange) {
			String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
			String call = exchange.getRequestMethod() + " " + exchange.getRequestURI();
			if (name.equals("topz") || !call.endsWith(" /actuator/faults")) {
				exchange.sendResponseHeaders(404, -1);
			}
			else if (call.startsWith("DELETE")) {
				this.faults.remove(name);
				exchange.sendResponseHeaders(204, -1);
			}
			else if (body.contains("700")) {
				send(exchange, 400, "{\"detail\": \"'abort' must be a status from 400 to 599\"}");
			}
			else {
				if (call.startsWith("POST")) {
					this.faults.put(name, body);
				}
				send(exchange, 200, this.faults.getOrDefault(name, NONE));
			}
		}
	}

	private static void send(HttpExchange exchange, int status, String body) throws IOException {
		byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
		exchange.sendResponseHeaders(status, bytes.length);
		exchange.getResponseBody().write(bytes);
	}

	@Test
	void fault_ofOneProcess_isSetThere() {
		assertThat(fault("shard-1-a", "--delay", "500ms", "--percent", "0.5")).isZero();
		assertThat(this.faults).containsOnlyKeys("shard-1-a");
		assertThat(Json.tree(this.faults.getOrDefault("shard-1-a", "")))
			.isEqualTo(Json.tree("{\"delay\": \"500ms\", \"percent\": \"0.5\"}"));
		assertThat(said()).contains("shard-1-a  delay 500ms of 0.5 % of the requests");
	}

	@Test
	void fault_ofAShard_isSetAtAllItsReplicas_andAtNoOthers() {
		assertThat(fault("shard-1", "--abort", "503")).isZero();
		assertThat(this.faults).containsOnlyKeys("shard-1-a", "shard-1-b");
		assertThat(said()).contains("shard-1-b  abort 503 of 100 % of the requests");
	}

	@Test
	void off_takesTheFaultAway() {
		fault("shard", "--abort", "503");
		assertThat(fault("shard-1", "--off")).isZero();
		assertThat(this.faults).containsOnlyKeys("shard-10-a");
		assertThat(said()).contains("shard-1-a  none");
	}

	@Test
	void withoutTarget_whatIsSetIsListed() {
		assertThat(fault()).isZero();
		assertThat(said()).isEqualTo("no faults are set\n");
		fault("gateway", "--delay", "2s", "--abort", "500");
		this.out.reset();
		assertThat(fault()).isZero();
		assertThat(said().lines()).containsExactly("NAME     FAULT",
				"gateway  delay 2s, abort 500 of 100 % of the requests");
	}

	@Test
	void target_thatIsUnknown_isWrongUsage_andTheProcessesAreNamed() {
		assertThat(fault("shard-2", "--off")).isEqualTo(2);
		assertThat(this.err.toString())
			.startsWith("There is no process 'shard-2'. There are shard-1-a, shard-1-b, shard-10-a, gateway, topz;");
	}

	@Test
	void target_withoutFaults_isNamed() {
		assertThat(fault("topz", "--abort", "503")).isEqualTo(1);
		assertThat(this.err.toString()).contains("topz injects no faults");
	}

	@Test
	void process_thatDoesNotAnswer_isNamed_andTheOthersAreToldAllTheSame() {
		this.servers.getFirst().stop(0);
		assertThat(fault("shard-1", "--abort", "503")).isEqualTo(1);
		assertThat(this.faults).containsOnlyKeys("shard-1-b");
		assertThat(this.err.toString()).contains("✗ shard-1-a does not answer");
		assertThat(fault()).as("when it is listed").isEqualTo(1);
		assertThat(said()).contains("shard-1-b  abort 503");
	}

	@Test
	void valueThatTheProcessRefuses_isWrongUsage() {
		assertThat(fault("gateway", "--abort", "700")).isEqualTo(2);
		assertThat(this.err.toString()).startsWith("'abort' must be a status from 400 to 599");
	}

	@ParameterizedTest
	@CsvSource({ "--off, Name the TARGET", "--abort 503, Name the TARGET", "gateway, 'Give --delay, --abort or both'",
			"gateway --percent 5, 'Give --delay, --abort or both'", "gateway --off --abort 503, 'Give --delay'",
			"gateway --off --percent 5, --off takes a fault away" })
	void optionsThatDoNotFit_areWrongUsage(String line, String message) {
		assertThat(fault(line.split(" "))).isEqualTo(2);
		assertThat(this.err.toString()).startsWith(message);
		assertThat(this.faults).isEmpty();
	}

	@Test
	void suiteThatDoesNotRun_isNamed() {
		assertThat(run(new FaultCommand(Optional::empty, console()))).isEqualTo(1);
		assertThat(this.err.toString()).contains("nothing runs");
	}

	private int fault(String... arguments) {
		SuiteState state = new SuiteState(SuiteState.Phase.RUNNING, null, null, null, new ProcessId(1, 2),
				this.processes, null);
		return run(new FaultCommand(() -> Optional.of(state), console()), arguments);
	}

	private int run(FaultCommand command, String... arguments) {
		return new CommandLine(command).setErr(new PrintWriter(this.err, true))
			.setExecutionExceptionHandler((ex, line, parsed) -> SuiteCommand.explain(ex, line.getErr()))
			.execute(arguments);
	}

	private Console console() {
		return new Console(new PrintStream(this.out, true, StandardCharsets.UTF_8), false);
	}

	private String said() {
		return this.out.toString(StandardCharsets.UTF_8);
	}

}
