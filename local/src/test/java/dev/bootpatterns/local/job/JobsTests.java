package dev.bootpatterns.local.job;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.client.FakeGateway;
import dev.bootpatterns.local.console.Console;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class JobsTests {

	private final ByteArrayOutputStream out = new ByteArrayOutputStream();

	private FakeGateway gateway;

	private Jobs jobs;

	@BeforeEach
	void open() throws IOException {
		this.gateway = new FakeGateway();
		this.jobs = new Jobs(this.gateway.client(),
				new Console(new PrintStream(this.out, true, StandardCharsets.UTF_8), false));
	}

	@AfterEach
	void close() {
		this.gateway.close();
	}

	@Test
	void job_isBegun_andHasAnId() throws IOException {
		this.gateway.creates("7");
		assertThat(this.jobs.start(Map.of("handler", "wordcount"))).isEqualTo("7");
		assertThat(this.gateway.posts().getFirst()).startsWith("/jobs {").contains("\"handler\" : \"wordcount\"");
	}

	@Test
	void jobThatIsRefused_fails() {
		assertThatExceptionOfType(SuiteFailure.class).isThrownBy(() -> this.jobs.start(Map.of()))
			.withMessageContaining("the job was refused: 400");
	}

	@Test
	void deadItems_arePutBack_pageByPage_whateverTheirIdsAre() throws IOException {
		this.gateway.creates("7")
			.with("/jobs/7/items?state=DEAD&limit=1000&after=", """
					{"items": [{"id": "dir/a b?.txt"}], "next": "dir/a b?.txt"}""")
			.with("/jobs/7/items?state=DEAD&limit=1000&after=dir/a%20b%3F.txt", """
					{"items": [{"id": "50%"}]}""");
		assertThat(this.jobs.retryDead("7")).isEqualTo(2);
		assertThat(this.gateway.posts()).map((post) -> post.substring(0, post.indexOf(' ')))
			.containsExactly("/jobs/7/items/dir/a%20b%3F.txt/retry", "/jobs/7/items/50%25/retry");
	}

	@Test
	void whatIsNoJobsId_isRefused_beforeItIsAsked() {
		assertThatExceptionOfType(SuiteFailure.class).isThrownBy(() -> this.jobs.certificate("../leader"))
			.withMessageContaining("'../leader' is no job's id");
	}

	@Test
	void jobs_areListed() throws IOException {
		this.gateway.with("/jobs",
				"""
						[{"id": "7", "state": "DONE", "handler": "ingest", "source": "corpus", "total": 3, "done": 2, "dead": 1}]""");
		this.jobs.list();
		assertThat(this.out.toString(StandardCharsets.UTF_8)).contains("ID").contains("7   DONE   ingest");
	}

}
