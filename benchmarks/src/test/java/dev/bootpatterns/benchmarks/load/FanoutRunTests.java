package dev.bootpatterns.benchmarks.load;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class FanoutRunTests {

	private static final String FANOUT = "/topology/fanout";

	private final FakeGateway gateway = new FakeGateway();

	private @Nullable Path record;

	private final StringWriter out = new StringWriter();

	private final StringWriter err = new StringWriter();

	@AfterEach
	void close() {
		this.gateway.close();
	}

	private int run(URI url, @Nullable Integer replicas, Integer... leaves) throws InterruptedException {
		return new FanoutRun(url, 20, Duration.ZERO, Duration.ofSeconds(1)).run(List.of(leaves), replicas, this.record,
				new PrintWriter(this.out), new PrintWriter(this.err));
	}

	private int run(Integer... leaves) throws InterruptedException {
		return run(this.gateway.uri(), null, leaves);
	}

	/** As the gateway answers, but for its table. */
	private void predicting(int leaves, double hedgeBudget) {
		this.gateway.nextOf(FANOUT, (right) -> FakeGateway.Response.of(200, """
				{"measured":{"leaves":2,"replicas":2,"samples":12345,"p50Ms":5.5,"p99Ms":17.25,"scalable":0.5,
				"workPerLeafMs":0.05,"hedgeAfterMs":9.0,"hedgeBudget":%s},
				"asked":{"leaves":%d,"replicas":2,"plain":{"p50Ms":7.0,"p99Ms":90.01,"p999Ms":99.0},
				"hedged":{"p50Ms":6.5,"p99Ms":20.02,"p999Ms":30.0},"extraRequests":0.0449},
				"table":[],"advice":{"leaves":8,"text":"Stop at 8."}}
				""".formatted(hedgeBudget, leaves)));
	}

	private List<String> lines() {
		return this.out.toString().lines().map((line) -> line.strip().replaceAll(" +", " ")).toList();
	}

	@Test
	void predictions_areBesideWhatIsMeasured() throws InterruptedException {
		predicting(2, 0.05);
		predicting(4, 0.05);
		predicting(8, 0.05);
		assertThat(run(this.gateway.uri(), 3, 4, 8)).isZero();
		assertThat(this.gateway.requests()).hasSize(23)
			.endsWith("GET " + FANOUT, "GET " + FANOUT + "?leaves=4&replicas=3",
					"GET " + FANOUT + "?leaves=8&replicas=3");
		assertThat(lines()).hasSize(7)
			.contains("from 12345 calls of leaves: p50 5.5 ms, p99 17.3 ms", "predicted 2 2 7.0 90.0 6.5 20.0 4.49 %",
					"predicted 4 2 7.0 90.0 6.5 20.0 4.49 %", "predicted 8 2 7.0 90.0 6.5 20.0 4.49 %")
			.endsWith("Stop at 8.");
		assertThat(lines().get(5)).matches("measured 2 2 - - [\\d.]+ [\\d.]+ -");
	}

	@Test
	void rows_areAddedToARecord(@TempDir Path directory) throws Exception {
		this.record = directory.resolve("measured.csv");
		predicting(2, 0.05);
		predicting(4, 0.05);
		assertThat(run(4)).isZero();
		predicting(2, 0);
		assertThat(run()).isZero();
		assertThat(Files.readAllLines(this.record)).hasSize(5)
			.startsWith("2,2,predicted,6.5,20.0", "2,4,predicted,6.5,20.0")
			.contains("2,2,predicted,7.0,90.0");
		assertThat(Files.readAllLines(this.record).get(2)).matches("2,2,measured,[\\d.]+,[\\d.]+");
	}

	@Test
	void recordThatCannotBeWritten_endsWith1(@TempDir Path directory) throws Exception {
		this.record = directory;
		predicting(2, 0.05);
		assertThat(run()).isEqualTo(1);
		assertThat(this.err.toString()).contains(directory.toString(), "cannot be written");
	}

	@Test
	void systemThatDoesNotHedge_isComparedWithThePlainPrediction() throws InterruptedException {
		predicting(2, 0);
		assertThat(run()).isZero();
		assertThat(lines().get(3)).matches("measured 2 2 [\\d.]+ [\\d.]+ - - -");
	}

	@Test
	void failedSearch_endsWith1_andAllIsPrinted() throws InterruptedException {
		predicting(2, 0.05);
		this.gateway.nextSearch(FakeGateway.answering(500));
		assertThat(run()).isEqualTo(1);
		assertThat(this.err.toString()).contains("1 of 20 searches failed");
		assertThat(lines()).hasSize(5);
	}

	@Test
	void gatewayWithoutMeasurements_endsWith1_andSaysWhy() throws InterruptedException {
		this.gateway.nextOf(FANOUT, (right) -> FakeGateway.Response.of(503,
				"{\"detail\":\"no measurements yet: search something first\"}"));
		assertThat(run()).isEqualTo(1);
		assertThat(this.err.toString()).contains("answered 503: no measurements yet");
	}

	@Test
	void gatewayThatIsAnother_endsWith1() throws InterruptedException {
		this.gateway.nextOf(FANOUT, (right) -> FakeGateway.Response.of(200, "<html>"));
		assertThat(run()).isEqualTo(1);
		assertThat(this.err.toString()).contains("answered no JSON");
		this.gateway.nextOf(FANOUT, (right) -> FakeGateway.Response.of(200, "{\"epoch\":1}"));
		assertThat(run()).isEqualTo(1);
		assertThat(this.err.toString()).contains("answered 200: {\"epoch\":1}");
	}

	@Test
	void noGateway_endsWith1() throws InterruptedException {
		this.gateway.close();
		assertThat(run()).isEqualTo(1);
		assertThat(this.err.toString()).contains("is the suite up?");
	}

}
