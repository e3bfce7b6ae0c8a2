package dev.bootpatterns.benchmarks.load;

import java.time.Duration;
import java.time.InstantSource;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

import static org.assertj.core.api.Assertions.assertThat;

/** The command as a whole, against a gateway in memory. */
class LoadCommandTests {

	private final FakeGateway gateway = new FakeGateway();

	@AfterEach
	void close() {
		this.gateway.close();
	}

	private int load() {
		return new CommandLine(new LoadCommand()).execute("--url", this.gateway.uri().toString(), "--searches", "20",
				"--reads", "30", "--warmup", "0", "--seconds", "1");
	}

	private void write() {
		try (LoadClient client = new LoadClient(this.gateway.uri(), Duration.ofSeconds(20))) {
			new DocumentRequests(new Exchange(client, new Tally(InstantSource.system(), (incident) -> {
			}))).write(new TrackedDocument("some/document", ": class", 0), false, System.nanoTime());
		}
	}

	@Test
	void allRequests_areSent() {
		write();
		assertThat(load()).isZero();
		assertThat(this.gateway.requests()).filteredOn("GET /documents/some/document"::equals).hasSize(30);
		assertThat(this.gateway.requests()).filteredOn((request) -> request.startsWith("GET /search")).hasSize(21);
	}

	@Test
	void failedRequest_endsWith1() {
		write();
		this.gateway.nextOf("/documents/some/document", FakeGateway.answering(500));
		assertThat(load()).isEqualTo(1);
	}

	@Test
	void systemWithoutDocuments_endsWith1() {
		assertThat(load()).isEqualTo(1);
		assertThat(this.gateway.requests()).hasSize(1);
	}

}
