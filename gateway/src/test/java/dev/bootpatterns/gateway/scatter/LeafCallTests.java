package dev.bootpatterns.gateway.scatter;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

import dev.bootpatterns.gateway.replicas.Replica;
import dev.bootpatterns.gateway.scatter.LeafResult.Reason;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Sinks;
import tools.jackson.databind.node.JsonNodeFactory;

import org.springframework.util.LinkedMultiValueMap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.willThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.timeout;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;

/** One leaf with replicas that answer when the test says so. */
class LeafCallTests {

	private static final Duration AT_ONCE = Duration.ofMillis(1);

	/** Whoever waits longer waits for ever. */
	private static final Duration TEST = Duration.ofSeconds(20);

	private static final Duration NEVER = Duration.ofHours(1);

	private static final LeafOutcome ANSWER = new LeafOutcome.Answered(JsonNodeFactory.instance.objectNode(), "x");

	private static final LeafOutcome CANCELLED = new LeafOutcome.Absent("cancelled");

	private final Leaves leaves = mock(Leaves.class);

	private final List<Call> calls = new CopyOnWriteArrayList<>();

	@BeforeEach
	void replicas() {
		hedging(HedgingProperties.Mode.HEDGE, NEVER);
		given(this.leaves.call(any(), any(), any(), any())).willAnswer((invocation) -> {
			Call call = new Call(invocation.getArgument(0), invocation.getArgument(2), invocation.getArgument(3),
					Sinks.one(), new AtomicBoolean());
			this.calls.add(call);
			return call.reply().asMono().doOnCancel(() -> call.cancelled().set(true));
		});
	}

	private void hedging(HedgingProperties.Mode mode, Duration delay) {
		given(this.leaves.mode()).willReturn(mode);
		given(this.leaves.lateAfter(any(LeafRequest.class))).willReturn(delay);
		given(this.leaves.tiedDelay()).willReturn(delay);
	}

	@Test
	void leafThatIsLate_isAskedAtAnother_andTheLoserIsCutOffAndToldToStop() {
		hedging(HedgingProperties.Mode.HEDGE, AT_ONCE);
		given(this.leaves.mayHedge()).willReturn(true);
		LeafRequest request = request(Duration.ofHours(1));
		CompletableFuture<LeafResult> result = ask(request, "a", "b", "c");
		await().until(() -> this.calls.size() == 2);
		this.calls.get(1).answer(ANSWER);
		assertThat(result.join().outcome()).isSameAs(ANSWER);
		assertThat(result.join().attempts()).extracting(LeafResult.Attempt::replica, LeafResult.Attempt::reason)
			.containsExactly(tuple("a", Reason.FIRST), tuple("b", Reason.HEDGE));
		assertThat(this.calls.getFirst().cancelled()).isTrue();
		assertThat(this.calls.get(1).cancelled()).isFalse();
		verify(this.leaves).cancel(eq(this.calls.getFirst().replica()), eq(request), eq(this.calls.getFirst().id()),
				anyLong());
		verify(this.leaves, times(1)).cancel(any(), any(), any(), anyLong());
		verify(this.leaves, times(1)).ended(result.join());
	}

	@Test
	void hedgeThatTheBudgetRefuses_isAskedForAgain() {
		hedging(HedgingProperties.Mode.HEDGE, AT_ONCE);
		given(this.leaves.mayHedge()).willReturn(false, false, true);
		CompletableFuture<LeafResult> result = ask(request(NEVER), "a", "b");
		await().until(() -> this.calls.size() == 2);
		this.calls.getFirst().answer(ANSWER);
		assertThat(result.join().outcome()).isSameAs(ANSWER);
		assertThat(this.calls.get(1).cancelled()).isTrue();
	}

	@Test
	void leafWithoutHedging_isAskedElsewhereOnlyWhenItHasFailed() {
		hedging(HedgingProperties.Mode.OFF, AT_ONCE);
		given(this.leaves.mayRetry(any())).willReturn(true);
		CompletableFuture<LeafResult> result = ask(request(NEVER), "a", "b");
		verify(this.leaves, never()).lateAfter(any(LeafRequest.class));
		this.calls.getFirst().reply().tryEmitError(new IOException("gone"));
		assertThat(this.calls).extracting((call) -> call.replica().name()).containsExactly("a", "b");
		this.calls.get(1).answer(ANSWER);
		assertThat(result.join().attempts()).extracting(LeafResult.Attempt::reason)
			.containsExactly(Reason.FIRST, Reason.RETRY);
	}

	@Test
	void replicaThatFails_endsNothingWhileAnotherIsAsked() {
		hedging(HedgingProperties.Mode.TIED, AT_ONCE);
		CompletableFuture<LeafResult> result = ask(request(NEVER), "a", "b");
		await().until(() -> this.calls.size() == 2);
		this.calls.getFirst().reply().tryEmitError(new IOException("gone"));
		assertThat(result).isNotDone();
		this.calls.get(1).answer(ANSWER);
		assertThat(result.join().outcome()).isSameAs(ANSWER);
		assertThat(result.join().attempts()).extracting(LeafResult.Attempt::reason)
			.containsExactly(Reason.FIRST, Reason.TIED);
	}

	@Test
	void replicasThatAllFail_areAskedOnceEach_andTheLastReasonIsTold() {
		given(this.leaves.mayRetry(any())).willReturn(true);
		CompletableFuture<LeafResult> result = ask(request(NEVER), "a", "b", "c");
		for (int call = 0; call < 3; call++) {
			this.calls.get(call).reply().tryEmitError(new IOException("gone"));
		}
		assertThat(result.join().outcome()).isEqualTo(new LeafOutcome.Absent("unreachable"));
		assertThat(this.calls).extracting((call) -> call.replica().name()).containsExactly("a", "b", "c");
		verify(this.leaves, never()).cancel(any(), any(), any(), anyLong());
	}

	@Test
	void copyThatTheOtherCancelled_isNotReplacedWhileThatOneRuns() {
		hedging(HedgingProperties.Mode.TIED, AT_ONCE);
		given(this.leaves.mayRetry(any())).willReturn(true);
		CompletableFuture<LeafResult> result = ask(request(NEVER), "a", "b", "c");
		await().until(() -> this.calls.size() == 2);
		this.calls.getFirst().answer(CANCELLED);
		assertThat(this.calls).hasSize(2);
		this.calls.get(1).answer(ANSWER);
		assertThat(result.join().outcome()).isSameAs(ANSWER);
	}

	/** The copy that was to come may have been cancelled already, by its name. */
	@Test
	void retryOfATiedRequest_isNoCopy() {
		hedging(HedgingProperties.Mode.TIED, NEVER);
		given(this.leaves.mayRetry(any())).willReturn(true);
		var _ = ask(request(NEVER), "a", "b");
		Call first = this.calls.getFirst();
		first.answer(CANCELLED);
		Call retry = this.calls.get(1);
		assertThat(first.tiedTo()).isNotNull().startsWith("b/").isNotEqualTo("b/" + retry.id());
		assertThat(retry.tiedTo()).isNull();
		assertThat(retry.id()).isNotEqualTo(first.id());
	}

	@Test
	void failure_withoutTimeOrBudget_isNotRetried() {
		CompletableFuture<LeafResult> refused = ask(request(NEVER), "a", "b");
		this.calls.getFirst().reply().tryEmitError(new IOException("gone"));
		assertThat(refused.join().outcome()).isEqualTo(new LeafOutcome.Absent("unreachable"));
		given(this.leaves.mayRetry(any())).willReturn(true);
		CompletableFuture<LeafResult> over = ask(request(Duration.ZERO), "a", "b");
		this.calls.get(1).reply().tryEmitError(new IOException("gone"));
		assertThat(over.join().outcome()).isEqualTo(new LeafOutcome.Absent("unreachable"));
		assertThat(this.calls).hasSize(2);
	}

	@Test
	void leafThatNobodyWaitsForAnyMore_isCutOffAndToldToStop() {
		LeafRequest request = request(NEVER);
		LeafCall.of(this.leaves, request, replicas("a", "b")).subscribe().dispose();
		assertThat(this.calls.getFirst().cancelled()).isTrue();
		verify(this.leaves).cancel(any(), eq(request), eq(this.calls.getFirst().id()), anyLong());
	}

	/** Or its hedges would count as being on their way for ever. */
	@Test
	void callThatFailsInside_hasBegunAndEndedOnce() {
		given(this.leaves.lateAfter(any(LeafRequest.class))).willThrow(new IllegalStateException("late"));
		willThrow(new IllegalStateException("cancel")).given(this.leaves).cancel(any(), any(), any(), anyLong());
		assertThatIllegalStateException()
			.isThrownBy(() -> LeafCall.of(this.leaves, request(NEVER), replicas("a", "b")).block(TEST));
		verify(this.leaves, times(1)).began();
		verify(this.leaves, times(1)).ended(any());
	}

	@Test
	void hedgeThatIsNotMade_becauseTheCallHasJustEnded_isGivenBack() {
		hedging(HedgingProperties.Mode.HEDGE, AT_ONCE);
		given(this.leaves.mayHedge()).willAnswer((invocation) -> {
			this.calls.getFirst().answer(ANSWER);
			return true;
		});
		assertThat(ask(request(NEVER), "a", "b").join().attempts()).hasSize(1);
		verify(this.leaves, timeout(TEST.toMillis())).hedgeNotMade();
	}

	private CompletableFuture<LeafResult> ask(LeafRequest request, String... names) {
		CompletableFuture<LeafResult> result = new CompletableFuture<>();
		var _ = LeafCall.of(this.leaves, request, replicas(names))
			.timeout(TEST)
			.subscribe(result::complete, result::completeExceptionally);
		return result;
	}

	private static List<Replica> replicas(String... names) {
		return Stream.of(names)
			.map((name) -> new Replica("shards-0-" + name, "shards", 0, name, null, URI.create("http://" + name)))
			.toList();
	}

	private static LeafRequest request(Duration deadline) {
		ScatterRequest request = new ScatterRequest("search", "shards", "/search", new LinkedMultiValueMap<>(),
				System.nanoTime(), deadline, 0, false, null, false);
		return new LeafRequest(request, UUID.randomUUID(), 0, 1, "/search", "q=x", null);
	}

	private record Call(Replica replica, String id, @Nullable String tiedTo, Sinks.One<LeafReply> reply,
			AtomicBoolean cancelled) {

		void answer(LeafOutcome outcome) {
			this.reply.tryEmitValue(new LeafReply(outcome, null));
		}

	}

}
