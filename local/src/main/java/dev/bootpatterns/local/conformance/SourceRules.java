package dev.bootpatterns.local.conformance;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Predicate;

import dev.bootpatterns.local.conformance.SourceContainer.Answer;
import dev.bootpatterns.local.state.Json;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * The rules of a source container, and what helps who breaks one. Items are read in a
 * sample that has the first, the last, and the most unusual names.
 */
public final class SourceRules {

	private static final int MAX_NAME = 512;

	static final int MAX_ITEM = 2 * 1024 * 1024;

	private static final int AT_A_TIME = 4;

	private final SourceContainer container;

	private final int sample;

	private final Consumer<Verdict> verdicts;

	private boolean passed = true;

	/**
	 * Rules for a container.
	 * @param container the container
	 * @param sample how many items are read, at least 1
	 * @param verdicts are told one by one
	 */
	public SourceRules(SourceContainer container, int sample, Consumer<Verdict> verdicts) {
		this.container = container;
		this.sample = sample;
		this.verdicts = verdicts;
	}

	/**
	 * Checks all rules, or only those of the list if there is none.
	 * @return whether all are kept
	 */
	public boolean check() {
		Answer list = this.container.list();
		tell("it answers a list", list.status() == 200 && list.isJson(), list.result(),
				"answer GET /api/v1/items with 200 and Content-Type: application/json");
		Optional<List<String>> names = names(list);
		tell("the list is the book's", names.isPresent(),
				names.map((found) -> found.size() + " items").orElse("no such JSON"),
				"answer {\"kind\": \"ItemList\", \"apiVersion\": \"v1\", \"items\": [\"name\", …]}");
		if (names.isPresent()) {
			list(names.get());
			items(sample(names.get()));
		}
		missing();
		return this.passed;
	}

	private static Optional<List<String>> names(Answer list) {
		JsonNode json = json(list);
		JsonNode items = json.path("items");
		boolean good = json.path("kind").asString("").equals("ItemList")
				&& json.path("apiVersion").asString("").equals("v1") && items.isArray()
				&& items.valueStream().allMatch(JsonNode::isString);
		return good ? Optional.of(items.valueStream().map(JsonNode::stringValue).toList()) : Optional.empty();
	}

	private static JsonNode json(Answer answer) {
		try {
			return answer.isJson() ? Json.tree(answer.text()) : MissingNode.getInstance();
		}
		catch (JacksonException ex) {
			return MissingNode.getInstance();
		}
	}

	private void list(List<String> names) {
		Set<String> once = new HashSet<>();
		List<String> twice = names.stream().filter((name) -> !once.add(name)).toList();
		tell("each name comes once", twice.isEmpty(),
				twice.isEmpty() ? "%d names".formatted(names.size()) : "twice: " + twice.getFirst(),
				"a name is the item's identity: give each its own");
		List<String> unusable = names.stream().filter((name) -> !isUsable(name)).toList();
		tell("each name can be an item's id", unusable.isEmpty(),
				unusable.isEmpty() ? "%d names".formatted(names.size()) : "not " + Json.write(unusable.getFirst()),
				"1 to %d bytes of UTF-8, segments parted by /, none of them empty or beginning with a dot, no control characters, no backslashes; others are skipped"
					.formatted(MAX_NAME));
		Optional<List<String>> again = names(this.container.list());
		tell("the list is the same when it is asked for again", again.isPresent() && again.get().equals(names),
				again.map((found) -> found.size() + " items").orElse("no list"),
				"an owner that takes over lists again, and items of one key are worked on in the order of the list: keep both while a job runs");
	}

	private static boolean isUsable(String name) {
		return name.getBytes(StandardCharsets.UTF_8).length <= MAX_NAME && name.indexOf('\\') < 0
				&& name.chars().noneMatch(Character::isISOControl) && Arrays.stream(name.split("/", -1))
					.noneMatch((segment) -> segment.isEmpty() || segment.startsWith("."));
	}

	/** The most unusual is that with the most characters which a URL has to encode. */
	private List<String> sample(List<String> names) {
		Set<String> some = new LinkedHashSet<>();
		List<String> usable = names.stream().filter(SourceRules::isUsable).toList();
		if (!usable.isEmpty()) {
			some.add(usable.getFirst());
			some.add(usable.getLast());
			some.add(usable.stream().max((a, b) -> Long.compare(unusual(a), unusual(b))).orElseThrow());
			usable.stream().limit(this.sample).forEach(some::add);
		}
		return some.stream().limit(Math.max(this.sample, 1)).toList();
	}

	private static long unusual(String name) {
		return name.chars().filter((c) -> !Character.isLetterOrDigit(c) || c >= 128).count();
	}

	private void items(List<String> names) {
		List<Answer> answers = names.stream().map(this.container::item).toList();
		each("each item can be read", names, answers, (answer) -> answer.status() == 200,
				"answer GET /api/v1/items/{name} with 200; the name comes percent-encoded, but for its slashes");
		each("an item is the book's, or is no JSON", names, answers, SourceRules::isItem,
				"answer {\"kind\": \"Item\", \"apiVersion\": \"v1\", \"data\": …}; or the content itself, under another media type than JSON");
		each("an item is at most 2 MB", names, answers, (answer) -> size(answer) <= MAX_ITEM,
				"give where it is instead of what it is");
		List<Answer> again = atATime(names);
		List<String> others = new ArrayList<>();
		for (int i = 0; i < names.size(); i++) {
			if (again.get(i).status() != answers.get(i).status()
					|| !Arrays.equals(again.get(i).body(), answers.get(i).body())) {
				others.add(names.get(i));
			}
		}
		tell("an item is the same when it is read again, %d at a time".formatted(AT_A_TIME), others.isEmpty(),
				others.isEmpty() ? "%d items".formatted(names.size()) : "not " + others.getFirst(),
				"an item may be read more than once: leave out times and what is counted");
	}

	private static int size(Answer answer) {
		JsonNode data = json(answer).path("data");
		return answer.isJson()
				? (data.isString() ? data.stringValue() : data.toString()).getBytes(StandardCharsets.UTF_8).length
				: answer.body().length;
	}

	private List<Answer> atATime(List<String> names) {
		try (ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME)) {
			return names.stream()
				.map((name) -> CompletableFuture.supplyAsync(() -> this.container.item(name), threads))
				.toList()
				.stream()
				.map(CompletableFuture::join)
				.toList();
		}
	}

	/** What cannot be read breaks another rule. */
	private static boolean isItem(Answer answer) {
		JsonNode json = json(answer);
		return answer.status() != 200 || !answer.isJson() || (json.path("kind").asString("").equals("Item")
				&& json.path("apiVersion").asString("").equals("v1") && json.has("data"));
	}

	private void missing() {
		Answer answer = this.container.item("there-is-no-" + UUID.randomUUID());
		tell("what there is not is 404", answer.status() == 404, answer.result(),
				"404 makes the item DEAD at once; anything else is tried again");
	}

	private void each(String rule, List<String> names, List<Answer> answers, Predicate<Answer> holds, String todo) {
		for (int i = 0; i < names.size(); i++) {
			if (!holds.test(answers.get(i))) {
				tell(rule, false, "%s: %s".formatted(names.get(i), answers.get(i).result()), todo);
				return;
			}
		}
		tell(rule, true, "%d items".formatted(names.size()), todo);
	}

	private void tell(String rule, boolean kept, String seen, String todo) {
		this.passed &= kept;
		this.verdicts.accept(new Verdict(rule, kept, seen, kept ? null : todo));
	}

}
