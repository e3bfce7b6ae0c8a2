package dev.bootpatterns.owner.jobs;

import java.util.List;
import java.util.function.BooleanSupplier;

import dev.bootpatterns.owner.election.FencedOperations;
import dev.bootpatterns.owner.election.Term;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * Lets jobs go on whose items have all ended: they end; or, stages of a pipeline, they
 * open, as those before them have ended, or reduce what they have by another level.
 * <p>
 * <b>A reduction is a tree</b>: results are divided into groups, workers make one result
 * of each group, and so again until one is left for each key. Every level is in the
 * database, so that whoever is the owner goes on from the last one, and only groups that
 * fail are done again. It takes log(n) levels to the base of the fan-in. What it costs is
 * that a level waits for the one before it; what it needs is a handler that does not mind
 * in which groups, and in which order, results come (associative and commutative). See
 * Dean and Ghemawat, MapReduce, OSDI 2004, whose combiners ask for the same.
 */
@Component
class Progress {

	private static final Log log = LogFactory.getLog(Progress.class);

	private final JobStore jobs;

	private final StageStore stages;

	private final ItemTransitions transitions;

	private final CertificateStore certificates;

	private final FencedOperations fenced;

	Progress(JobStore jobs, StageStore stages, ItemTransitions transitions, CertificateStore certificates,
			FencedOperations fenced) {
		this.jobs = jobs;
		this.stages = stages;
		this.transitions = transitions;
		this.certificates = certificates;
		this.fenced = fenced;
	}

	/**
	 * One step of each job that can make one.
	 * @return whether there are items that became due by it
	 */
	boolean step(Term term) {
		boolean due = false;
		for (long job : this.stages.fed()) {
			due |= guarded(job, () -> open(term, job));
		}
		for (long job : this.jobs.running()) {
			due |= guarded(job, () -> !this.jobs.hasOpenItems(job) && reduceOrFinish(term, job));
		}
		return due;
	}

	/** One job that the database cannot help holds up no other. */
	private static boolean guarded(long job, BooleanSupplier step) {
		try {
			return step.getAsBoolean();
		}
		catch (DataAccessException ex) {
			log.warn("Job %d cannot go on now; it is tried again".formatted(job), ex);
			return false;
		}
	}

	/**
	 * A stage to which nothing more will come; or never will, if one before it failed.
	 */
	private boolean open(Term term, long job) {
		List<String> failed = this.stages.failed(job);
		if (!failed.isEmpty()) {
			this.fenced.inTransaction(term, () -> {
				this.jobs.failed(job, "stage '%s' before it failed".formatted(failed.getFirst()));
				return true;
			});
			return false;
		}
		boolean opened = this.fenced.inTransaction(term, () -> this.stages.open(job));
		if (opened) {
			log.info("Job %d, a stage, has all of its items".formatted(job));
		}
		return opened;
	}

	private boolean reduceOrFinish(Term term, long job) {
		int groups = 0;
		for (int made = reduce(term, job); made > 0; made = reduce(term, job)) {
			groups += made;
		}
		if (groups > 0) {
			log.info("Job %d, a stage, reduces its results to %d".formatted(job, groups));
			return true;
		}
		this.transitions.handOnRoots(term, job);
		CertificateStore.Draft certificate = this.certificates.draft(job);
		if (this.fenced.inTransaction(term, () -> this.jobs.finish(job, certificate))) {
			log.info("Job %d is done".formatted(job));
		}
		return false;
	}

	private int reduce(Term term, long job) {
		return this.fenced.inTransaction(term, () -> this.stages.reduce(job));
	}

}
