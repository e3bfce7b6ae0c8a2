package dev.bootpatterns.owner.sources;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.RepositoryBuilder;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.TreeWalk;

/**
 * The files of the commit that HEAD of a bare git repository is at when it is opened.
 */
class GitTree implements Tree {

	private final Repository repository;

	private final ObjectReader objects;

	private final ObjectId tree;

	private final ItemRules rules;

	GitTree(Path folder, ItemRules rules) throws IOException {
		IsolatedGit.install();
		this.rules = rules;
		this.repository = new RepositoryBuilder().setGitDir(folder.toFile()).setBare().setMustExist(true).build();
		ObjectId head = this.repository.resolve(Constants.HEAD);
		if (head == null) {
			this.repository.close();
			throw new SourceException("the git repository %s has no commit at HEAD".formatted(folder));
		}
		this.objects = this.repository.newObjectReader();
		try (RevWalk walk = new RevWalk(this.objects)) {
			this.tree = walk.parseCommit(head).getTree();
		}
	}

	/** Whether a folder is a bare repository rather than a folder of files. */
	static boolean isBareRepository(Path folder) {
		return Files.isRegularFile(folder.resolve("HEAD")) && Files.isDirectory(folder.resolve("objects"))
				&& Files.isDirectory(folder.resolve("refs"));
	}

	@Override
	public void walk(Visitor visitor) throws IOException {
		try (TreeWalk walk = new TreeWalk(this.objects)) {
			walk.addTree(this.tree);
			walk.setRecursive(true);
			while (walk.next()) {
				String id = walk.getPathString();
				if (isFile(walk) && this.rules.covers(id)) {
					ObjectId blob = walk.getObjectId(0);
					visitor.file(id, this.objects.getObjectSize(blob, Constants.OBJ_BLOB),
							() -> this.objects.open(blob, Constants.OBJ_BLOB).openStream());
				}
			}
		}
	}

	@Override
	public InputStream open(String id) throws IOException {
		try (TreeWalk found = TreeWalk.forPath(this.objects, id, this.tree)) {
			if (found == null || !isFile(found)) {
				throw new NoSuchItemException(id);
			}
			return this.objects.open(found.getObjectId(0), Constants.OBJ_BLOB).openStream();
		}
	}

	private static boolean isFile(TreeWalk entry) {
		return FileMode.REGULAR_FILE.equals(entry.getRawMode(0))
				|| FileMode.EXECUTABLE_FILE.equals(entry.getRawMode(0));
	}

	@Override
	public void close() {
		this.objects.close();
		this.repository.close();
	}

}
