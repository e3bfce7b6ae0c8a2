package dev.bootpatterns.worker;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The parameters of a job, read strictly: a name that the handler does not know, or a
 * value that it cannot use, rejects the item and says which. A typo would else be done
 * with the default, for all items.
 */
public final class Parameters {

	private final Map<String, Object> values;

	private Parameters(Map<String, Object> values) {
		this.values = values;
	}

	/**
	 * The parameters of an item's job.
	 * @param item the item
	 * @param known the names that the handler knows
	 * @return the parameters
	 * @throws RejectedException if there are others
	 */
	public static Parameters of(WorkItem item, String... known) throws RejectedException {
		Set<String> names = new TreeSet<>(Set.of(known));
		for (String name : new TreeSet<>(item.parameters().keySet())) {
			if (!names.contains(name)) {
				throw new RejectedException("parameter '%s' is not known to %s, which has %s".formatted(name,
						item.handler(), names.isEmpty() ? "none" : String.join(", ", names)));
			}
		}
		return new Parameters(item.parameters());
	}

	/**
	 * A whole number.
	 * @param name of the parameter
	 * @param otherwise if it is not given
	 * @param most the largest that is allowed; the least is 1
	 * @return the number
	 * @throws RejectedException if it is none, or out of bounds
	 */
	public int number(String name, int otherwise, int most) throws RejectedException {
		Object value = this.values.getOrDefault(name, otherwise);
		if (value instanceof Integer number && number >= 1 && number <= most) {
			return number;
		}
		throw new RejectedException("parameter '%s' must be a whole number from 1 to %d".formatted(name, most));
	}

	/**
	 * One of some texts.
	 * @param name of the parameter
	 * @param otherwise if it is not given
	 * @param choices what is allowed
	 * @return the text
	 * @throws RejectedException if it is none of these
	 */
	public String choice(String name, String otherwise, Set<String> choices) throws RejectedException {
		Object value = this.values.getOrDefault(name, otherwise);
		if (value instanceof String text && choices.contains(text)) {
			return text;
		}
		throw new RejectedException(
				"parameter '%s' must be one of %s".formatted(name, String.join(", ", new TreeSet<>(choices))));
	}

}
