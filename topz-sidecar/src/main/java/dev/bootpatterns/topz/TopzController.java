package dev.bootpatterns.topz;

import jakarta.validation.constraints.Positive;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/**
 * {@code GET /topz}. The form is chosen by {@code Accept} among the message converters
 * that can write a {@link Topz}.
 */
@RestController
class TopzController {

	private final Sampler sampler;

	TopzController(Sampler sampler) {
		this.sampler = sampler;
	}

	@GetMapping(path = "/topz", produces = { MediaType.TEXT_PLAIN_VALUE, MediaType.APPLICATION_JSON_VALUE })
	ResponseEntity<Topz> topz(@RequestParam(defaultValue = "cpu") String sort,
			@RequestParam(required = false) @Nullable @Positive Integer limit) {
		ProcessSort order = ProcessSort.of(sort)
			.orElseThrow(
					() -> new ResponseStatusException(HttpStatus.BAD_REQUEST, "sort must be one of cpu, rss, pid"));
		return ResponseEntity.ok()
			.header(HttpHeaders.CACHE_CONTROL, "no-store")
			.header(HttpHeaders.VARY, HttpHeaders.ACCEPT)
			.body(this.sampler.latest().view(order, (limit != null) ? limit : Integer.MAX_VALUE));
	}

	@ExceptionHandler
	ResponseEntity<ProblemDetail> noSample(Sampler.NoSampleException ex) {
		return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE)
			.header(HttpHeaders.RETRY_AFTER, "1")
			.body(ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE, ex.getMessage()));
	}

}
