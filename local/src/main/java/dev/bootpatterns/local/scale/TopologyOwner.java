package dev.bootpatterns.local.scale;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.console.Console;
import dev.bootpatterns.local.process.Ticks;
import dev.bootpatterns.local.state.Json;
import dev.bootpatterns.local.client.GatewayClient;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * The elected owner, which changes the topology: plans, begins, and tells how far it is.
 * A leader that dies is followed by another within seconds, so no answer is not the end.
 */
final class TopologyOwner {

	private static final Duration POLL = Duration.ofMillis(250);

	private static final Duration BEGINS_WITHIN = Duration.ofMinutes(1);

	private static final Duration STALLED_AFTER = Duration.ofMinutes(5);

	private static final String APPLY = "POST /topology/apply";

	private final GatewayClient gateway;

	private final Console console;

	private final InstantSource clock;

	TopologyOwner(GatewayClient gateway, Console console, InstantSource clock) {
		this.gateway = gateway;
		this.console = console;
		this.clock = clock;
	}

	/** How many shards the topology in force has. */
	int shards() {
		try {
			return this.gateway.json("/topology").path("shards").size();
		}
		catch (IOException ex) {
			throw new SuiteFailure("the topology cannot be read: " + reason(ex), null, ex);
		}
	}

	/**
	 * What a change would move.
	 * @param shards how many shards there would be
	 * @return the plan; empty when there is none while another change is under way
	 */
	Optional<MovePlan> plan(int shards) {
		try {
			HttpResponse<String> answer = this.gateway.post("/topology/plan", Map.of("shards", shards));
			return switch (answer.statusCode()) {
				case 200 -> Optional.of(new MovePlan(Json.tree(answer.body())));
				case 409 -> Optional.empty();
				default -> throw new ChangeRefused("the owner makes no plan for %d shards: %s".formatted(shards,
						reason("POST /topology/plan", answer)), false, null);
			};
		}
		catch (IOException ex) {
			throw new ChangeRefused("the owner makes no plan for %d shards: %s".formatted(shards, reason(ex)), false,
					ex);
		}
	}

	/**
	 * Begins a change, or finds that the same is under way already, and follows it to its
	 * end.
	 * @param shards how many shards there are to be
	 * @param inForce is told of the change once the new topology is in force
	 * @return the change, done
	 * @throws ChangeRefused when the topology certainly stays as it is
	 */
	Change change(int shards, Consumer<Change> inForce) {
		return follow(begin(shards), inForce);
	}

	private Change begin(int shards) {
		Instant end = this.clock.instant().plus(BEGINS_WITHIN);
		boolean perhapsBegun = false;
		String last = "";
		try (Ticks ticks = new Ticks(POLL)) {
			while (ticks.next() && this.clock.instant().isBefore(end)) {
				try {
					HttpResponse<String> answer = this.gateway.post("/topology/apply", Map.of("shards", shards));
					last = reason(APPLY, answer);
					Optional<Change> begun = begun(shards, answer);
					if (begun.isPresent()) {
						return begun.get();
					}
					// What is not there has done nothing; a proxy that got no answer does
					// not know.
					perhapsBegun |= answer.statusCode() >= 500 && answer.statusCode() != 503;
				}
				catch (IOException ex) {
					last = reason(ex);
					perhapsBegun |= !(ex instanceof ConnectException);
				}
				this.console.progress("the owner has not begun yet: " + last);
			}
		}
		if (perhapsBegun) {
			throw new SuiteFailure(
					"the owner did not answer within %d s (%s), and perhaps has begun: './suite scale --shards %d' finds out and finishes it"
						.formatted(BEGINS_WITHIN.toSeconds(), last, shards));
		}
		throw new ChangeRefused("the owner did not begin within %d s: %s".formatted(BEGINS_WITHIN.toSeconds(), last),
				false, null);
	}

	private Optional<Change> begun(int shards, HttpResponse<String> answer) {
		int status = answer.statusCode();
		if (status == 200 || status == 202) {
			return Optional.of(Change.of(answer.body()));
		}
		if (status == 409) {
			return underWay(shards, answer);
		}
		if (status >= 500) {
			return Optional.empty();
		}
		throw new ChangeRefused("the owner refuses %d shards: %s".formatted(shards, reason(APPLY, answer)), true, null);
	}

	/**
	 * The same change is followed; one that has ended is no obstacle, nor is the owner's
	 * own, of slots that were too hot, which ends soon; any other is.
	 */
	private Optional<Change> underWay(int shards, HttpResponse<String> conflict) {
		String id = property(conflict, "change");
		if (id.isEmpty()) {
			throw new ChangeRefused("the owner refuses %d shards: %s".formatted(shards, reason(APPLY, conflict)), false,
					null);
		}
		Optional<Change> other = find(id);
		if (other.isPresent() && other.get().shardsAfter() == shards) {
			this.console.line("change %s to %d shards is under way already: following it".formatted(id, shards));
			return other;
		}
		if (other.isPresent() && !other.get().state().ended() && !other.get().keepsShards()) {
			Change change = other.get();
			throw new ChangeRefused(
					"another change is under way: %s, from %d to %d shards, %s; './suite scale --shards %d' follows it, then try again"
						.formatted(id, change.shardsBefore(), change.shardsAfter(), change.state(),
								change.shardsAfter()),
					false, null);
		}
		return Optional.empty();
	}

	private Change follow(Change begun, Consumer<Change> inForce) {
		Change change = begun;
		Instant progressed = this.clock.instant();
		boolean answered = true;
		boolean told = false;
		try (Ticks ticks = new Ticks(POLL)) {
			while (ticks.next()) {
				if (!told && change.isInForce()) {
					inForce.accept(change);
					told = true;
				}
				if (change.state() == Change.State.DONE) {
					return change;
				}
				if (change.state() == Change.State.ROLLED_BACK) {
					throw new ChangeRefused(
							"the owner rolled change %s back: %s".formatted(change.id(), change.reason()), true, null);
				}
				this.console.progress(change.progress());
				if (Duration.between(progressed, this.clock.instant()).compareTo(STALLED_AFTER) > 0) {
					throw stalled(change, answered);
				}
				Optional<Change> now = find(change.id());
				answered = now.isPresent();
				if (answered && !now.get().equals(change)) {
					change = now.get();
					progressed = this.clock.instant();
				}
			}
		}
		throw new SuiteFailure("interrupted while the topology changes");
	}

	private static SuiteFailure stalled(Change change, boolean answered) {
		return new SuiteFailure("no progress for %d s, the owner %s. It goes on: './suite scale --shards %d' follows it"
			.formatted(STALLED_AFTER.toSeconds(), answered ? "says: " + change.progress() : "does not answer",
					change.shardsAfter()));
	}

	private Optional<Change> find(String id) {
		try {
			HttpResponse<String> answer = this.gateway.get("/topology/changes/" + id);
			if (answer.statusCode() == 404) {
				throw new SuiteFailure(
						"the owner does not know the change %s that it has begun: was its database emptied?"
							.formatted(id));
			}
			return (answer.statusCode() == 200) ? Optional.of(Change.of(answer.body())) : Optional.empty();
		}
		catch (IOException ex) {
			return Optional.empty();
		}
	}

	private static String reason(IOException failure) {
		String message = failure.getMessage();
		return (message != null) ? message
				: "the gateway does not answer (%s)".formatted(failure.getClass().getSimpleName());
	}

	private static String reason(String request, HttpResponse<String> answer) {
		String detail = property(answer, "detail");
		return "%s answered %d%s".formatted(request, answer.statusCode(), detail.isEmpty() ? "" : ": " + detail);
	}

	/** Of an answer that may be no JSON. */
	private static String property(HttpResponse<String> answer, String name) {
		try {
			JsonNode body = Json.tree(answer.body());
			return body.path(name).asString("");
		}
		catch (JacksonException ex) {
			return "";
		}
	}

}
