package dev.bootpatterns.shard.documents;

import java.net.URI;
import java.util.Map;

import dev.bootpatterns.shard.heat.Heat;
import dev.bootpatterns.shard.topology.TopologyFollower;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.Valid;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/**
 * {@code /documents/{id}}: the id is the rest of the path and may contain {@code /}.
 * <p>
 * Reads by key go to the system of record, so that a client reads its own writes
 * whichever replica answers.
 */
@RestController
class DocumentController {

	private final DocumentStore store;

	private final ChangePublisher changes;

	private final TopologyFollower topology;

	private final Heat heat;

	private final JsonMapper json;

	DocumentController(DocumentStore store, ChangePublisher changes, TopologyFollower topology, Heat heat,
			JsonMapper json) {
		this.store = store;
		this.changes = changes;
		this.topology = topology;
		this.heat = heat;
		this.json = json;
	}

	@PutMapping("/documents/{*ignored}")
	ResponseEntity<Void> put(HttpServletRequest request, @RequestHeader HttpHeaders headers,
			@Valid @RequestBody DocumentContent content) {
		String id = DocumentId.of(request);
		int slot = ownSlot(id);
		return respond(slot, request, this.store.put(slot, id, content, Demands.of(headers)));
	}

	@DeleteMapping("/documents/{*ignored}")
	ResponseEntity<Void> delete(HttpServletRequest request, @RequestHeader HttpHeaders headers) {
		String id = DocumentId.of(request);
		int slot = ownSlot(id);
		return respond(slot, request, this.store.delete(slot, id, Demands.of(headers)));
	}

	@GetMapping("/documents/{*ignored}")
	ResponseEntity<byte[]> get(HttpServletRequest request, @RequestHeader HttpHeaders headers) {
		String id = DocumentId.of(request);
		ownSlot(id);
		Document document = this.store.find(id).orElseThrow(() -> noSuchDocument());
		Precondition precondition = Precondition.of(headers);
		if (!precondition.matches(document.version())) {
			throw new ResponseStatusException(HttpStatus.PRECONDITION_FAILED, "The document has another version");
		}
		String etag = Precondition.etag(document.version());
		if (precondition.notModified(document.version())) {
			return ResponseEntity.status(HttpStatus.NOT_MODIFIED).eTag(etag).build();
		}
		return ResponseEntity.ok()
			.eTag(etag)
			// Stated, so that Spring does not take an id that ends in ".java" for a
			// download with a dangerous name.
			.header(HttpHeaders.CONTENT_DISPOSITION, "inline")
			.contentType(MediaType.APPLICATION_JSON)
			// Bytes, so that the length is stated and head and body leave in one write.
			// Streamed, the end of the body is a write of its own, and a replica killed
			// between the two leaves half an answer, which no router can take back.
			.body(this.json.writeValueAsBytes(
					new Representation(document.id(), document.title(), document.body(), document.attributes())));
	}

	private int ownSlot(String id) {
		int slot = this.topology.requireOwnSlot(id);
		this.heat.request(slot, id);
		return slot;
	}

	private ResponseEntity<Void> respond(int slot, HttpServletRequest request, WriteResult result) {
		if (result instanceof WriteResult.Changed) {
			this.changes.changed(slot);
		}
		return switch (result) {
			case WriteResult.Created(long version) ->
				ResponseEntity.created(URI.create(request.getRequestURI())).eTag(Precondition.etag(version)).build();
			case WriteResult.Replaced(long version) -> ResponseEntity.ok().eTag(Precondition.etag(version)).build();
			case WriteResult.Unchanged(long version) -> ResponseEntity.ok().eTag(Precondition.etag(version)).build();
			case WriteResult.Deleted(long version) -> ResponseEntity.noContent().build();
			case WriteResult.Absent() -> throw noSuchDocument();
			case WriteResult.TooLate() -> throw new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE,
					"The deadline in %s is over; nothing was stored".formatted(Deadline.HEADER));
			case WriteResult.StaleOwner() -> throw new ResponseStatusException(HttpStatus.CONFLICT,
					"The term in %s is over: another owner has been elected; nothing was stored"
						.formatted(OwnerTerm.HEADER));
			case WriteResult.PreconditionFailed() -> throw new ResponseStatusException(HttpStatus.PRECONDITION_FAILED,
					"The document is not in the state that If-Match or If-None-Match demands");
		};
	}

	private static ResponseStatusException noSuchDocument() {
		return new ResponseStatusException(HttpStatus.NOT_FOUND, "There is no document with this id");
	}

	record Representation(String id, String title, String body, Map<String, String> attributes) {
	}

}
