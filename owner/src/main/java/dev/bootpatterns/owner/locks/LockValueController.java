package dev.bootpatterns.owner.locks;

import java.util.Set;

import dev.bootpatterns.owner.web.Problems;
import org.jspecify.annotations.Nullable;

import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * The value beside a lock: compared and swapped by the lock's version.
 */
@RestController
@RequestMapping("/locks/{name}/value")
class LockValueController {

	private static final String BYTES = "application/octet-stream";

	/** Given back as they came; everything else as bytes, so that no browser runs it. */
	private static final Set<String> TYPES = Set.of("application/json", "text/plain", BYTES);

	private final LockStore locks;

	LockValueController(LockStore locks) {
		this.locks = locks;
	}

	@GetMapping
	ResponseEntity<byte[]> value(@PathVariable String name) {
		LockValue value = this.locks.value(LockRequest.name(name))
			.orElseThrow(() -> Problems.notFound("There is no value beside this lock."));
		return ResponseEntity.ok()
			.eTag(Long.toString(value.version()))
			.cacheControl(CacheControl.noCache())
			.header(HttpHeaders.CONTENT_TYPE, value.type())
			.header("X-Content-Type-Options", "nosniff")
			.body(value.content());
	}

	@PutMapping
	ResponseEntity<Version> put(@PathVariable String name, @RequestBody(required = false) byte @Nullable [] body,
			@RequestHeader(name = HttpHeaders.CONTENT_TYPE, defaultValue = BYTES) String type,
			@RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
			@RequestHeader(name = HttpHeaders.IF_NONE_MATCH, required = false) @Nullable String ifNoneMatch,
			@RequestHeader(name = LockHeaders.TOKEN, required = false) @Nullable String token) {
		LockRequest.name(name);
		Long version = LockHeaders.version(ifMatch);
		if ((version == null) != "*".equals(ifNoneMatch)) {
			throw LockHeaders.required(HttpHeaders.IF_MATCH,
					"the version that you have read, in quotes; or If-None-Match: * if there is to be no value yet");
		}
		String known = type.split(";", 2)[0].strip();
		return answer(name, this.locks.swap(name, version, LockHeaders.token(token),
				(body != null) ? body : new byte[0], TYPES.contains(known) ? known : BYTES));
	}

	@DeleteMapping
	ResponseEntity<Version> delete(@PathVariable String name,
			@RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
			@RequestHeader(name = LockHeaders.TOKEN, required = false) @Nullable String token) {
		LockRequest.name(name);
		Long version = LockHeaders.version(ifMatch);
		if (version == null) {
			throw LockHeaders.required(HttpHeaders.IF_MATCH, "the version that you have read, in quotes");
		}
		return answer(name, this.locks.swap(name, version, LockHeaders.token(token), null, null));
	}

	private static ResponseEntity<Version> answer(String name, LockStore.Swap swap) {
		long version = swap.state().version();
		return switch (swap.result()) {
			case DONE -> ResponseEntity.ok().eTag(Long.toString(version)).body(new Version(name, version));
			case CHANGED -> throw changed(version);
			case NOT_HELD ->
				throw Problems.of(HttpStatus.CONFLICT, "The grant of that token is over: the value was not written.");
		};
	}

	private static ErrorResponseException changed(long version) {
		ErrorResponseException problem = Problems.of(HttpStatus.PRECONDITION_FAILED,
				"The lock or its value has changed: read it again.");
		problem.getBody().setProperty("version", version);
		return problem;
	}

	/**
	 * What was written.
	 *
	 * @param name the lock
	 * @param version its version now
	 */
	record Version(String name, long version) {
	}

}
