package dev.bootpatterns.logadapter.follow;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * What stays the same when a file is renamed: device and inode, or where the file system
 * has no such thing, the path with the time of creation.
 *
 * @param value for comparing
 */
public record FileIdentity(String value) {

	/**
	 * Looks at a file, through links.
	 * @param path the file
	 * @return its identity
	 * @throws IOException if there is no such file
	 */
	public static FileIdentity of(Path path) throws IOException {
		return of(path, Files.readAttributes(path, BasicFileAttributes.class));
	}

	static FileIdentity of(Path path, BasicFileAttributes attributes) {
		Object key = attributes.fileKey();
		if (key == null) {
			return new FileIdentity(path + "@" + attributes.creationTime().toMillis());
		}
		// (dev=fe00,ino=1234)
		return new FileIdentity(key.toString().replace("(dev=", "").replace(",ino=", "-").replace(")", ""));
	}

}
