package dev.bootpatterns.local.tour;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.console.Console;
import dev.bootpatterns.local.state.Json;
import dev.bootpatterns.local.state.ProcessState;
import dev.bootpatterns.local.tour.Outcome.Verdict;

/**
 * Goes through the patterns, one after the other. A new capability adds its step to
 * {@link #steps}.
 */
public final class Tour {

	private final List<TourStep> steps;

	private final RunningSuite suite;

	private final Console console;

	/**
	 * A tour of a running suite.
	 * @param processes its processes as they are now
	 * @param adminToken for operations that change something
	 * @param ambassadors starts gateways beside the suite's
	 * @param console where to print
	 */
	public Tour(Supplier<List<ProcessState>> processes, String adminToken, Ambassadors ambassadors, Console console) {
		this(steps(ambassadors), new RunningSuite(processes, adminToken, InstantSource.system()), console);
	}

	Tour(List<TourStep> steps, RunningSuite suite, Console console) {
		this.steps = steps;
		this.suite = suite;
		this.console = console;
	}

	/**
	 * What makes keys hot comes before what reads one key for long: heat fades slowly.
	 */
	private static List<TourStep> steps(Ambassadors ambassadors) {
		return List.of(new ShardedService(), new AnyBackends(ambassadors), new HotShards(), new HotKeys(),
				new ReplicatedService(), new ScatterGather(), new Stragglers(), new PartialAnswers(),
				new LiveResharding(), new Sidecar(), new Adapter(), new OwnershipElection(), new WorkQueue());
	}

	/**
	 * Runs all steps.
	 * @param json whether to print one JSON list at the end instead of text on the way
	 * @return whether none has failed
	 */
	public boolean run(boolean json) {
		List<Map<String, Object>> results = new ArrayList<>();
		boolean good = true;
		for (TourStep step : this.steps) {
			if (!json) {
				this.console.line("%n%s%n  %s%n  now:      %s%n  expected: %s".formatted(step.pattern(),
						step.sentence(), step.action(), step.expected()));
			}
			Instant start = this.suite.now();
			Outcome outcome = outcome(step);
			Duration took = Duration.between(start, this.suite.now());
			good &= outcome.verdict() != Verdict.FAILED;
			results.add(result(step, outcome, took));
			if (!json) {
				this.console.line("  measured: %s (%s) %s".formatted(outcome.measured(), Console.text(took),
						outcome.verdict().sign()));
			}
		}
		if (json) {
			this.console.line(Json.write(results));
		}
		return good;
	}

	private Outcome outcome(TourStep step) {
		try {
			return step.run(this.suite);
		}
		catch (IOException | SuiteFailure ex) {
			return Outcome.of(false, String.valueOf(ex.getMessage()));
		}
	}

	private static Map<String, Object> result(TourStep step, Outcome outcome, Duration took) {
		Map<String, Object> result = new LinkedHashMap<>();
		result.put("pattern", step.pattern());
		result.put("sentence", step.sentence());
		result.put("action", step.action());
		result.put("expected", step.expected());
		result.put("measured", outcome.measured());
		result.put("verdict", outcome.verdict());
		result.put("tookMs", took.toMillis());
		return result;
	}

}
