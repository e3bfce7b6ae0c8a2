package dev.bootpatterns.shard.documents;

import java.time.Instant;
import java.util.OptionalLong;

import org.springframework.http.HttpHeaders;

/**
 * What must hold when a write takes effect.
 *
 * @param precondition of the present state of the document
 * @param deadline after which it must not take effect any more
 * @param ownerTerm which must not be over, if the write is on behalf of an owner
 */
record Demands(Precondition precondition, Instant deadline, OptionalLong ownerTerm) {

	static Demands of(HttpHeaders headers) {
		return new Demands(Precondition.of(headers), Deadline.of(headers), OwnerTerm.of(headers));
	}

}
