package dev.bootpatterns.worker;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

/**
 * The parameters of a job, read strictly: a name that the handler does not know, or a
 * value that it cannot use, rejects the item and says which, by its path, as in
 * {@code routes[1].when.minBytes}. A typo would else be done with the default, for all
 * items.
 */
public final class Parameters {

	private final String handler;

	/** Of the object that these are in; empty for the outermost. */
	private final String path;

	private final Map<String, Object> values;

	private Parameters(String handler, String path, Map<String, Object> values, String... known)
			throws RejectedException {
		this.handler = handler;
		this.path = path;
		this.values = values;
		Set<String> names = new TreeSet<>(Set.of(known));
		for (String name : new TreeSet<>(values.keySet())) {
			if (!names.contains(name)) {
				throw new RejectedException("parameter '%s' is not known to %s, which has %s".formatted(pathOf(name),
						handler, names.isEmpty() ? "none" : String.join(", ", names)));
			}
		}
	}

	/**
	 * The parameters of an item's job.
	 * @param item the item
	 * @param known the names that the handler knows
	 * @return the parameters
	 * @throws RejectedException if there are others
	 */
	public static Parameters of(WorkItem item, String... known) throws RejectedException {
		return new Parameters(item.handler(), "", item.parameters(), known);
	}

	/**
	 * Whether there is one.
	 * @param name of the parameter
	 * @return whether it is given
	 */
	public boolean has(String name) {
		return this.values.containsKey(name);
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
		return number(name, otherwise, 1, most);
	}

	/**
	 * A whole number.
	 * @param name of the parameter
	 * @param otherwise if it is not given
	 * @param least the smallest that is allowed
	 * @param most the largest that is allowed
	 * @return the number
	 * @throws RejectedException if it is none, or out of bounds
	 */
	public int number(String name, int otherwise, int least, int most) throws RejectedException {
		Object value = this.values.getOrDefault(name, otherwise);
		if (value instanceof Integer number && number >= least && number <= most) {
			return number;
		}
		throw wrong(name, "be a whole number from %d to %d".formatted(least, most));
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
		throw wrong(name, "be one of " + String.join(", ", new TreeSet<>(choices)));
	}

	/**
	 * A text that must be given.
	 * @param name of the parameter
	 * @return the text, which is not empty
	 * @throws RejectedException if there is none
	 */
	public String text(String name) throws RejectedException {
		return text(pathOf(name), this.values.get(name));
	}

	/**
	 * Texts of which there must be one at least.
	 * @param name of the parameter
	 * @return the texts, none of them empty
	 * @throws RejectedException if it is no such list
	 */
	public List<String> texts(String name) throws RejectedException {
		List<String> texts = new ArrayList<>();
		for (Object value : list(name)) {
			texts.add(text("%s[%d]".formatted(pathOf(name), texts.size()), value));
		}
		return texts;
	}

	/**
	 * Parameters of their own.
	 * @param name of the parameter that they are in
	 * @param known the names that they may have
	 * @return the parameters
	 * @throws RejectedException if it is not given, is no object, or has others
	 */
	public Parameters object(String name, String... known) throws RejectedException {
		return object(pathOf(name), this.values.get(name), known);
	}

	/**
	 * A list of parameters of their own, of which there must be one at least.
	 * @param name of the parameter that they are in
	 * @param known the names that each may have
	 * @return the parameters
	 * @throws RejectedException if it is no list of objects, or one has others
	 */
	public List<Parameters> objects(String name, String... known) throws RejectedException {
		List<Parameters> objects = new ArrayList<>();
		for (Object value : list(name)) {
			objects.add(object("%s[%d]".formatted(pathOf(name), objects.size()), value, known));
		}
		return objects;
	}

	/**
	 * What to throw for a value that cannot be used.
	 * @param name of the parameter
	 * @param must what it must be, or have
	 * @return the exception, which names the parameter
	 */
	public RejectedException wrong(String name, String must) {
		return wrongAt(pathOf(name), must);
	}

	private static String text(String path, @Nullable Object value) throws RejectedException {
		if (value instanceof String text && !text.isEmpty()) {
			return text;
		}
		throw wrongAt(path, "be a text that is not empty");
	}

	private List<?> list(String name) throws RejectedException {
		if (this.values.get(name) instanceof List<?> list && !list.isEmpty()) {
			return list;
		}
		throw wrong(name, "be a list that is not empty");
	}

	/** What is null is not given, as outside. */
	private Parameters object(String objectPath, @Nullable Object value, String... known) throws RejectedException {
		if (!(value instanceof Map<?, ?> object)) {
			throw wrongAt(objectPath, "be an object");
		}
		Map<String, Object> given = new HashMap<>();
		object.forEach((name, inner) -> {
			if (inner != null) {
				given.put(String.valueOf(name), inner);
			}
		});
		return new Parameters(this.handler, objectPath, given, known);
	}

	private String pathOf(String name) {
		return this.path.isEmpty() ? name : this.path + "." + name;
	}

	private static RejectedException wrongAt(String path, String must) {
		return new RejectedException("parameter '%s' must %s".formatted(path, must));
	}

}
