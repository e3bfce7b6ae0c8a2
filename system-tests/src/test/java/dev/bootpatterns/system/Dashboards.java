package dev.bootpatterns.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The dashboards, as files.
 */
final class Dashboards {

	static final Path FOLDER = Checkout.ROOT.resolve("observability/dashboards");

	private Dashboards() {
	}

	/** Each query of each panel, in the order of the files. */
	static List<Query> queries() {
		List<Query> queries = new ArrayList<>();
		try (Stream<Path> files = Files.list(FOLDER)) {
			files.sorted().forEach((file) -> {
				for (JsonNode panel : JsonMapper.shared().readTree(file).path("panels")) {
					for (JsonNode target : panel.path("targets")) {
						queries.add(new Query(file.getFileName() + ": " + panel.path("title").asString(),
								target.path("expr").asString()));
					}
				}
			});
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return queries;
	}

	/**
	 * What a panel asks.
	 *
	 * @param panel where it is shown
	 * @param expression in PromQL, without variables: it is asked as it stands here
	 */
	record Query(String panel, String expression) {

		@Override
		public String toString() {
			return this.panel + ": " + this.expression;
		}

	}

}
