package dev.bootpatterns.local.faults;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.client.GatewayClient;

/**
 * The grants that owners told of. They keep only the last ones, so they are asked again
 * and again.
 */
final class History {

	private final Map<Period, Grant> grants = new LinkedHashMap<>();

	/** Asks the first owner that answers. */
	void read(List<GatewayClient> owners) {
		IOException failure = new IOException("there is none");
		for (GatewayClient owner : owners) {
			try {
				owner.json("/leader/history")
					.valueStream()
					.map(Grant::of)
					.forEach((grant) -> this.grants.put(new Period(grant.role(), grant.term()), grant));
				return;
			}
			catch (IOException ex) {
				failure = ex;
			}
		}
		throw new SuiteFailure("no owner tells the history: " + failure.getMessage(), null, failure);
	}

	/** Those roles that anybody had, and that are there still. */
	List<String> roles(GatewayClient owner) {
		List<String> roles = new ArrayList<>();
		for (String role : this.grants.keySet().stream().map(Period::role).distinct().sorted().toList()) {
			try {
				if (owner.get("/leader/" + role).statusCode() == 200) {
					roles.add(role);
				}
			}
			catch (IOException ex) {
				throw new SuiteFailure("the owner does not answer: " + ex.getMessage(), null, ex);
			}
		}
		if (roles.isEmpty()) {
			throw new SuiteFailure("nobody is the owner of anything: see './suite status'");
		}
		return roles;
	}

	Collection<Grant> grants() {
		return this.grants.values();
	}

	private record Period(String role, long term) {
	}

}
