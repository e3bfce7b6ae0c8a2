package dev.bootpatterns.owner.sources;

import java.util.List;
import java.util.Optional;

import org.springframework.stereotype.Component;

/**
 * The sources that jobs can name.
 */
@Component
public class Sources {

	private final List<Source> all;

	Sources(List<Source> all) {
		this.all = all;
	}

	/**
	 * A source by its name.
	 * @param name the name
	 * @return the source
	 */
	public Optional<Source> find(String name) {
		return this.all.stream().filter((source) -> source.name().equals(name)).findFirst();
	}

	/**
	 * The names of all sources.
	 * @return the names in order
	 */
	public List<String> names() {
		return this.all.stream().map(Source::name).sorted().toList();
	}

}
