package dev.bootpatterns.owner.sources;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The entries of a zip or jar, in its own order.
 */
class ZipTree implements Tree {

	private final ZipFile zip;

	private final String prefix;

	private final ItemRules rules;

	/**
	 * Opens the archive.
	 * @param file the archive
	 * @param prefix comes before each entry's name in its id
	 * @param rules what is covered
	 * @throws IOException if it is not a readable archive
	 */
	ZipTree(Path file, String prefix, ItemRules rules) throws IOException {
		this.zip = new ZipFile(file.toFile());
		this.prefix = prefix;
		this.rules = rules;
	}

	@Override
	public void walk(Visitor visitor) {
		for (Enumeration<? extends ZipEntry> entries = this.zip.entries(); entries.hasMoreElements();) {
			ZipEntry entry = entries.nextElement();
			String id = this.prefix + entry.getName();
			if (!entry.isDirectory() && this.rules.covers(id)) {
				visitor.file(id, entry.getSize(), () -> this.zip.getInputStream(entry));
			}
		}
	}

	@Override
	public InputStream open(String id) throws IOException {
		ZipEntry entry = id.startsWith(this.prefix) ? this.zip.getEntry(id.substring(this.prefix.length())) : null;
		if (entry == null || entry.isDirectory()) {
			throw new NoSuchItemException(id);
		}
		return this.zip.getInputStream(entry);
	}

	@Override
	public void close() throws IOException {
		this.zip.close();
	}

}
