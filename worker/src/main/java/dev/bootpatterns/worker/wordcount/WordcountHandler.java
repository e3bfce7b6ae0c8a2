package dev.bootpatterns.worker.wordcount;

import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.bootpatterns.worker.Emission;
import dev.bootpatterns.worker.Outcome;
import dev.bootpatterns.worker.OutputProperties;
import dev.bootpatterns.worker.Parameters;
import dev.bootpatterns.worker.Partition;
import dev.bootpatterns.worker.RejectedException;
import dev.bootpatterns.worker.WorkHandler;
import dev.bootpatterns.worker.WorkItem;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.stereotype.Component;

/**
 * How often each word is in an item: a JSON object of words and numbers, by word.
 * <p>
 * <b>A word</b> is as many letters, combining marks, digits and other numbers, and
 * underscores of Unicode as follow each other; upper case and lower case differ, and
 * nothing is normalized. A plain tool finds the same words: {@code grep -oP
 * '[\p{L}\p{M}\p{N}_]+'} in a UTF-8 locale, and on ASCII
 * {@code grep -oE '[[:alnum:]_]+'}. Words by the rules of languages would be more useful
 * to a linguist, and nobody could check them.
 * <p>
 * With {@code partitions}, each word's count goes on with those of its partition, to be
 * summed with what other items have of it: no stage then needs to have all words of a
 * job.
 */
@Component
class WordcountHandler implements WorkHandler {

	private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{M}\\p{N}_]+");

	/** Two quotes, a colon, a digit, and a comma or a brace: no entry has less. */
	private static final int AROUND_A_WORD = 5;

	private static final int MOST_PARTITIONS = 64;

	private final OutputProperties outputs;

	private final JsonMapper json;

	WordcountHandler(OutputProperties outputs, JsonMapper json) {
		this.outputs = outputs;
		this.json = json;
	}

	@Override
	public String name() {
		return "wordcount";
	}

	@Override
	public Outcome handle(WorkItem item) throws RejectedException {
		Parameters parameters = Parameters.of(item, "partitions");
		int partitions = parameters.number("partitions", 1, MOST_PARTITIONS);
		Map<String, Integer> counts = count(text(item));
		if (!parameters.has("partitions")) {
			return Outcome.done(this.json.writeValueAsBytes(counts));
		}
		SortedMap<Integer, Map<String, Integer>> parts = new TreeMap<>();
		counts.forEach((word, count) -> parts.computeIfAbsent(Partition.of(word, partitions), (_) -> new TreeMap<>())
			.put(word, count));
		List<Emission> emissions = new ArrayList<>();
		parts.forEach((partition, words) -> emissions
			.add(new Emission(null, partition + "/" + item.id(), this.json.writeValueAsBytes(words))));
		return Outcome.passedOn(emissions);
	}

	private static String text(WorkItem item) throws RejectedException {
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(item.content()).toString();
		}
		catch (CharacterCodingException ex) {
			throw new RejectedException("the content is not UTF-8");
		}
	}

	/**
	 * Counts no further than where the output would be too long, so that what is in
	 * memory is bounded by it, too.
	 */
	private Map<String, Integer> count(String text) throws RejectedException {
		Map<String, Integer> counts = new TreeMap<>();
		Matcher word = WORD.matcher(text);
		long bytes = 0;
		while (word.find()) {
			if (counts.merge(word.group(), 1, Integer::sum) == 1) {
				bytes += word.end() - word.start() + AROUND_A_WORD;
				if (this.outputs.exceededBy(bytes)) {
					throw new RejectedException("the different words are more than fit in an output of %d bytes"
						.formatted(this.outputs.maxOutput().toBytes()));
				}
			}
		}
		return counts;
	}

}
