package dev.bootpatterns.local.plan;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.bootpatterns.local.SuiteFailure;

/**
 * Variables and their values; replaces <code>${name}</code> in text. A name without a
 * value is an error: a silent blank would surface as a service that misbehaves.
 */
final class Placeholders {

	private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^}]*)}");

	private final Map<String, String> values;

	Placeholders(Map<String, String> values) {
		this.values = Map.copyOf(values);
	}

	Placeholders with(Map<String, String> more) {
		Map<String, String> all = new LinkedHashMap<>(this.values);
		all.putAll(more);
		return new Placeholders(all);
	}

	/**
	 * Replaces all placeholders.
	 * @param text the text
	 * @param where what the text belongs to, for the error message
	 * @return the text with values
	 */
	String resolve(String text, String where) {
		return PLACEHOLDER.matcher(text)
			.replaceAll((match) -> Matcher.quoteReplacement(valueOf(match.group(1), where)));
	}

	private String valueOf(String name, String where) {
		String value = this.values.get(name);
		if (value == null) {
			throw new SuiteFailure("suite.yaml: %s uses ${%s}, which has no value".formatted(where, name));
		}
		return value;
	}

}
