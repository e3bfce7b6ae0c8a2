package dev.bootpatterns.gateway.scatter;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import dev.bootpatterns.gateway.scatter.Coverage.Missing;
import org.jspecify.annotations.Nullable;

import org.springframework.http.ProblemDetail;

/**
 * One round of asking all leaves under one topology: takes what they answer as it comes,
 * and knows when there is nothing to wait for any more. Not thread-safe.
 */
final class Round {

	private final ScatterRequest request;

	private final long epoch;

	private final Set<Integer> shards;

	private final Gathering gathering;

	private final boolean last;

	private final List<LeafResult> results = new ArrayList<>();

	private final List<Missing> missing = new ArrayList<>();

	private int answered;

	private boolean moved;

	private boolean late;

	private boolean over;

	private @Nullable ProblemDetail refusal;

	/**
	 * Begins.
	 * @param request the client's request
	 * @param epoch of the topology
	 * @param shards those that are asked
	 * @param gathering takes the answers
	 * @param last whether there is no other round if slots moved meanwhile
	 */
	Round(ScatterRequest request, long epoch, Set<Integer> shards, Gathering gathering, boolean last) {
		this.request = request;
		this.epoch = epoch;
		this.shards = Set.copyOf(shards);
		this.gathering = gathering;
		this.last = last;
	}

	void add(LeafResult result) {
		this.results.add(result);
		switch (result.outcome()) {
			case LeafOutcome.Answered answer -> {
				this.gathering.add(result.shard(), answer.answer());
				this.answered++;
			}
			case LeafOutcome.Refused(ProblemDetail problem) -> this.refusal = problem;
			case LeafOutcome.Moved slots -> {
				this.moved = true;
				this.missing.add(new Missing(result.shard(), "moved"));
			}
			case LeafOutcome.Absent(String reason) -> this.missing.add(new Missing(result.shard(), reason));
		}
	}

	/** The time has come from which on a leaf is late. */
	void leavesAreLate() {
		this.late = true;
	}

	void timeIsOver() {
		this.over = true;
	}

	/** Whether nothing that may still come changes what is done next. */
	boolean isDecided() {
		return this.over || this.refusal != null || isToBeRepeated() || this.results.size() == this.shards.size()
				|| !canSuffice() || (this.request.early() && this.late && suffices());
	}

	/**
	 * Whether all leaves must be asked once more, under the newer topology: answers of
	 * two topologies would not fit together.
	 */
	boolean isToBeRepeated() {
		return this.moved && !this.last;
	}

	private boolean canSuffice() {
		return share(this.shards.size() - this.missing.size()) >= this.request.minCoverage();
	}

	private boolean suffices() {
		return share(this.answered) >= this.request.minCoverage();
	}

	private double share(int count) {
		return (double) count / this.shards.size();
	}

	/** The shards because of which there are not enough, and how many must be there. */
	String shortage() {
		String missing = this.coverage()
			.missing()
			.stream()
			.filter((shard) -> !shard.reason().equals("cancelled"))
			.map((shard) -> "shard %d (%s)".formatted(shard.shard(), shard.reason()))
			.collect(Collectors.joining(", "));
		return "%s did not answer, and %d of %d shards must".formatted(missing,
				Math.max(1, (int) Math.ceil(this.request.minCoverage() * this.shards.size())), this.shards.size());
	}

	/**
	 * Whether there is something to answer with, and as much of it as the client wants.
	 */
	boolean isEnough() {
		return this.answered > 0 && suffices();
	}

	@Nullable ProblemDetail refusal() {
		return this.refusal;
	}

	Coverage coverage() {
		Set<Integer> waitedFor = new TreeSet<>(this.shards);
		this.results.forEach((result) -> waitedFor.remove(result.shard()));
		List<Missing> all = new ArrayList<>(this.missing);
		String reason = this.over ? "timeout" : canSuffice() ? "late" : "cancelled";
		waitedFor.forEach((shard) -> all.add(new Missing(shard, reason)));
		all.sort(Comparator.comparingInt(Missing::shard));
		return new Coverage(this.shards.size(), this.answered, share(this.answered), all);
	}

	Gathering gathering() {
		return this.gathering;
	}

	long epoch() {
		return this.epoch;
	}

	/** Those that answered or failed, in the order in which they did. */
	List<LeafResult> results() {
		return this.results;
	}

}
