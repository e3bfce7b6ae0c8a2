package dev.bootpatterns.local.state;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** What every Java platform has. */
public final class Digests {

	private Digests() {
	}

	public static MessageDigest sha256() {
		try {
			return MessageDigest.getInstance("SHA-256");
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("every Java platform has it", ex);
		}
	}

}
