package dev.bootpatterns.owner;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.bootpatterns.broker.EmbeddedBroker;
import dev.bootpatterns.owner.support.FakeWorker;
import dev.bootpatterns.owner.support.RunningOwner;
import dev.bootpatterns.owner.support.TestDatabase;
import io.fabric8.kubernetes.client.KubernetesClient;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.availability.ReadinessState;

import static org.assertj.core.api.Assertions.assertThat;

/** Two replicas, as applications, on one database. */
class ReplicasTests {

	private final TestDatabase database = TestDatabase.empty();

	@TempDir
	private Path corpus;

	@Test
	void leaderThatStopsInTheMiddleOfAJob_isFollowedByTheOther_whichFinishesIt() throws IOException {
		write(100);
		CountDownLatch inTheMiddle = new CountDownLatch(1);
		CountDownLatch gate = new CountDownLatch(1);
		try (EmbeddedBroker broker = EmbeddedBroker.onFreePort();
				FakeWorker worker = FakeWorker.answering(broker.port(), (item) -> {
					if (FakeWorker.header(item, "X-Item").endsWith("030.txt")) {
						inTheMiddle.countDown();
						await(gate);
					}
					return List.of("STARTED", "DONE");
				});
				RunningOwner first = start("owner-1", broker)) {
			first.awaitLeader("owner-1");
			try (RunningOwner second = start("owner-2", broker)) {
				HttpResponse<String> accepted = second.post("/jobs", "{\"source\":\"corpus\",\"handler\":\"h\"}");
				assertThat(accepted.statusCode()).as("any replica accepts").isEqualTo(202);
				String location = accepted.headers().firstValue("Location").orElseThrow();
				await(inTheMiddle);
				first.stop();
				second.awaitLeader("owner-2");
				assertThat(second.json("/leader").path("term").asLong()).isEqualTo(2);
				gate.countDown();
				JsonNode job = second.awaitState(location, "DONE");
				assertThat(job.path("total").asInt()).isEqualTo(100);
				assertThat(job.path("done").asInt()).isEqualTo(100);
				assertThat(worker.taken().stream().map((item) -> FakeWorker.header(item, "X-Owner-Term")).distinct())
					.containsExactly("1", "2");
			}
		}
	}

	@Test
	void databaseThatGoesAwayAndComesBack_costsTime_butNoItem() throws IOException {
		write(100);
		try (EmbeddedBroker broker = EmbeddedBroker.onFreePort();
				FakeWorker worker = FakeWorker.working(broker.port());
				RunningOwner owner = start("owner-1", broker)) {
			owner.awaitLeader("owner-1");
			String location = owner.job();
			worker.awaitTaken(10);
			this.database.shutOut();
			Awaitility.await().until(() -> owner.get(location).statusCode() == 503);
			assertThat(owner.get("/livez").statusCode()).as("alive without a database").isEqualTo(200);
			assertThat(owner.get("/readyz").statusCode()).as("not ready without a database").isEqualTo(503);
			this.database.admit();
			JsonNode job = owner.awaitState(location, "DONE");
			assertThat(job.path("done").asInt()).isEqualTo(100);
		}
	}

	@Test
	void replicaThatIsNotReady_givesItsRolesBack_andIsACandidateAgainWhenItIs() {
		try (EmbeddedBroker broker = EmbeddedBroker.onFreePort(); RunningOwner first = start("owner-1", broker)) {
			first.awaitLeader("/leader/jobs", "owner-1").awaitLeader("/leader/topology", "owner-1");
			try (RunningOwner second = start("owner-2", broker)) {
				first.readiness(ReadinessState.REFUSING_TRAFFIC);
				second.awaitLeader("/leader/jobs", "owner-2").awaitLeader("/leader/topology", "owner-2");
				first.readiness(ReadinessState.ACCEPTING_TRAFFIC);
			}
			first.awaitLeader("/leader/jobs", "owner-1").awaitLeader("/leader/topology", "owner-1");
			List<String> jobs = new ArrayList<>();
			first.json("/leader/history").forEach((one) -> {
				if (one.path("role").asString().equals("jobs")) {
					jobs.add(one.path("term").asLong() + " " + one.path("holder").asString().replaceFirst("/.*", " ")
							+ one.path("how").asString(""));
				}
			});
			assertThat(jobs).containsExactly("3 owner-1 ", "2 owner-2 RELEASED", "1 owner-1 RELEASED");
			HttpResponse<String> unknown = first.get("/leader/nosuch");
			assertThat(unknown.statusCode()).isEqualTo(404);
			assertThat(unknown.body()).contains("only jobs, topology");
			assertThat(first.json("/leader").path("term").asLong()).as("of the first role").isEqualTo(3);
			assertThat(first.beans(KubernetesClient.class)).as("costs nothing").isZero();
		}
	}

	private RunningOwner start(String id, EmbeddedBroker broker) {
		return RunningOwner.start(id, this.database, broker.port(), this.corpus, "owner.jobs.window=8",
				"spring.datasource.hikari.connection-timeout=500");
	}

	private void write(int files) throws IOException {
		for (int i = 0; i < files; i++) {
			Files.writeString(this.corpus.resolve("item-%03d.txt".formatted(i)), "content " + i);
		}
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
