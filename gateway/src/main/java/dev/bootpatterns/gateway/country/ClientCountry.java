package dev.bootpatterns.gateway.country;

import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;

/**
 * The country that a request comes from, as the user's table says. A table that cannot be
 * read fails the start.
 */
@Component
public class ClientCountry {

	private final @Nullable CountryTable table;

	private final ClientAddress address;

	/**
	 * Reads the table, if there is one.
	 * @param properties where it is
	 * @throws IllegalArgumentException if it cannot be read, naming file and line
	 */
	public ClientCountry(CountryProperties properties) {
		Path file = properties.table();
		this.table = (file != null) ? CountryTable.read(file, properties.maxEntries()) : null;
		this.address = new ClientAddress(properties.trustedProxies());
	}

	/**
	 * Whether there is a table.
	 * @return false if none is configured
	 */
	public boolean isKnown() {
		return this.table != null;
	}

	/**
	 * The country of a request's client.
	 * @param request the request
	 * @return the country; null if the table does not have the client's address, or that
	 * is not known
	 */
	public @Nullable String of(ServerHttpRequest request) {
		byte[] client = this.address.of(request);
		return (client != null && this.table != null) ? this.table.find(client) : null;
	}

}
