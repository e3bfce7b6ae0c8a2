package dev.bootpatterns.shard.admission;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** With a clock that stands still unless a test moves it. */
class SearchQueueTests {

	private static final Duration LONG = Duration.ofSeconds(60);

	private static final Executor THREADS = (task) -> Thread.ofVirtual().start(task);

	private final AtomicLong clock = new AtomicLong(42);

	private final SearchQueue queue = new SearchQueue(new SearchProperties(1, 3), this.clock::get);

	@Test
	void search_runsAtOnce_whileAPlaceIsFree() {
		SearchQueue wide = new SearchQueue(new SearchProperties(2, 3), this.clock::get);
		assertThat(wide.enter(search("a", LONG)).runs()).isTrue();
		assertThat(wide.enter(search("b", LONG)).runs()).isTrue();
		assertThat(wide.length()).isEqualTo(2);
	}

	@Test
	void searches_runInTheOrderInWhichTheyCame() {
		Ticket running = this.queue.enter(search("0", LONG));
		List<CompletableFuture<Ticket>> waiting = List.of(enter("1", LONG), enter("2", LONG), enter("3", LONG));
		for (int i = 0; i < waiting.size(); i++) {
			assertThat(waiting).filteredOn(CompletableFuture::isDone).hasSize(i);
			advance(Duration.ofMillis(5));
			this.queue.leave(running, true);
			running = waiting.get(i).join();
			assertThat(running.runs()).isTrue();
			assertThat(running.queueNanos()).isEqualTo(Duration.ofMillis(5).toNanos() * (i + 1));
		}
		advance(Duration.ofMillis(7));
		this.queue.leave(running, true);
		assertThat(running.serviceNanos()).isEqualTo(Duration.ofMillis(7).toNanos());
		assertThat(this.queue.length()).isZero();
	}

	@Test
	void searchThatFindsTheQueueFull_isRefused() {
		this.queue.enter(search("0", LONG));
		for (int i = 1; i <= 3; i++) {
			var _ = enter("" + i, LONG);
		}
		assertThat(this.queue.enter(search("4", LONG)).reason()).isEqualTo(Reason.QUEUE_FULL);
		assertThat(this.queue.length()).isEqualTo(4);
	}

	@Test
	void budgetThatIsOver_isRefused() {
		assertThat(this.queue.enter(search("0", Duration.ZERO)).reason()).isEqualTo(Reason.BUDGET);
		assertThat(this.queue.length()).isZero();
	}

	@Test
	void idOfASearchThatIsHere_isRefused_andFreeOnceItIsGone() {
		Ticket first = this.queue.enter(search("0", LONG));
		assertThat(this.queue.enter(search("0", LONG)).reason()).isEqualTo(Reason.DUPLICATE);
		this.queue.leave(first, true);
		assertThat(this.queue.enter(search("0", LONG)).runs()).isTrue();
	}

	/** Ten milliseconds each: the second in the queue is done after thirty. */
	@Test
	void searchThatWouldNotBeDoneInTime_isRefused() {
		run(Duration.ofMillis(10));
		this.queue.enter(search("0", LONG));
		var _ = enter("1", LONG);
		assertThat(this.queue.enter(search("2", Duration.ofMillis(29))).reason()).isEqualTo(Reason.ESTIMATE);
		var _ = enter("3", Duration.ofMillis(30));
		assertThat(this.queue.length()).isEqualTo(3);
	}

	@Test
	void slowSearch_makesNobodyBeRefusedWhileAPlaceIsFree_andIsForgotten() {
		run(Duration.ofSeconds(10));
		Duration budget = Duration.ofMillis(100);
		int refused = 0;
		boolean waits = false;
		while (!waits) {
			Ticket running = this.queue.enter(search("0", budget));
			assertThat(running.runs()).isTrue();
			CompletableFuture<Ticket> next = CompletableFuture.supplyAsync(() -> this.queue.enter(search("1", budget)),
					THREADS);
			await().until(() -> next.isDone() || this.queue.length() == 2);
			waits = !next.isDone();
			refused += waits ? 0 : 1;
			advance(Duration.ofMillis(1));
			this.queue.leave(running, true);
			if (waits) {
				this.queue.leave(next.join(), true);
			}
		}
		assertThat(refused).isBetween(1, 100);
	}

	/** A search that was stopped early tells nothing about how long searches take. */
	@Test
	void stoppedSearch_countsOnlyIfItTookLonger() {
		run(Duration.ofMillis(10));
		for (int i = 0; i < 100; i++) {
			this.queue.leave(this.queue.enter(search("0", LONG)), false);
		}
		this.queue.enter(search("0", LONG));
		assertThat(this.queue.enter(search("1", Duration.ofMillis(19))).reason()).isEqualTo(Reason.ESTIMATE);
	}

	@Test
	void budgetThatEndsInTheQueue_endsTheWait() {
		SearchQueue real = new SearchQueue(new SearchProperties(1, 3), System::nanoTime);
		long now = System.nanoTime();
		assertThat(real.enter(new Attempt(now + LONG.toNanos(), "0", null)).runs()).isTrue();
		Ticket ticket = real.enter(new Attempt(now + Duration.ofMillis(50).toNanos(), "1", null));
		assertThat(ticket.reason()).isIn(Reason.DEADLINE, Reason.BUDGET);
		assertThat(real.length()).isEqualTo(1);
	}

	@Test
	void searchWhoseBudgetIsOverAtItsTurn_doesNotRun_andTheNextDoes() {
		Ticket running = this.queue.enter(search("0", LONG));
		CompletableFuture<Ticket> late = enter("1", Duration.ofSeconds(30));
		CompletableFuture<Ticket> next = enter("2", LONG);
		advance(Duration.ofSeconds(31));
		this.queue.leave(running, true);
		assertThat(late.join().reason()).isEqualTo(Reason.DEADLINE);
		assertThat(next.join().runs()).isTrue();
	}

	@Test
	void runningSearch_isOver_whenItsBudgetIs() {
		Ticket running = this.queue.enter(search("0", LONG));
		advance(LONG.minusNanos(1));
		assertThat(running.isOver()).isFalse();
		advance(Duration.ofNanos(1));
		assertThat(running.isOver()).isTrue();
		this.queue.leave(running, false);
		assertThat(running.reason()).isEqualTo(Reason.DEADLINE);
	}

	@Test
	void cancel_endsTheWait_andStopsWhatRuns() {
		Ticket running = this.queue.enter(search("0", LONG));
		CompletableFuture<Ticket> waiting = enter("1", LONG);
		this.queue.cancel("1", false);
		assertThat(waiting.join().reason()).isEqualTo(Reason.CANCELLED);
		assertThat(running.isOver()).isFalse();
		this.queue.cancel("0", false);
		assertThat(running.isOver()).isTrue();
		this.queue.leave(running, false);
		assertThat(running.reason()).isEqualTo(Reason.CANCELLED);
		assertThat(this.queue.length()).isZero();
	}

	/** Two copies that begin at once must not end each other. */
	@Test
	void cancelOfWhatWaits_leavesWhatRunsAlone() {
		Ticket running = this.queue.enter(search("0", LONG));
		CompletableFuture<Ticket> waiting = enter("1", LONG);
		this.queue.cancel("0", true);
		this.queue.cancel("1", true);
		assertThat(waiting.join().reason()).isEqualTo(Reason.CANCELLED);
		assertThat(running.isOver()).isFalse();
	}

	@Test
	void cancelThatOvertookItsSearch_isRememberedForSomeSeconds() {
		this.queue.cancel("0", true);
		this.queue.cancel("1", false);
		assertThat(this.queue.enter(search("0", LONG)).reason()).isEqualTo(Reason.CANCELLED);
		this.clock.addAndGet(SearchQueue.REMEMBERED_NANOS);
		assertThat(this.queue.enter(search("1", LONG)).runs()).isTrue();
	}

	@Test
	void rememberedCancels_areBounded_theOldestGoFirst() {
		EarlyCancels cancels = new EarlyCancels(10, 3);
		List<String> ids = new ArrayList<>(List.of("a", "b", "c", "a", "d"));
		ids.forEach((id) -> cancels.add(id, 0));
		assertThat(cancels.size()).isEqualTo(3);
		assertThat(cancels.take("b", 0)).isFalse();
		assertThat(cancels.take("a", 0)).isTrue();
		cancels.add("e", 10);
		assertThat(cancels.size()).isEqualTo(1);
	}

	@Test
	void interruptedSearch_leavesTheQueue() throws InterruptedException {
		this.queue.enter(search("0", LONG));
		CompletableFuture<Reason> reason = new CompletableFuture<>();
		Thread thread = Thread.ofVirtual().start(() -> reason.complete(this.queue.enter(search("1", LONG)).reason()));
		await().until(() -> this.queue.length() == 2);
		thread.interrupt();
		assertThat(reason.join()).isEqualTo(Reason.CANCELLED);
		assertThat(this.queue.length()).isEqualTo(1);
	}

	private Attempt search(@Nullable String id, Duration budget) {
		return new Attempt(this.clock.get() + budget.toNanos(), id, null);
	}

	/** Returns once it waits. */
	private CompletableFuture<Ticket> enter(String id, Duration budget) {
		int before = this.queue.length();
		CompletableFuture<Ticket> entered = CompletableFuture.supplyAsync(() -> this.queue.enter(search(id, budget)),
				THREADS);
		await().until(() -> this.queue.length() > before);
		return entered;
	}

	/** Lets a search run alone. */
	private void run(Duration service) {
		Ticket running = this.queue.enter(search(null, LONG));
		advance(service);
		this.queue.leave(running, true);
	}

	private void advance(Duration duration) {
		this.clock.addAndGet(duration.toNanos());
	}

}
