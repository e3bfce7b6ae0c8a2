package dev.bootpatterns.benchmarks.load;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class TrackedDocumentTests {

	private final TrackedDocument document = new TrackedDocument("id", "", 0);

	private void write() {
		this.document.write((revision, step, version) -> this.document.acknowledged(revision, "\"" + revision + "\""));
	}

	@Test
	void whileAWriteIsOnItsWay_bothStatesAreRight() {
		write();
		this.document.write((revision, step, version) -> {
			assertThat(this.document.known()).isZero();
			assertThat(this.document.attempted()).isEqualTo(1);
		});
	}

	@Test
	void acknowledgedWrite_leavesOneState() {
		write();
		write();
		assertThat(this.document.known()).isEqualTo(1).isEqualTo(this.document.attempted());
	}

	@Test
	void writeWithPrecondition_namesTheVersionBefore() {
		List<String> steps = new ArrayList<>();
		for (int i = 0; i < 10; i++) {
			this.document.write((revision, step, version) -> {
				steps.add(step + " " + version);
				this.document.acknowledged(revision, (step == TrackedDocument.Step.DELETE) ? null : "v" + revision);
			});
		}
		assertThat(steps).containsExactly("PUT null", "PUT v0", "PUT_IF_MATCH v1", "PUT v2", "PUT v3",
				"PUT_IF_MATCH v4", "PUT v5", "PUT_IF_MATCH v6", "PUT v7", "DELETE v8");
	}

	@Test
	void documentMayBeAbsent_beforeTheFirstWriteAndAfterADelete() {
		TrackedDocument started = new TrackedDocument("id", "", 4);
		assertThat(started.mayBeAbsent(3, 3)).isTrue();
		assertThat(started.mayBeAbsent(4, 8)).isFalse();
		assertThat(started.mayBeAbsent(8, 9)).isTrue();
		assertThat(started.mayBeAbsent(10, 18)).isFalse();
	}

	@Test
	void oneWriterAtATime() throws InterruptedException {
		CountDownLatch inside = new CountDownLatch(1);
		List<Integer> order = new ArrayList<>();
		Thread second = Thread.ofVirtual().unstarted(() -> {
			inside.countDown();
			this.document.write((revision, step, version) -> order.add(revision));
		});
		this.document.write((revision, step, version) -> {
			second.start();
			awaitQuietly(inside);
			while (!this.document.hasWaitingWriter() && second.isAlive()) {
				Thread.onSpinWait();
			}
			order.add(revision);
		});
		second.join();
		assertThat(order).containsExactly(0, 1);
	}

	private static void awaitQuietly(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
