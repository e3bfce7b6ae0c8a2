package dev.bootpatterns.local.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

import dev.bootpatterns.local.conformance.WorkerContainer.Answer;
import dev.bootpatterns.local.console.Console;
import org.jspecify.annotations.Nullable;

/**
 * The rules of a container that handles items by HTTP, each tried on real requests. It
 * passes if it handles any item, at the same time as others and again, says by its status
 * how that ended, and answers with nothing but its output.
 */
public final class HttpRules {

	/** As many as a worker handles, if nothing else is set. */
	private static final int AT_A_TIME = 4;

	private static final String FINAL = "for content that can never work answer 400 or 422, and why as a problem (RFC 9457); 408, 425, 429 and 5xx are tried again";

	/** In ASCII, as the worker writes it. */
	private static final String UNKNOWN = "{\"there is no such\":\"\\u00e4 \\\" \\\\ \\ud83d\\ude00\"}";

	private final WorkerContainer container;

	private final Sample usual;

	private final boolean mustBeAccepted;

	private final Consumer<Verdict> verdicts;

	private final List<Answer> answers = new ArrayList<>();

	private boolean passed = true;

	/**
	 * Rules for a container.
	 * @param container the container
	 * @param sample an item that it must accept, or null to try it with a text
	 * @param verdicts are told one by one
	 */
	public HttpRules(WorkerContainer container, byte @Nullable [] sample, Consumer<Verdict> verdicts) {
		this.container = container;
		this.mustBeAccepted = sample != null;
		this.usual = Sample.usual(sample);
		this.verdicts = verdicts;
	}

	/**
	 * Checks all rules, or only the first if that fails.
	 * @return whether all are kept
	 */
	public boolean check() {
		Answer first = post(this.usual);
		tell("it answers for " + this.usual.name(), this.mustBeAccepted ? first.isDone() : first.isThere(),
				first.result(),
				this.mustBeAccepted ? "answer 2xx for it, as --sample says that it can be handled"
						: "answer POST at this URL within %s: --deadline is the worker's"
							.formatted(Console.text(this.container.deadline())));
		if (!this.passed) {
			return false;
		}
		contents();
		repetitions(first);
		names(first);
		parameters();
		abandoned(first);
		all();
		return this.passed;
	}

	private void contents() {
		for (Sample sample : Sample.unusual()) {
			Answer answer = post(sample);
			tell("%s is answered with 2xx or 4xx".formatted(sample.name()), answer.isFinal(), answer.result(),
					FINAL + "; read all of the request before you answer");
		}
	}

	/** What differs from time to time says nothing about what it differs by. */
	private void repetitions(Answer first) {
		if (!same("the same item again is answered in the same way, with the same output", first, post(this.usual, 2),
				"an item may come more than once: leave out times, random numbers, and what is left of the time before")) {
			return;
		}
		List<Answer> together = atATime();
		same("%d at a time do not disturb each other".formatted(AT_A_TIME), first,
				together.stream().filter((answer) -> !answer.isSameAs(first)).findFirst().orElse(first),
				"share nothing between requests: a worker sends WORKER_CONCURRENCY at a time");
	}

	private List<Answer> atATime() {
		try (ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME)) {
			List<Answer> together = Stream
				.generate(() -> CompletableFuture.supplyAsync(() -> this.container.post(this.usual, 1, "{}"), threads))
				.limit(AT_A_TIME)
				.toList()
				.stream()
				.map(CompletableFuture::join)
				.toList();
			this.answers.addAll(together);
			return together;
		}
	}

	private void names(Answer first) {
		for (String id : Sample.IDS) {
			Answer answer = post(this.usual.named(id));
			if (answer.status() != first.status()) {
				tell("an item may be called anything", false,
						"called %s, it %s".formatted(id.replace("\n", "\\n"), answer.result()),
						"X-Item is percent-encoded: decode it, and take it for a text, not for a path to open");
				return;
			}
		}
		tell("an item may be called anything", true, "%d ids".formatted(Sample.IDS.size()), "");
	}

	private void parameters() {
		Answer answer = remember(this.container.post(this.usual, 1, UNKNOWN));
		tell("parameters that it does not know are answered with 2xx or 4xx", answer.isFinal(), answer.result(),
				"X-Parameters is a JSON object in ASCII: answer 400 for what cannot be used, or leave it alone");
	}

	/** Whether the output is the same has been said. */
	private void abandoned(Answer first) {
		this.container.abandon(this.usual);
		Answer next = post(this.usual);
		tell("a request that is given up half way does not harm the next", next.status() == first.status(),
				next.result(), "a worker goes away at its deadline: end that request alone");
	}

	/** Of all answers so far. */
	private void all() {
		none("it answers in time", (answer) -> !answer.isThere(),
				"answer within %s, and as many bytes as Content-Length says: --deadline is the worker's"
					.formatted(Console.text(this.container.deadline())));
		none("it answers 2xx, 4xx or 503", (answer) -> answer.isThere() && !answer.isDone()
				&& answer.status() / 100 != 4 && answer.status() != 503, FINAL + "; redirects are not followed");
		none("it does not answer 409 to a term that is in force", (answer) -> answer.status() == 409,
				"409 says that X-Owner-Term is lower than one before, and costs the item no attempt: it would come for ever");
		none("the output is at most 1 MB",
				(answer) -> answer.isDone() && answer.body().length > WorkerContainer.MOST_OUTPUT,
				"keep large results elsewhere, and put where they are into the output");
	}

	private Answer post(Sample sample) {
		return post(sample, 1);
	}

	private Answer post(Sample sample, int attempt) {
		return remember(this.container.post(sample, attempt, "{}"));
	}

	private Answer remember(Answer answer) {
		this.answers.add(answer);
		return answer;
	}

	private boolean same(String rule, Answer first, Answer answer, String todo) {
		boolean same = answer.isSameAs(first);
		String others = (answer.status() == first.status()) ? ", which are others" : "";
		tell(rule, same,
				same ? answer.result() : "first it %s, then it %s%s".formatted(first.result(), answer.result(), others),
				todo);
		return same;
	}

	private void none(String rule, Predicate<Answer> wrong, String todo) {
		Answer found = this.answers.stream().filter(wrong).findFirst().orElse(null);
		tell(rule, found == null, (found != null) ? "%s: it %s".formatted(found.sample().name(), found.result())
				: "%d requests".formatted(this.answers.size()), todo);
	}

	private void tell(String rule, boolean kept, String seen, String todo) {
		this.passed &= kept;
		this.verdicts.accept(new Verdict(rule, kept, seen, kept ? null : todo));
	}

}
