package dev.bootpatterns.worker.checksum;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;

import dev.bootpatterns.worker.Outcome;
import dev.bootpatterns.worker.Parameters;
import dev.bootpatterns.worker.RejectedException;
import dev.bootpatterns.worker.WorkHandler;
import dev.bootpatterns.worker.WorkItem;

import org.springframework.stereotype.Component;

/**
 * The digest of an item's content. The outputs of a job, one after another, are what
 * {@code sha256sum -c} checks.
 */
@Component
class ChecksumHandler implements WorkHandler {

	private static final Set<String> ALGORITHMS = Set.of("MD5", "SHA-1", "SHA-224", "SHA-256", "SHA-384", "SHA-512",
			"SHA3-256", "SHA3-512");

	@Override
	public String name() {
		return "checksum";
	}

	@Override
	public Outcome handle(WorkItem item) throws RejectedException, NoSuchAlgorithmException {
		String algorithm = Parameters.of(item, "algorithm").choice("algorithm", "SHA-256", ALGORITHMS);
		MessageDigest digest = MessageDigest.getInstance(algorithm);
		digest.update(item.content());
		return Outcome
			.done(line(HexFormat.of().formatHex(digest.digest()), item.id()).getBytes(StandardCharsets.UTF_8));
	}

	/** As these tools do: a backslash in front says that the name is escaped. */
	private static String line(String digest, String id) {
		String escaped = id.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
		return "%s%s  %s\n".formatted(escaped.equals(id) ? "" : "\\", digest, escaped);
	}

}
