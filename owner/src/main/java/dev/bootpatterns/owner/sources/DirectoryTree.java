package dev.bootpatterns.owner.sources;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Stream;

/**
 * The files of a folder and of the folders in it, sorted by name. A jar in it is a folder
 * as well. Symbolic links are not followed, so nothing outside of the folder is read.
 */
class DirectoryTree implements Tree {

	private static final int OPEN_JARS = 8;

	private final Path root;

	private final ItemRules rules;

	private final SequencedMap<Path, ZipTree> jars = new LinkedHashMap<>(OPEN_JARS, 0.75f, true);

	DirectoryTree(Path root, ItemRules rules) {
		this.root = root;
		this.rules = rules;
	}

	@Override
	public void walk(Visitor visitor) throws IOException {
		walk(this.root, "", visitor);
	}

	private void walk(Path folder, String prefix, Visitor visitor) throws IOException {
		List<Path> children;
		try (Stream<Path> stream = Files.list(folder)) {
			children = stream.sorted().toList();
		}
		for (Path child : children) {
			String id = prefix + child.getFileName();
			if (child.getFileName().toString().startsWith(".")) {
				continue;
			}
			if (Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
				if (Files.isReadable(child)) {
					walk(child, id + "/", visitor);
				}
				else {
					visitor.unreadable(id);
				}
			}
			else if (Files.isRegularFile(child, LinkOption.NOFOLLOW_LINKS)) {
				file(child, id, visitor);
			}
		}
	}

	private void file(Path file, String id, Visitor visitor) {
		try {
			if (isJar(file)) {
				try (ZipTree jar = new ZipTree(file, id + "/", this.rules)) {
					jar.walk(visitor);
				}
			}
			else if (this.rules.covers(id)) {
				visitor.file(id, Files.size(file), () -> Files.newInputStream(file));
			}
		}
		catch (IOException ex) {
			visitor.unreadable(id);
		}
	}

	@Override
	public InputStream open(String id) throws IOException {
		Path file = this.root;
		for (String segment : id.split("/", -1)) {
			file = file.resolve(segment);
			if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
				break;
			}
			if (!Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
				throw new NoSuchItemException(id);
			}
		}
		if (isJar(file)) {
			return jar(file).open(id);
		}
		if (!file.equals(this.root.resolve(id)) || Files.isDirectory(file)) {
			throw new NoSuchItemException(id);
		}
		return Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS);
	}

	private ZipTree jar(Path file) throws IOException {
		ZipTree jar = this.jars.get(file);
		if (jar == null) {
			if (this.jars.size() == OPEN_JARS) {
				this.jars.pollFirstEntry().getValue().close();
			}
			jar = new ZipTree(file, this.root.relativize(file).toString().replace('\\', '/') + "/", this.rules);
			this.jars.put(file, jar);
		}
		return jar;
	}

	private static boolean isJar(Path file) {
		return file.toString().endsWith(".jar");
	}

	@Override
	public void close() throws IOException {
		for (ZipTree jar : this.jars.values()) {
			jar.close();
		}
		this.jars.clear();
	}

}
