package dev.bootpatterns.owner.jobs;

import java.net.URI;
import java.util.List;
import java.util.Optional;

import dev.bootpatterns.owner.sources.Sources;
import dev.bootpatterns.owner.web.Problems;
import org.jspecify.annotations.Nullable;

import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Pipelines over HTTP. A stage is a job: all else about it is at {@code /jobs/{id}}.
 */
@RestController
@RequestMapping("/pipelines")
class PipelineController {

	private static final int NEWEST = 20;

	private final ManifestReader manifests;

	private final PipelineStore pipelines;

	private final Sources sources;

	private final Lister lister;

	PipelineController(ManifestReader manifests, PipelineStore pipelines, Sources sources, Lister lister) {
		this.manifests = manifests;
		this.pipelines = pipelines;
		this.sources = sources;
		this.lister = lister;
	}

	/** Not as a form, curl's default: the parameters of one would use the body up. */
	@PostMapping(consumes = { MediaType.APPLICATION_YAML_VALUE, MediaType.APPLICATION_JSON_VALUE })
	ResponseEntity<Pipeline> create(@RequestBody byte[] manifest, @RequestParam Optional<String> source) {
		Manifest checked = this.manifests.read(manifest);
		long id = this.pipelines.create(checked, requireSource(source.orElse(checked.source())));
		this.lister.wake();
		return ResponseEntity.accepted().location(URI.create("/pipelines/" + id)).body(require(Long.toString(id)));
	}

	@GetMapping
	List<Pipeline> newest() {
		return this.pipelines.newest(NEWEST);
	}

	@GetMapping("/{id}")
	Pipeline find(@PathVariable String id) {
		return require(id);
	}

	private String requireSource(@Nullable String name) {
		if (name == null || this.sources.find(name).isEmpty()) {
			throw Problems.badField("source", ((name != null) ? "is not one of the sources here: "
					: "is required, in the manifest or as ?source=: ") + this.sources.names());
		}
		return name;
	}

	private Pipeline require(String id) {
		Optional<Pipeline> pipeline = id.matches("[0-9]{1,18}") ? this.pipelines.find(Long.parseLong(id))
				: Optional.empty();
		return pipeline.orElseThrow(() -> Problems.notFound("There is no such pipeline."));
	}

}
