package dev.bootpatterns.local.supervise;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

import dev.bootpatterns.local.state.Json;
import dev.bootpatterns.local.state.Resize;
import dev.bootpatterns.local.state.SuiteHome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Timeout(30)
class ResizeRequestsTests {

	@TempDir
	Path folder;

	private final BlockingQueue<Resize> handled = new ArrayBlockingQueue<>(10);

	private SuiteHome home;

	private Thread serving;

	@BeforeEach
	void serve() throws IOException {
		this.home = new SuiteHome(this.folder, this.folder, 0);
		this.home.create();
		Json.replace(this.home.resize(), request("of an earlier run"));
		ResizeRequests requests = new ResizeRequests(this.home, this::handle);
		this.serving = Thread.ofVirtual().start(requests::serve);
	}

	@AfterEach
	void end() throws InterruptedException {
		this.serving.interrupt();
		this.serving.join();
	}

	@Test
	void request_isHandledOnce_andThatOfAnEarlierRunNever() throws Exception {
		Json.replace(this.home.resize(), request("first"));
		assertThat(this.handled.poll(10, TimeUnit.SECONDS)).isEqualTo(request("first"));
		Json.replace(this.home.resize(), request("second"));
		assertThat(this.handled.poll(10, TimeUnit.SECONDS)).isEqualTo(request("second"));
		assertThat(this.home.resize()).doesNotExist();
	}

	@Test
	void request_thatCannotBeHandled_keepsNoOtherFromIt() throws Exception {
		Json.replace(this.home.resize(), request("bad"));
		await().until(() -> Files.notExists(this.home.resize()));
		Files.writeString(this.home.resize(), "{");
		await().until(() -> Files.notExists(this.home.resize()));
		Json.replace(this.home.resize(), request("good"));
		assertThat(this.handled.poll(10, TimeUnit.SECONDS)).isEqualTo(request("good"));
	}

	private void handle(Resize request) {
		if (request.id().equals("bad")) {
			throw new IllegalStateException("cannot be handled");
		}
		this.handled.add(request);
	}

	private static Resize request(String id) {
		return new Resize(id, 4, 3, 2, null);
	}

}
