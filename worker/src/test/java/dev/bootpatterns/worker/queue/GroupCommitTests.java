package dev.bootpatterns.worker.queue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** A broker whose confirms come when a test says so. */
@Timeout(30)
class GroupCommitTests {

	private final BlockingQueue<Group> published = new LinkedBlockingQueue<>();

	private final GroupCommit groups = new GroupCommit(this::publish, 10);

	private final List<Thread> threads = new ArrayList<>();

	private void publish(List<byte[]> reports, long ownerTerm) throws UnconfirmedException, InterruptedException {
		Group group = new Group(
				reports.stream().map((report) -> new String(report, StandardCharsets.US_ASCII)).toList(), ownerTerm,
				new CompletableFuture<>());
		this.published.add(group);
		try {
			group.confirm.get();
		}
		catch (ExecutionException ex) {
			throw new UnconfirmedException("refused", ex);
		}
	}

	/** Reports, in a thread of its own, and returns once it waits. */
	private FutureTask<Void> report(String report, long ownerTerm) {
		FutureTask<Void> task = new FutureTask<>(() -> {
			this.groups.publish(report.getBytes(StandardCharsets.US_ASCII), ownerTerm);
			return null;
		});
		Thread thread = Thread.ofPlatform().start(task);
		this.threads.add(thread);
		await().until(() -> thread.getState() == Thread.State.WAITING || thread.getState() == Thread.State.TERMINATED);
		return task;
	}

	private FutureTask<Void> report(String report) {
		return report(report, 1);
	}

	private Group next() throws InterruptedException {
		Group group = this.published.poll(10, TimeUnit.SECONDS);
		assertThat(group).as("a group that is published").isNotNull();
		return group;
	}

	@AfterEach
	void nobodyIsLeftWaiting() throws InterruptedException {
		for (Thread thread : this.threads) {
			assertThat(thread.join(Duration.ofSeconds(10))).isTrue();
		}
		assertThat(this.published).isEmpty();
	}

	@Test
	void reportThatComesAlone_goesAtOnceAndAlone() throws Exception {
		for (String report : List.of("a", "b")) {
			FutureTask<Void> done = report(report);
			Group group = next();
			assertThat(group.reports).containsExactly(report);
			assertThat(done.isDone()).isFalse();
			group.confirm.complete(null);
			done.get();
		}
	}

	@Test
	void reportsThatComeWhileOneWaits_goTogether_andReturnWithTheirConfirm() throws Exception {
		FutureTask<Void> first = report("a");
		List<FutureTask<Void>> others = List.of(report("b"), report("c"), report("d"));
		next().confirm.complete(null);
		first.get();
		Group group = next();
		assertThat(group.reports).containsExactly("b", "c", "d");
		assertThat(others).noneMatch(FutureTask::isDone);
		group.confirm.complete(null);
		for (FutureTask<Void> other : others) {
			other.get();
		}
	}

	@Test
	void groupThatIsNotConfirmed_failsForAllOfIt_andForNobodyElse() throws Exception {
		FutureTask<Void> first = report("a");
		List<FutureTask<Void>> others = List.of(report("b"), report("c"));
		next().confirm.complete(null);
		first.get();
		Group group = next();
		FutureTask<Void> last = report("d");
		group.confirm.completeExceptionally(new IllegalStateException("no"));
		for (FutureTask<Void> other : others) {
			assertThatThrownBy(other::get).hasCauseInstanceOf(UnconfirmedException.class);
		}
		next().confirm.complete(null);
		last.get();
	}

	@Test
	void groups_areBoundedInBytes_andOfOneTerm() throws Exception {
		FutureTask<Void> first = report("a");
		List<FutureTask<Void>> others = List.of(report("12345"), report("67890"), report("1"),
				report("longer than the bound"), report("x", 2), report("y", 2));
		next().confirm.complete(null);
		List<List<String>> groups = new ArrayList<>();
		List<Long> terms = new ArrayList<>();
		for (int i = 0; i < 4; i++) {
			Group group = next();
			groups.add(group.reports);
			terms.add(group.ownerTerm);
			group.confirm.complete(null);
		}
		assertThat(groups).containsExactly(List.of("12345", "67890"), List.of("1"), List.of("longer than the bound"),
				List.of("x", "y"));
		assertThat(terms).containsExactly(1L, 1L, 1L, 2L);
		first.get();
		for (FutureTask<Void> other : others) {
			other.get();
		}
	}

	@Test
	void whoIsInterruptedWhileWaiting_goes_andIsNotPublished() throws Exception {
		FutureTask<Void> first = report("a");
		FutureTask<Void> second = report("b");
		FutureTask<Void> third = report("c");
		this.threads.get(1).interrupt();
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(second::get)
			.withCauseInstanceOf(InterruptedException.class);
		next().confirm.complete(null);
		first.get();
		Group group = next();
		assertThat(group.reports).containsExactly("c");
		group.confirm.complete(null);
		third.get();
	}

	@Test
	void whoIsInterruptedWhilePublishing_lets_theNextGoOn() throws Exception {
		FutureTask<Void> first = report("a");
		next();
		FutureTask<Void> second = report("b");
		this.threads.getFirst().interrupt();
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(first::get)
			.withCauseInstanceOf(InterruptedException.class);
		next().confirm.complete(null);
		second.get();
	}

	private record Group(List<String> reports, long ownerTerm, CompletableFuture<Void> confirm) {
	}

}
