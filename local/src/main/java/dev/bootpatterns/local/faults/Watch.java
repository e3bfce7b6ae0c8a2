package dev.bootpatterns.local.faults;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import dev.bootpatterns.local.process.Ticks;
import dev.bootpatterns.local.state.Json;
import dev.bootpatterns.local.client.GatewayClient;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Asks each owner over and over who has the roles, and writes the answers down. Owners
 * that are stopped or gone do not answer; that is no answer.
 */
final class Watch implements AutoCloseable {

	private static final Duration POLL = Duration.ofMillis(200);

	private static final Duration PATIENCE = Duration.ofSeconds(1);

	private final List<String> roles;

	private final Queue<Sighting> sightings = new ConcurrentLinkedQueue<>();

	private volatile boolean closed;

	Watch(List<GatewayClient> owners, List<String> roles) {
		this.roles = roles;
		owners.forEach((owner) -> Thread.ofVirtual().name("watch").start(() -> watch(owner)));
	}

	private void watch(GatewayClient owner) {
		try (Ticks pace = new Ticks(POLL)) {
			while (!this.closed && pace.next()) {
				this.roles.forEach((role) -> ask(owner, role));
			}
		}
	}

	private void ask(GatewayClient owner, String role) {
		long asked = System.nanoTime();
		try {
			HttpResponse<String> answer = owner.send(owner.request("/leader/" + role).timeout(PATIENCE).GET());
			if (answer.statusCode() == 200) {
				JsonNode leader = Json.tree(answer.body());
				this.sightings.add(new Sighting(role, leader.path("term").asLong(), leader.path("leader").asString(),
						Duration.ofMillis(leader.path("expiresInMs").asLong()), asked, System.nanoTime()));
			}
		}
		catch (IOException | JacksonException ex) {
			// No answer.
		}
	}

	List<Sighting> all() {
		return List.copyOf(this.sightings);
	}

	/** The first answer about a role that is proof of something. */
	Optional<Sighting> first(String role, Predicate<Sighting> proof) {
		return this.sightings.stream()
			.filter((one) -> one.role().equals(role) && proof.test(one))
			.min(Comparator.comparingLong(Sighting::answered));
	}

	private Optional<Sighting> last(String role) {
		return this.sightings.stream()
			.filter((one) -> one.role().equals(role))
			.max(Comparator.comparingLong(Sighting::asked));
	}

	/** What an owner had when it was asked for last, for people. */
	String rolesOf(String owner, List<String> asked) {
		return asked.stream()
			.filter((role) -> last(role).filter((seen) -> seen.holder().startsWith(owner + "/")).isPresent())
			.collect(Collectors.joining(" and "));
	}

	@Override
	public void close() {
		this.closed = true;
	}

}
