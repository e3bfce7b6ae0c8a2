package dev.bootpatterns.owner.sources;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.ZipException;

/**
 * A path as a source: a folder (jars in it count as folders), a zip or jar, or a bare git
 * repository at its HEAD. A working tree is a folder, with its uncommitted changes. The
 * path is looked at anew for each list and each reader.
 */
class CorpusSource implements Source {

	private final String name;

	private final Path path;

	private final ItemRules rules;

	CorpusSource(String name, Path path, ItemRules rules) {
		this.name = name;
		this.path = path;
		this.rules = rules;
	}

	@Override
	public String name() {
		return this.name;
	}

	@Override
	public Listing list(ItemSink sink) throws IOException {
		Collector collector = new Collector(sink);
		try (Tree tree = tree()) {
			tree.walk(collector);
		}
		return new Listing(collector.skipped);
	}

	@Override
	public Reader open() throws IOException {
		return new TreeReader(tree());
	}

	private Tree tree() throws IOException {
		if (!Files.exists(this.path)) {
			throw new SourceException("the corpus %s does not exist".formatted(this.path));
		}
		if (!Files.isReadable(this.path)) {
			throw new SourceException("the corpus %s cannot be read by this process".formatted(this.path));
		}
		if (Files.isDirectory(this.path)) {
			Path folder = this.path.toRealPath();
			return GitTree.isBareRepository(folder) ? new GitTree(folder, this.rules)
					: new DirectoryTree(folder, this.rules);
		}
		try {
			return new ZipTree(this.path, "", this.rules);
		}
		catch (ZipException ex) {
			throw new SourceException(
					"the corpus %s is neither a folder nor a zip nor a bare git repository".formatted(this.path), ex);
		}
	}

	private final class Collector implements Tree.Visitor {

		private final ItemSink sink;

		private final Map<String, Long> skipped = new TreeMap<>();

		Collector(ItemSink sink) {
			this.sink = sink;
		}

		@Override
		public void file(String id, long size, ItemRules.Content content) {
			Optional<String> reason = CorpusSource.this.rules.reasonToSkip(id, size, content);
			if (reason.isPresent()) {
				this.skipped.merge(reason.get(), 1L, Long::sum);
			}
			else {
				this.sink.accept(new SourceItem(id, size));
			}
		}

		@Override
		public void unreadable(String id) {
			this.skipped.merge("unreadable", 1L, Long::sum);
		}

	}

	private final class TreeReader implements Reader {

		private final Tree tree;

		TreeReader(Tree tree) {
			this.tree = tree;
		}

		@Override
		public byte[] read(String id) throws IOException {
			if (!CorpusSource.this.rules.allows(id)) {
				throw new NoSuchItemException(id);
			}
			int bound = Math.toIntExact(CorpusSource.this.rules.maxSize());
			try (InputStream stream = this.tree.open(id)) {
				byte[] content = stream.readNBytes(bound + 1);
				if (content.length > bound) {
					throw new SourceException("the item '%s' is larger than %d bytes".formatted(id, bound));
				}
				return content;
			}
		}

		@Override
		public void close() throws IOException {
			this.tree.close();
		}

	}

}
