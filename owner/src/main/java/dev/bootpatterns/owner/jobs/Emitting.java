package dev.bootpatterns.owner.jobs;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * From what a worker says of an item to the items that this leads to.
 * <p>
 * What is not said goes by a rule: an output goes on, under the item's id, to each stage
 * that comes next, and without an output the item ends here. So a handler that knows
 * nothing of pipelines can be a stage of one.
 */
final class Emitting {

	/** As in the database. */
	private static final int MAX_ID_BYTES = 512;

	/** It is a part of the ids of partial results. */
	private static final int MAX_KEY_BYTES = 256;

	private Emitting() {
	}

	/**
	 * What a result leads to.
	 * @param result of an item that is DONE
	 * @param feeds the ways from the item's job
	 */
	static List<Fed> fed(Result result, List<Feed> feeds) {
		List<Fed> fed = new ArrayList<>();
		for (Feed feed : feeds) {
			if (result.emissions() != null) {
				result.emissions()
					.stream()
					.filter((emission) -> emission.to() == null || emission.to().equals(feed.stage()))
					.forEach((emission) -> fed.add(fed(result, feed, emission)));
			}
			else if (result.output() != null) {
				fed.add(new Fed(result.key(), feed, feed.prefix() + result.key().item(), Fed.What.OUTPUT, null,
						result.output().length));
			}
		}
		return fed;
	}

	private static Fed fed(Result result, Feed feed, Emission emission) {
		String id = feed.prefix() + ((emission.id() != null) ? emission.id() : result.key().item());
		byte @Nullable [] content = emission.content();
		return (content != null) ? new Fed(result.key(), feed, id, Fed.What.OWN, content, content.length)
				: new Fed(result.key(), feed, id, Fed.What.SAME, null, 0);
	}

	/** Why a result cannot lead to what it says, or empty if it can. */
	static Optional<String> problem(Result result, List<Feed> feeds) {
		if (feeds.isEmpty()) {
			return Optional.empty();
		}
		if (result.emissions() != null) {
			for (Emission emission : result.emissions()) {
				if (emission.to() != null && feeds.stream().noneMatch((feed) -> feed.stage().equals(emission.to()))) {
					return Optional.of("emits to '%s', which is no stage that comes next: there are %s"
						.formatted(emission.to(), feeds.stream().map(Feed::stage).toList()));
				}
			}
		}
		return fed(result, feeds).stream().map(Emitting::problem).flatMap(Optional::stream).findFirst();
	}

	private static Optional<String> problem(Fed fed) {
		if (bytes(fed.id()) > MAX_ID_BYTES) {
			return Optional.of("leads to an id of %d bytes in stage '%s', more than %d".formatted(bytes(fed.id()),
					fed.feed().stage(), MAX_ID_BYTES));
		}
		if (fed.feed().barrier() != Stage.Barrier.REDUCE) {
			return Optional.empty();
		}
		String key = fed.reduceKey();
		if (key == null) {
			return Optional.of("leads to the id '%s', which has no %s, by which stage '%s' reduces".formatted(fed.id(),
					fed.feed().reduceBy(), fed.feed().stage()));
		}
		if (bytes(key) > MAX_KEY_BYTES) {
			return Optional.of("leads to a key of %d bytes, more than the %d by which stage '%s' reduces"
				.formatted(bytes(key), MAX_KEY_BYTES, fed.feed().stage()));
		}
		return fed.id().startsWith(Feed.PARTIAL)
				? Optional.of("leads to the id '%s': those are for partial results".formatted(fed.id()))
				: Optional.empty();
	}

	private static int bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8).length;
	}

}
