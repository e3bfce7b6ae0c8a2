package dev.bootpatterns.worker.pipeline;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.bootpatterns.worker.Emission;
import dev.bootpatterns.worker.Outcome;
import dev.bootpatterns.worker.Parameters;
import dev.bootpatterns.worker.Partition;
import dev.bootpatterns.worker.RejectedException;
import dev.bootpatterns.worker.WorkHandler;
import dev.bootpatterns.worker.WorkItem;

import org.springframework.stereotype.Component;

/**
 * Passes an item on to exactly one of some stages; all that have a key in common meet in
 * the same one. The key is the id or a part of it, and {@link Partition} says which stage
 * it belongs to.
 */
@Component
class SharderHandler implements WorkHandler {

	private static final Pattern SEGMENT = Pattern.compile("segment:([1-9][0-9]?)");

	@Override
	public String name() {
		return "sharder";
	}

	@Override
	public Outcome handle(WorkItem item) throws RejectedException {
		Parameters parameters = Parameters.of(item, "to", "by");
		List<String> stages = parameters.texts("to");
		String key = key(parameters, item.id());
		return Outcome.passedOn(List.of(Emission.unchangedTo(stages.get(Partition.of(key, stages.size())))));
	}

	/** An id that has no such segment stands for itself. */
	private static String key(Parameters parameters, String id) throws RejectedException {
		String by = parameters.has("by") ? parameters.text("by") : "id";
		Matcher segment = SEGMENT.matcher(by);
		if (segment.matches()) {
			int number = Integer.parseInt(segment.group(1));
			String[] segments = id.split("/", -1);
			return (segments.length >= number) ? segments[number - 1] : id;
		}
		return switch (by) {
			case "id" -> id;
			case "folder" -> id.substring(0, Math.max(0, id.lastIndexOf('/')));
			default -> throw parameters.wrong("by", "be id, folder or segment:N, with N from 1 to 99");
		};
	}

}
