package dev.bootpatterns.owner.scaling;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

import dev.bootpatterns.owner.web.Problems;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * What a job needs, over HTTP. Any replica answers.
 */
@RestController
@RequestMapping("/jobs/{id}/plan")
class PlanController {

	private static final String FIELD = "finishBy";

	private final PlanStore plans;

	PlanController(PlanStore plans) {
		this.plans = plans;
	}

	/** By the time that is asked for, or the one that the job is wanted to be over by. */
	@GetMapping
	Plan plan(@PathVariable String id, @RequestParam(defaultValue = "") String finishBy) {
		Measured job = require(id);
		return Plan.of(job, finishBy.isEmpty() ? job.finishBy() : time(finishBy, job.now()));
	}

	/** Says by when it is wanted to be over; null: that does not matter. */
	@PutMapping
	Plan finishBy(@PathVariable String id, @RequestBody JsonNode body) {
		JsonNode value = body.path(FIELD);
		if (!value.isString() && !value.isNull()) {
			throw Problems.badField(FIELD, "must be a time, a duration or null");
		}
		Measured job = require(id);
		@Nullable Instant finishBy = value.isNull() ? null : time(value.stringValue(), job.now());
		this.plans.finishBy(job.job(), finishBy);
		return Plan.of(job, finishBy);
	}

	private Measured require(String id) {
		Optional<Measured> job = id.matches("[0-9]{1,18}") ? this.plans.measure(Long.parseLong(id)) : Optional.empty();
		return job.orElseThrow(() -> Problems.notFound("There is no such job."));
	}

	private static Instant time(String text, Instant now) {
		Instant time;
		try {
			time = text.startsWith("P") ? now.plus(Duration.parse(text)) : OffsetDateTime.parse(text).toInstant();
		}
		catch (DateTimeException | ArithmeticException ex) {
			throw Problems.badField(FIELD, "must be a time such as 2030-01-31T12:00:00Z or a duration such as PT10M");
		}
		if (!time.isAfter(now)) {
			throw Problems.badField(FIELD, "must not be in the past: it is " + now.truncatedTo(ChronoUnit.SECONDS));
		}
		if (time.isAfter(now.plus(Duration.ofDays(366)))) {
			throw Problems.badField(FIELD, "must be within a year");
		}
		return time;
	}

}
