package dev.bootpatterns.owner.jobs;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import dev.bootpatterns.owner.election.FencedOperations;
import dev.bootpatterns.owner.election.Term;
import dev.bootpatterns.owner.sources.SourceItem;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.stereotype.Component;

/**
 * Applies what happened to items, each batch in one transaction that is fenced by the
 * owner's term, and counts it.
 * <p>
 * One batch at a time: two batches over the same items in different orders would
 * deadlock, and an item whose predecessor ends while it is added would wait for its turn
 * for ever. Only the owner changes many items, so a lock in the process is enough.
 */
@Component
class ItemTransitions {

	private final ItemStore items;

	private final StageStore stages;

	private final FencedOperations fenced;

	private final ReentrantLock oneAtATime = new ReentrantLock();

	private final Map<ItemState, Counter> transitions = new EnumMap<>(ItemState.class);

	private final Counter unknown;

	private final Counter late;

	ItemTransitions(ItemStore items, StageStore stages, FencedOperations fenced, MeterRegistry meters) {
		this.items = items;
		this.stages = stages;
		this.fenced = fenced;
		for (ItemState state : ItemState.values()) {
			this.transitions.put(state,
					Counter.builder("owner.items")
						.tag("to", state.name())
						.description("Items by the state that they went to")
						.register(meters));
		}
		this.unknown = dropped(meters, "unknown");
		this.late = dropped(meters, "late");
	}

	static Counter dropped(MeterRegistry meters, String reason) {
		return Counter.builder("owner.results.dropped")
			.tag("reason", reason)
			.description("Results without effect: of unknown items, late or repeated, or unreadable")
			.register(meters);
	}

	/** Adds listed items. */
	void add(Term term, JobStore.Unlisted job, List<SourceItem> listed) {
		inTransaction(term, () -> {
			this.items.add(job.id(), listed, job.orderBy());
			return List.of();
		});
	}

	/**
	 * Marks items as enqueued after their confirms, and lets those that the broker did
	 * not take be due later.
	 */
	void published(Term term, List<DueItem> confirmed, List<DueItem> refused, Duration delay) {
		inTransaction(term, () -> {
			List<ItemStore.Changed> changed = confirmed.isEmpty() ? List.of() : this.items.queued(confirmed);
			if (!refused.isEmpty()) {
				this.items.postpone(refused, delay);
			}
			return changed;
		});
	}

	/** Lets items that have been without news for too long be tried again. */
	int overdue(Term term, boolean queuedToo, int limit) {
		return inTransaction(term, () -> this.items.overdue(queuedToo, limit)).size();
	}

	/**
	 * Applies results in the order in which they make sense: that an attempt began, that
	 * it failed, that the effect happened. What is DONE goes on to the next stages in the
	 * same transaction, so once, however often it is said.
	 */
	void apply(Term term, Collection<Result> results) {
		if (results.isEmpty()) {
			return;
		}
		Map<ItemKey, Result> began = new LinkedHashMap<>();
		Map<ItemKey, Result> failed = new LinkedHashMap<>();
		Map<ItemKey, Result> done = new LinkedHashMap<>();
		for (Result result : results) {
			Map<ItemKey, Result> group = switch (result.outcome()) {
				case STARTED -> began;
				case FAILED, STALE, INTERRUPTED, RETURNED, REJECTED -> failed;
				case DONE -> done;
			};
			group.merge(result.key(), result, (a, b) -> (b.attempt() > a.attempt()) ? b : a);
		}
		Map<Long, List<Feed>> feeds = feeds(done.keySet());
		Set<Long> reducing = reducing(done.keySet());
		for (Result result : List.copyOf(done.values())) {
			if (reducing.contains(result.key().job()) && result.output() == null) {
				reject(result, "has no output, which is what a reduction is for", done, failed);
			}
			Emitting.problem(result, feeds.getOrDefault(result.key().job(), List.of()))
				.ifPresent((problem) -> reject(result, problem, done, failed));
		}
		began.keySet().removeAll(done.keySet());
		List<ItemStore.Changed> changed = inTransaction(term, () -> {
			rejectCollisions(done, failed, feeds);
			List<ItemStore.Changed> all = new ArrayList<>();
			all.addAll(began.isEmpty() ? List.of() : this.items.started(began.values()));
			List<Result> interrupted = failed.values()
				.stream()
				.filter((result) -> result.outcome() == Result.Outcome.INTERRUPTED)
				.toList();
			all.addAll(interrupted.isEmpty() ? List.of() : this.items.notBegun(interrupted));
			all.addAll(failed.isEmpty() ? List.of() : this.items.failed(failed.values()));
			List<ItemStore.Changed> ended = done.isEmpty() ? List.of() : this.items.done(done.values());
			handOn(ended, done, feeds);
			all.addAll(ended);
			return all;
		});
		countDropped(results.stream().filter((result) -> result.outcome() != Result.Outcome.STARTED).toList(), changed);
	}

	/** Hands what a REDUCE has come to on to the next stages; again does no harm. */
	void handOnRoots(Term term, long job) {
		List<StageStore.Root> roots = this.stages.roots(job);
		if (roots.isEmpty()) {
			return;
		}
		List<Fed> fed = new ArrayList<>();
		for (Feed feed : this.stages.feeds(List.of(job))) {
			for (StageStore.Root root : roots) {
				fed.add(new Fed(new ItemKey(job, root.id()), feed, feed.prefix() + root.name(), Fed.What.OUTPUT, null,
						root.bytes()));
			}
		}
		inTransaction(term, () -> {
			feed(fed);
			return List.of();
		});
	}

	private static void reject(Result result, String problem, Map<ItemKey, Result> done, Map<ItemKey, Result> failed) {
		done.remove(result.key());
		failed.put(result.key(), result.rejected(problem));
	}

	/**
	 * Of two items that lead to the same one, the second is DEAD: nothing is lost without
	 * a word. What is said again of an item that is DONE has no effect either way.
	 */
	private void rejectCollisions(Map<ItemKey, Result> done, Map<ItemKey, Result> failed, Map<Long, List<Feed>> feeds) {
		List<Fed> all = done.values()
			.stream()
			.flatMap((result) -> Emitting.fed(result, feeds.getOrDefault(result.key().job(), List.of())).stream())
			.toList();
		Set<ItemKey> taken = all.isEmpty() ? new HashSet<>() : this.stages.taken(all);
		for (Fed fed : all) {
			Result result = done.get(fed.from());
			if (result != null && !taken.add(new ItemKey(fed.feed().to(), fed.id()))) {
				reject(result, "leads to the id '%s' in stage '%s', as something did before it".formatted(fed.id(),
						fed.feed().stage()), done, failed);
			}
		}
	}

	private Set<Long> reducing(Set<ItemKey> done) {
		Set<Long> jobs = done.stream().map(ItemKey::job).collect(Collectors.toSet());
		return jobs.isEmpty() ? Set.of() : this.stages.reducing(jobs);
	}

	private Map<Long, List<Feed>> feeds(Set<ItemKey> done) {
		Set<Long> jobs = done.stream().map(ItemKey::job).collect(Collectors.toSet());
		return jobs.isEmpty() ? Map.of()
				: this.stages.feeds(jobs)
					.stream()
					.filter((feed) -> !feed.ofRoots())
					.collect(Collectors.groupingBy(Feed::from));
	}

	private void handOn(List<ItemStore.Changed> ended, Map<ItemKey, Result> results, Map<Long, List<Feed>> feeds) {
		List<Fed> fed = new ArrayList<>();
		for (ItemStore.Changed item : ended) {
			List<Feed> ways = feeds.get(item.key().job());
			Result result = results.get(item.key());
			if (ways != null && result != null) {
				fed.addAll(Emitting.fed(result, ways));
			}
		}
		feed(fed);
	}

	private void feed(List<Fed> fed) {
		if (!fed.isEmpty()) {
			this.stages.feed(fed);
			this.items
				.letFollow(fed.stream().map((item) -> new ItemStore.Turn(item.feed().to(), item.orderKey())).toList());
		}
	}

	/** A start without effect is not worth counting: it is best effort. */
	private void countDropped(List<Result> results, List<ItemStore.Changed> changed) {
		List<ItemKey> without = new ArrayList<>(results.stream().map(Result::key).toList());
		changed.stream()
			.filter((item) -> item.state() != ItemState.RUNNING)
			.forEach((item) -> without.remove(item.key()));
		if (!without.isEmpty()) {
			Map<ItemKey, ItemState> known = this.items.states(without);
			int unknownItems = (int) without.stream().filter((key) -> !known.containsKey(key)).count();
			this.unknown.increment(unknownItems);
			this.late.increment(without.size() - unknownItems);
		}
	}

	private List<ItemStore.Changed> inTransaction(Term term, Supplier<List<ItemStore.Changed>> effect) {
		List<ItemStore.Changed> changed;
		this.oneAtATime.lock();
		try {
			changed = this.fenced.inTransaction(term, () -> {
				List<ItemStore.Changed> all = effect.get();
				this.items
					.letFollow(all.stream().filter(ItemStore.Changed::isOver).map(ItemStore.Changed::turn).toList());
				return all;
			});
		}
		finally {
			this.oneAtATime.unlock();
		}
		for (ItemStore.Changed item : changed) {
			Counter counter = this.transitions.get(item.state());
			if (counter != null) {
				counter.increment();
			}
		}
		return changed;
	}

}
