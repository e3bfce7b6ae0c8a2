package dev.bootpatterns.owner.topology;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.bootpatterns.owner.web.Problems;
import dev.bootpatterns.sharding.Slots;
import dev.bootpatterns.sharding.Topology;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Another number of shards: what it would move, and doing it. Any replica plans and
 * accepts; the owner acts on what is in the database.
 */
@RestController
@RequestMapping("/topology")
class ReshardController {

	private final TopologyStore topologies;

	private final TopologyChangeStore changes;

	private final Shards shards;

	private final Resharder resharder;

	ReshardController(TopologyStore topologies, TopologyChangeStore changes, Shards shards, Resharder resharder) {
		this.topologies = topologies;
		this.changes = changes;
		this.shards = shards;
		this.resharder = resharder;
	}

	@PostMapping("/plan")
	TopologyPlan plan(@RequestBody JsonNode body) {
		Topology source = inForce();
		return TopologyPlan.of(source, source.resharded(source.epoch() + 1, shards(body)), this.shards.sizes());
	}

	@PostMapping("/apply")
	ResponseEntity<View> apply(@RequestBody JsonNode body) {
		int wanted = shards(body);
		Optional<TopologyChange> underWay = this.changes.underWay();
		if (underWay.isPresent()) {
			throw underWay(underWay.get());
		}
		Topology source = inForce();
		Topology target = source.resharded(this.changes.nextEpoch(source), wanted);
		if (source.shards() == target.shards() && source.movesTo(target).isEmpty()) {
			return ResponseEntity.ok(View.unchanged(source));
		}
		Optional<Long> id = this.changes.begin(source, target);
		if (id.isEmpty()) {
			throw this.changes.underWay()
				.map(ReshardController::underWay)
				.orElseGet(() -> Problems.of(HttpStatus.CONFLICT,
						"The topology has just been changed by somebody else; try again."));
		}
		this.resharder.wake();
		return ResponseEntity.accepted()
			.location(URI.create("/topology/changes/" + id.get()))
			.body(view(require(id.get().toString())));
	}

	@GetMapping("/changes/{id}")
	View change(@PathVariable String id) {
		return view(require(id));
	}

	/** Where the shards' replicas are, for routers. */
	@GetMapping("/replicas")
	List<Address> replicas() {
		return this.shards.known()
			.stream()
			.map((replica) -> new Address(replica.shard(), replica.replica(), replica.uri(), replica.zone()))
			.toList();
	}

	@GetMapping("/heat")
	Heat heat() {
		return Heat.of(inForce(), this.shards.heat());
	}

	private Topology inForce() {
		return this.topologies.find()
			.map((stored) -> Topology.of(stored.document()))
			.orElseThrow(() -> Problems.notFound("There is no topology yet: the first elected owner decides it."));
	}

	private static int shards(JsonNode body) {
		if (!body.isObject() || !Set.of("shards").containsAll(body.propertyNames())) {
			throw Problems.badField("body", "must be a JSON object with shards and nothing else");
		}
		JsonNode shards = body.path("shards");
		if (!shards.isInt() || shards.intValue() < 1 || shards.intValue() > Slots.COUNT) {
			throw Problems.badField("shards", "must be a number from 1 to " + Slots.COUNT);
		}
		return shards.intValue();
	}

	private static ErrorResponseException underWay(TopologyChange change) {
		ErrorResponseException problem = Problems.of(HttpStatus.CONFLICT,
				"Change %d of the topology, to %d shards, is under way.".formatted(change.id(),
						change.target().shards()));
		problem.getBody().setProperty("change", change.id());
		return problem;
	}

	private TopologyChange require(String id) {
		Optional<TopologyChange> change = id.matches("[0-9]{1,18}") ? this.changes.find(Long.parseLong(id))
				: Optional.empty();
		return change.orElseThrow(() -> Problems.notFound("There is no such change of the topology."));
	}

	private View view(TopologyChange change) {
		return new View(change.id(), change.state(), change.reason(), change.source().epoch(), change.target().epoch(),
				change.source().shards(), change.target().shards(), change.slots(), this.resharder.waitingFor(change),
				change.startedAt(), change.finishedAt());
	}

	/**
	 * A change, as it is answered.
	 *
	 * @param id its number; absent if nothing had to be changed
	 * @param state how far it is
	 * @param reason why it was rolled back
	 * @param fromEpoch the topology that it began from
	 * @param toEpoch the topology that it leads to
	 * @param shardsBefore how many shards there were
	 * @param shardsAfter how many there will be
	 * @param slots how many slots move
	 * @param waitingFor who has to do something before the next step
	 * @param startedAt when it was asked for
	 * @param finishedAt when it was done or rolled back
	 */
	record View(@Nullable Long id, TopologyChange.State state, @Nullable String reason, long fromEpoch, long toEpoch,
			int shardsBefore, int shardsAfter, int slots, List<String> waitingFor, @Nullable Instant startedAt,
			@Nullable Instant finishedAt) {

		static View unchanged(Topology inForce) {
			return new View(null, TopologyChange.State.DONE, null, inForce.epoch(), inForce.epoch(), inForce.shards(),
					inForce.shards(), 0, List.of(), null, null);
		}

	}

	/**
	 * Where a replica is.
	 *
	 * @param shard its shard
	 * @param replica its name within the shard
	 * @param uri where it answers requests
	 * @param zone where it runs; absent if it did not say
	 */
	@JsonInclude(JsonInclude.Include.NON_NULL)
	record Address(int shard, String replica, String uri, @Nullable String zone) {
	}

}
