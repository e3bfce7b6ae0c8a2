package dev.bootpatterns.gateway.shard;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.http.server.PathContainer;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;
import org.springframework.web.util.pattern.PatternParseException;

/**
 * {@code path:/users/{id}/**}: the value of a template's one variable, percent-decoded
 * once and without matrix parameters, from the path as the client sent it, whatever
 * filters before did to it.
 */
final class PathTemplate implements KeyPart {

	private final PathPattern pattern;

	private final String variable;

	PathTemplate(String template) {
		try {
			this.pattern = PathPatternParser.defaultInstance.parse(template);
		}
		catch (PatternParseException ex) {
			throw new IllegalArgumentException("'%s' is no path template: %s".formatted(template, ex.getMessage()), ex);
		}
		List<String> variables = variables(template);
		if (variables.size() != 1) {
			throw new IllegalArgumentException(
					"'%s' has %d variables, needed is one, such as /users/{id}/**; 'a+b' takes several templates"
						.formatted(template, variables.size()));
		}
		this.variable = variables.getFirst();
	}

	/** Braces within a variable's regular expression are none of their own. */
	private static List<String> variables(String template) {
		List<String> names = new ArrayList<>();
		int depth = 0;
		int begin = 0;
		for (int i = 0; i < template.length(); i++) {
			if (template.charAt(i) == '{' && depth++ == 0) {
				begin = i + 1;
			}
			else if (template.charAt(i) == '}' && --depth == 0) {
				String name = template.substring(begin, i);
				int colon = name.indexOf(':');
				names.add(name.substring(name.startsWith("*") ? 1 : 0, (colon >= 0) ? colon : name.length()));
			}
		}
		return names;
	}

	@Override
	public @Nullable String of(ServerWebExchange exchange) {
		// Parsed once already, by the route's Path predicate.
		PathContainer path = exchange.getAttribute(ServerWebExchangeUtils.GATEWAY_PREDICATE_PATH_CONTAINER_ATTR);
		PathPattern.PathMatchInfo match = this.pattern
			.matchAndExtract((path != null) ? path : exchange.getRequest().getPath());
		return (match != null) ? match.getUriVariables().get(this.variable) : null;
	}

	@Override
	public String missing(ServerWebExchange exchange) {
		return "The path has no {%s} as in %s, by which requests are sharded".formatted(this.variable,
				this.pattern.getPatternString());
	}

}
