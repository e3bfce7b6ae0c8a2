package dev.bootpatterns.owner.sources;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import tools.jackson.databind.json.JsonMapper;

import org.springframework.stereotype.Component;

/**
 * The sources that jobs can name.
 */
@Component
public class Sources {

	private final List<Source> all;

	private final SourceFolder folder;

	Sources(List<Source> all, SourceFolder folder, SourcesProperties properties, JsonMapper json) {
		ItemRules rules = new ItemRules(List.of(), properties.maxItemSize().toBytes(), true);
		this.all = Stream
			.concat(all.stream(),
					properties.containers()
						.entrySet()
						.stream()
						.map((container) -> new ContainerSource(container.getKey(), container.getValue(), rules, json)))
			.toList();
		this.folder = folder;
	}

	/**
	 * A source by its name.
	 * @param name the name
	 * @return the source
	 */
	public Optional<Source> find(String name) {
		return this.all.stream()
			.filter((source) -> source.name().equals(name))
			.findFirst()
			.or(() -> this.folder.find(name));
	}

	/**
	 * The names of the sources there are.
	 * @return the names in order, those of a folder up to a bound
	 */
	public List<String> names() {
		return Stream.concat(this.all.stream().map(Source::name), this.folder.names().stream()).sorted().toList();
	}

}
