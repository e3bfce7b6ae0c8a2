package dev.bootpatterns.owner.sources;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * Sources that are put into a folder while the owner runs. It is the only place from
 * which whoever may create jobs can choose: a name is one plain segment, and a symbolic
 * link is no source.
 */
@Component
class SourceFolder {

	private static final Log log = LogFactory.getLog(SourceFolder.class);

	/** They are for people to choose from. */
	private static final int MAX_NAMES = 50;

	private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

	private final @Nullable Path folder;

	private final ItemRules rules;

	SourceFolder(SourcesProperties properties) {
		this.folder = properties.sources();
		this.rules = new ItemRules(List.of(), properties.maxItemSize().toBytes(), true);
	}

	Optional<Source> find(String name) {
		Path parent = this.folder;
		if (parent == null || !NAME.matcher(name).matches()
				|| !Files.exists(parent.resolve(name), LinkOption.NOFOLLOW_LINKS)
				|| Files.isSymbolicLink(parent.resolve(name))) {
			return Optional.empty();
		}
		return Optional.of(new CorpusSource(name, parent.resolve(name), this.rules));
	}

	List<String> names() {
		Path parent = this.folder;
		if (parent == null || !Files.isDirectory(parent)) {
			return List.of();
		}
		try (Stream<Path> children = Files.list(parent)) {
			return children.map((child) -> child.getFileName().toString())
				.filter((name) -> find(name).isPresent())
				.sorted()
				.limit(MAX_NAMES)
				.toList();
		}
		catch (IOException ex) {
			log.warn("The folder of sources %s cannot be read".formatted(parent), ex);
			return List.of();
		}
	}

}
