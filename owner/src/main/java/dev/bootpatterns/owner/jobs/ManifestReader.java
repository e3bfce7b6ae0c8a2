package dev.bootpatterns.owner.jobs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

import dev.bootpatterns.owner.web.Problems;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

import org.springframework.stereotype.Component;

/**
 * YAML (and so JSON) to a {@link Manifest}, strictly: a field that its type of stage does
 * not have is an error, or a typo would silently mean the default. What a condition means
 * is the workers' business; they refuse one that they do not know.
 */
@Component
class ManifestReader {

	private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,31}");

	private static final Pattern SHARD_BY = Pattern.compile("id|folder|segment:[1-9][0-9]?");

	private static final int MAX_STAGES = 32;

	private static final int MAX_BUFFER = 1_000_000;

	private static final int BUFFER = 1000;

	private static final int FAN_IN = 16;

	private static final int MAX_FAN_IN = 256;

	/** Of every stage. */
	private static final Set<String> COMMON = Set.of("name", "type", "to", "orderBy");

	/** What each type has besides. */
	private static final Map<String, Set<String>> TYPES = Map.of("handler", Set.of("handler", "parameters"), "filter",
			Set.of("when"), "splitter", Set.of("routes", "otherwise"), "copier", Set.of(), "sharder", Set.of("by"),
			"merger", Set.of(), "join", Set.of(), "reduce", Set.of("handler", "parameters", "by", "fanIn"));

	private final JsonMapper json;

	private final YAMLMapper yaml = YAMLMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

	ManifestReader(JsonMapper json) {
		this.json = json;
	}

	Manifest read(byte[] body) {
		JsonNode manifest;
		try {
			manifest = this.yaml.readTree(body);
		}
		catch (JacksonException ex) {
			throw Problems.badField((ex.getLocation() != null) ? "line " + ex.getLocation().getLineNr() : "body",
					"cannot be read as YAML: " + ex.getOriginalMessage().lines().findFirst().orElse(""));
		}
		if (!manifest.isObject()) {
			throw Problems.badField("body", "must be a manifest with name and stages");
		}
		requireKnown(manifest, "", Set.of("name", "source", "stages"));
		String name = name(manifest.path("name"), "name");
		JsonNode stages = manifest.path("stages");
		if (!stages.isArray() || stages.isEmpty() || stages.size() > MAX_STAGES) {
			throw Problems.badField("stages", "must be a list of 1 to %d stages".formatted(MAX_STAGES));
		}
		List<Stage> read = new ArrayList<>();
		for (int i = 0; i < stages.size(); i++) {
			read.add(stage(stages.get(i), "stages[%d]".formatted(i)));
		}
		return Manifest.of(name, text(manifest.path("source"), "source"), read);
	}

	private Stage stage(JsonNode stage, String at) {
		if (!stage.isObject()) {
			throw Problems.badField(at, "must have a name and a type");
		}
		String name = name(stage.path("name"), at + ".name");
		String type = text(stage.path("type"), at + ".type");
		type = (type != null) ? type : "handler";
		Set<String> own = TYPES.get(type);
		if (own == null) {
			throw Problems.badField(at + ".type", "must be one of " + new TreeSet<>(TYPES.keySet()));
		}
		Set<String> known = new TreeSet<>(COMMON);
		known.addAll(own);
		if (!type.equals("join") && !type.equals("reduce")) {
			known.add("buffer");
		}
		requireKnown(stage, at + ".", known);
		int buffer = number(stage, "buffer", at, BUFFER, 1, MAX_BUFFER);
		OrderBy orderBy = orderBy(stage.path("orderBy"), at + ".orderBy");
		return switch (type) {
			case "handler" -> new Stage(name, handler(stage, at), parameters(stage, at), orderBy, buffer, null, null,
					targets(stage, at, 0));
			case "reduce" -> new Stage(name, handler(stage, at), parameters(stage, at), unordered(orderBy, at), buffer,
					Stage.Barrier.REDUCE, new Stage.Reduction(fanIn(stage, at), orderBy(stage.path("by"), at + ".by")),
					targets(stage, at, 0));
			case "join" -> new Stage(name, type, Map.of(), unordered(orderBy, at), buffer, Stage.Barrier.JOIN, null,
					targets(stage, at, 1));
			case "splitter" -> splitter(stage, at, name, orderBy, buffer);
			default -> routing(stage, at, name, type, orderBy, buffer);
		};
	}

	/** Those that say nothing of their targets but their names. */
	private Stage routing(JsonNode stage, String at, String name, String type, @Nullable OrderBy orderBy, int buffer) {
		List<String> to = targets(stage, at, 1);
		Map<String, Object> parameters = switch (type) {
			case "filter" -> Map.of("when", object(stage, "when", at));
			case "sharder" -> {
				String by = text(stage.path("by"), at + ".by");
				if (by != null && !SHARD_BY.matcher(by).matches()) {
					throw Problems.badField(at + ".by", "must be id, folder or segment:N, with N from 1 to 99");
				}
				yield (by != null) ? Map.of("to", to, "by", by) : Map.of("to", to);
			}
			default -> Map.of();
		};
		return new Stage(name, type, parameters, orderBy, buffer, null, null, to);
	}

	private Stage splitter(JsonNode stage, String at, String name, @Nullable OrderBy orderBy, int buffer) {
		if (!stage.path("to").isMissingNode()) {
			throw Problems.badField(at + ".to", "is said by each of a splitter's routes");
		}
		JsonNode routes = stage.path("routes");
		if (!routes.isArray() || routes.isEmpty()) {
			throw Problems.badField(at + ".routes", "must be a list of routes, each with when and to");
		}
		Set<String> to = new LinkedHashSet<>();
		List<Map<String, Object>> said = new ArrayList<>();
		for (int i = 0; i < routes.size(); i++) {
			String route = "%s.routes[%d]".formatted(at, i);
			requireKnown(routes.get(i), route + ".", Set.of("when", "to"));
			String target = name(routes.get(i).path("to"), route + ".to");
			to.add(target);
			said.add(Map.of("when", object(routes.get(i), "when", route), "to", target));
		}
		Map<String, Object> parameters = new LinkedHashMap<>(Map.of("routes", said));
		if (!stage.path("otherwise").isMissingNode()) {
			String otherwise = name(stage.path("otherwise"), at + ".otherwise");
			to.add(otherwise);
			parameters.put("otherwise", otherwise);
		}
		JobRequest.requireBounded(at + ".routes", parameters, this.json);
		return new Stage(name, "splitter", parameters, orderBy, buffer, null, null, List.copyOf(to));
	}

	private static int fanIn(JsonNode stage, String at) {
		int fanIn = number(stage, "fanIn", at, FAN_IN, 2, MAX_FAN_IN);
		if (fanIn % 2 != 0) {
			throw Problems.badField(at + ".fanIn", "must be even: results are grouped in pairs");
		}
		return fanIn;
	}

	private static String handler(JsonNode stage, String at) {
		return JobRequest.handler(stage, at + ".handler");
	}

	private Map<String, Object> parameters(JsonNode stage, String at) {
		return JobRequest.parameters(stage.path("parameters"), at + ".parameters", this.json);
	}

	private Map<String, Object> object(JsonNode parent, String field, String at) {
		JsonNode value = parent.path(field);
		if (!value.isObject() || value.isEmpty()) {
			throw Problems.badField(at + "." + field, "is required and must be an object");
		}
		Map<String, Object> object = this.json.convertValue(value, new TypeReference<Map<String, Object>>() {
		});
		JobRequest.requireBounded(at + "." + field, object, this.json);
		return object;
	}

	/** One name, or a list of them. */
	private static List<String> targets(JsonNode stage, String at, int least) {
		JsonNode to = stage.path("to");
		List<String> names = new ArrayList<>();
		if (to.isArray()) {
			for (int i = 0; i < to.size(); i++) {
				names.add(name(to.get(i), "%s.to[%d]".formatted(at, i)));
			}
		}
		else if (!to.isMissingNode() && !to.isNull()) {
			names.add(name(to, at + ".to"));
		}
		if (names.size() < least) {
			throw Problems.badField(at + ".to",
					"is required: the name of the stage that comes next, or a list of them");
		}
		return names;
	}

	private static String name(JsonNode value, String at) {
		if (!value.isString() || !NAME.matcher(value.stringValue()).matches()) {
			throw Problems.badField(at, "must be a name of at most 32 of a-z, 0-9 and -");
		}
		return value.stringValue();
	}

	private static @Nullable String text(JsonNode value, String at) {
		if (value.isMissingNode() || value.isNull()) {
			return null;
		}
		if (!value.isString() || value.stringValue().isBlank()) {
			throw Problems.badField(at, "must be a text");
		}
		return value.stringValue();
	}

	private static int number(JsonNode stage, String field, String at, int otherwise, int least, int most) {
		JsonNode value = stage.path(field);
		if (value.isMissingNode() || value.isNull()) {
			return otherwise;
		}
		if (!value.isInt() || value.intValue() < least || value.intValue() > most) {
			throw Problems.badField(at + "." + field, "must be a whole number from %d to %d".formatted(least, most));
		}
		return value.intValue();
	}

	private static @Nullable OrderBy orderBy(JsonNode value, String at) {
		return JobRequest.orderBy(value, at);
	}

	/** What is held is let go all at once. */
	private static @Nullable OrderBy unordered(@Nullable OrderBy orderBy, String at) {
		if (orderBy != null) {
			throw Problems.badField(at + ".orderBy", "is not for a join or reduce: give it to the stage after it");
		}
		return null;
	}

	private static void requireKnown(JsonNode object, String at, Set<String> known) {
		for (String field : object.propertyNames()) {
			if (!known.contains(field)) {
				throw Problems.badField(at + JobRequest.shorten(field),
						"is not a field here: there are " + new TreeSet<>(known));
			}
		}
	}

}
