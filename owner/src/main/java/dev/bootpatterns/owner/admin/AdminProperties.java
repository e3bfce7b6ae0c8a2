package dev.bootpatterns.owner.admin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Who may change things.
 *
 * @param token the administrator's token; empty or absent: changing operations are off
 * @param tokenFile a file that holds it instead; read once, at start, and then required
 */
@ConfigurationProperties("owner.admin")
record AdminProperties(@Nullable String token, @Nullable Path tokenFile) {

	/** The token in force; empty if none is configured. */
	String resolve() throws IOException {
		if (this.token != null && !this.token.isBlank()) {
			return this.token.strip();
		}
		return (this.tokenFile != null) ? Files.readString(this.tokenFile).strip() : "";
	}

	@Override
	public String toString() {
		return "AdminProperties[token=***, tokenFile=" + this.tokenFile + "]";
	}

}
