package dev.bootpatterns.owner.jobs;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import dev.bootpatterns.owner.sources.Sources;
import dev.bootpatterns.owner.web.Problems;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Jobs over HTTP. Any replica answers and accepts; the owner acts on what is in the
 * database.
 */
@RestController
@RequestMapping("/jobs")
class JobController {

	private static final int NEWEST = 50;

	private static final int MAX_ITEMS = 1000;

	private static final String RETRY = "/retry";

	private static final String OUTPUT = "/output";

	private final JobStore jobs;

	private final Sources sources;

	private final Lister lister;

	private final Dispatcher dispatcher;

	private final JobEvents events;

	private final CertificateStore certificates;

	private final StageStore stages;

	private final JobsProperties properties;

	private final TransactionTemplate transactions;

	private final JsonMapper json;

	JobController(JobStore jobs, Sources sources, Lister lister, Dispatcher dispatcher, JobEvents events,
			CertificateStore certificates, StageStore stages, JobsProperties properties,
			PlatformTransactionManager transactionManager, JsonMapper json) {
		this.jobs = jobs;
		this.sources = sources;
		this.lister = lister;
		this.dispatcher = dispatcher;
		this.events = events;
		this.certificates = certificates;
		this.stages = stages;
		this.properties = properties;
		this.transactions = new TransactionTemplate(transactionManager);
		this.json = json;
	}

	@PostMapping
	ResponseEntity<Job> create(@RequestBody JsonNode body) {
		JobRequest request = JobRequest.of(body, this.sources, this.json);
		long id = this.jobs.create(request);
		this.lister.wake();
		return ResponseEntity.accepted().location(URI.create("/jobs/" + id)).body(require(Long.toString(id)));
	}

	@GetMapping
	List<Job> newest() {
		return this.jobs.newest(NEWEST);
	}

	@GetMapping("/{id}")
	Job find(@PathVariable String id) {
		return require(id);
	}

	@GetMapping(path = "/{id}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
	SseEmitter events(@PathVariable String id) {
		return this.events.follow(Long.parseLong(require(id).id()));
	}

	@GetMapping("/{id}/certificate")
	Certificate certificate(@PathVariable String id) {
		Job job = require(id);
		if (job.state() != JobState.DONE) {
			throw Problems.of(HttpStatus.CONFLICT,
					"Job %s is %s: only one that is DONE has a certificate.".formatted(job.id(), job.state()));
		}
		return this.certificates.find(job)
			.orElseThrow(() -> Problems
				.notFound("Job %s has none: it ended before there were certificates.".formatted(job.id())));
	}

	@GetMapping("/{id}/items")
	Items items(@PathVariable String id, @RequestParam(defaultValue = "") String state,
			@RequestParam(defaultValue = "100") int limit, @RequestParam(defaultValue = "") String after) {
		if (limit < 1 || limit > MAX_ITEMS) {
			throw Problems.badField("limit", "must be between 1 and " + MAX_ITEMS);
		}
		if (after.indexOf('\0') >= 0) {
			throw Problems.badField("after", "must be the id of an item");
		}
		List<JobStore.Item> items = this.jobs.items(Long.parseLong(require(id).id()), state(state), after, limit);
		return new Items(items, (items.size() == limit) ? items.getLast().id() : null);
	}

	/** As bytes that no browser takes for anything else: they are a worker's. */
	@GetMapping("/{id}/items/{*rest}")
	ResponseEntity<byte[]> output(@PathVariable String id, @PathVariable String rest) {
		long job = Long.parseLong(require(id).id());
		String item = item(rest, OUTPUT)
			.orElseThrow(() -> Problems.notFound("The output of an item is at GET /jobs/{id}/items/{item}/output."));
		ItemState state = requireItem(job, item);
		byte[] output = this.jobs.output(job, item)
			.orElseThrow(() -> Problems
				.notFound("This item has no output: it is %s, and only what is DONE may have one.".formatted(state)));
		return ResponseEntity.ok()
			.contentType(MediaType.APPLICATION_OCTET_STREAM)
			.header(HttpHeaders.CONTENT_DISPOSITION, "attachment")
			.header("X-Content-Type-Options", "nosniff")
			.body(output);
	}

	@PostMapping("/{id}/items/{*rest}")
	ResponseEntity<Void> retry(@PathVariable String id, @PathVariable String rest) {
		long job = Long.parseLong(require(id).id());
		String item = item(rest, RETRY)
			.orElseThrow(() -> Problems.notFound("An item is put back by POST /jobs/{id}/items/{item}/retry."));
		ItemState state = requireItem(job, item);
		Boolean changed = this.transactions
			.execute((status) -> this.jobs.retry(job, item, this.properties.maxAttempts()));
		if (!Boolean.TRUE.equals(changed)) {
			throw Problems.of(HttpStatus.CONFLICT,
					"Only a DEAD item of a job that has not failed can be put back; this one is %s.".formatted(state));
		}
		this.dispatcher.wake();
		return ResponseEntity.accepted().build();
	}

	/** A stage that waits for what is DEAD before it goes on without. */
	@PostMapping("/{id}/proceed")
	ResponseEntity<Void> proceed(@PathVariable String id) {
		if (!this.stages.proceed(Long.parseLong(require(id).id()))) {
			throw Problems.of(HttpStatus.CONFLICT, "Job %s is no join or reduce that waits for others.".formatted(id));
		}
		return ResponseEntity.accepted().build();
	}

	/** The item's id may contain slashes: it is the rest of the path before the verb. */
	private static Optional<String> item(String rest, String verb) {
		return (rest.endsWith(verb) && rest.length() > verb.length() + 1)
				? Optional.of(rest.substring(1, rest.length() - verb.length())) : Optional.empty();
	}

	private ItemState requireItem(long job, String item) {
		Optional<ItemState> state = (item.indexOf('\0') < 0) ? this.jobs.state(job, item) : Optional.empty();
		return state.orElseThrow(() -> Problems.notFound("Job %d has no such item.".formatted(job)));
	}

	private Job require(String id) {
		Optional<Job> job = id.matches("[0-9]{1,18}") ? this.jobs.find(Long.parseLong(id)) : Optional.empty();
		return job.orElseThrow(() -> Problems.notFound("There is no such job."));
	}

	private static @Nullable ItemState state(String state) {
		if (state.isEmpty()) {
			return null;
		}
		try {
			return ItemState.valueOf(state.toUpperCase(Locale.ROOT));
		}
		catch (IllegalArgumentException ex) {
			throw Problems.badField("state", "must be one of " + List.of(ItemState.values()));
		}
	}

	/**
	 * A page of items.
	 *
	 * @param items in the order of their ids
	 * @param next what to give as {@code after} for the next page, if there may be one
	 */
	record Items(List<JobStore.Item> items, @Nullable String next) {
	}

}
