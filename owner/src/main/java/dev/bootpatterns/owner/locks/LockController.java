package dev.bootpatterns.owner.locks;

import java.util.List;
import java.util.Optional;

import dev.bootpatterns.owner.web.Problems;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Locks over HTTP. Any replica answers: the database decides, so this is no task of the
 * elected owner.
 */
@RestController
@RequestMapping("/locks")
class LockController {

	private static final String IDEMPOTENCY_KEY = "Idempotency-Key";

	private static final int MAX_PAGE = 1000;

	private static final int MAX_KEY = 256;

	private final LockStore locks;

	private final LockWatch watch;

	LockController(LockStore locks, LockWatch watch) {
		this.locks = locks;
		this.watch = watch;
	}

	@GetMapping
	Page held(@RequestParam(defaultValue = "100") int limit, @RequestParam(defaultValue = "") String after) {
		if (limit < 1 || limit > MAX_PAGE) {
			throw Problems.badField("limit", "must be between 1 and " + MAX_PAGE);
		}
		if (after.indexOf('\0') >= 0) {
			throw Problems.badField("after", "must be the name of a lock");
		}
		List<HeldLock> page = this.locks.held(after, limit);
		return new Page(page, (page.size() == limit) ? page.getLast().name() : null);
	}

	@GetMapping("/{name}")
	ResponseEntity<HeldLock> find(@PathVariable String name) {
		LockState state = this.locks.find(LockRequest.name(name));
		return answer(state.held().orElseThrow(() -> {
			ErrorResponseException problem = Problems.notFound("Nobody holds this lock.");
			problem.getBody().setProperty("version", state.version());
			return problem;
		}));
	}

	/** With a token it renews that grant, without one it asks for a new one. */
	@PutMapping("/{name}")
	ResponseEntity<HeldLock> put(@PathVariable String name, @RequestBody JsonNode body,
			@RequestHeader(name = LockHeaders.TOKEN, required = false) @Nullable String token,
			@RequestHeader(name = IDEMPOTENCY_KEY, required = false) @Nullable String key) {
		LockRequest.name(name);
		LockRequest request = LockRequest.of(body);
		Long grant = LockHeaders.token(token);
		if (grant != null) {
			return answer(this.locks.renew(name, request, grant).orElseThrow(() -> lost(name)));
		}
		LockStore.Attempt attempt = this.locks.acquire(name, request, key(key));
		if (!attempt.granted()) {
			throw taken(attempt.lock());
		}
		return answer(attempt.lock());
	}

	@DeleteMapping("/{name}")
	ResponseEntity<Void> release(@PathVariable String name,
			@RequestHeader(name = LockHeaders.TOKEN, required = false) @Nullable String token) {
		LockRequest.name(name);
		if (!this.locks.release(name, LockHeaders.requiredToken(token))) {
			throw lost(name);
		}
		return ResponseEntity.noContent().build();
	}

	@GetMapping(path = "/{name}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
	SseEmitter events(@PathVariable String name,
			@RequestHeader(name = "Last-Event-ID", required = false) @Nullable String seen) {
		return this.watch.follow(LockRequest.name(name), LockHeaders.seen(seen));
	}

	private static @Nullable String key(@Nullable String key) {
		if (key != null
				&& (key.isBlank() || key.length() > MAX_KEY || !key.chars().allMatch((c) -> c > ' ' && c < 127))) {
			throw Problems.badField(IDEMPOTENCY_KEY, "must be at most %d visible ASCII characters".formatted(MAX_KEY));
		}
		return key;
	}

	private ErrorResponseException lost(String name) {
		Optional<HeldLock> other = this.locks.find(name).held();
		return other.map(LockController::taken)
			.orElseGet(() -> Problems.of(HttpStatus.CONFLICT,
					"That grant is over and nobody holds the lock: acquire it again, and use the new token."));
	}

	private static ErrorResponseException taken(HeldLock lock) {
		ErrorResponseException problem = Problems.of(HttpStatus.CONFLICT,
				"The lock is held. Who holds it renews and releases it by its token, in " + LockHeaders.TOKEN + ".");
		problem.getBody().setProperty("holder", lock.holder());
		problem.getBody().setProperty("expiresInMs", lock.expiresInMs());
		problem.getHeaders().set(HttpHeaders.RETRY_AFTER, Long.toString((lock.expiresInMs() + 999) / 1000));
		return problem;
	}

	private static ResponseEntity<HeldLock> answer(HeldLock lock) {
		return ResponseEntity.ok().eTag(Long.toString(lock.version())).cacheControl(CacheControl.noStore()).body(lock);
	}

	/**
	 * A page of locks that are held.
	 *
	 * @param locks in the order of their names
	 * @param next what to give as {@code after} for the next page, if there may be one
	 */
	record Page(List<HeldLock> locks, @Nullable String next) {
	}

}
