package dev.bootpatterns.owner.jobs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import dev.bootpatterns.owner.election.FencedOperations;
import dev.bootpatterns.owner.election.LeaderLoop;
import dev.bootpatterns.owner.election.Leadership;
import dev.bootpatterns.owner.election.Role;
import dev.bootpatterns.owner.election.StaleTermException;
import dev.bootpatterns.owner.election.Term;
import dev.bootpatterns.owner.sources.Listing;
import dev.bootpatterns.owner.sources.Source;
import dev.bootpatterns.owner.sources.SourceException;
import dev.bootpatterns.owner.sources.SourceItem;
import dev.bootpatterns.owner.sources.Sources;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Writes down the items of new jobs, in batches as the source names them. A new owner
 * lists an unfinished job from the start; what is there already stays.
 * <p>
 * A source that fails, in whatever way, fails its job and holds up no other. Only what is
 * the database's or the term's doing ends the pass, to be tried again.
 */
@Component
class Lister extends LeaderLoop {

	private static final Log log = LogFactory.getLog(Lister.class);

	private static final int BATCH = 500;

	private final JobStore jobs;

	private final ItemTransitions transitions;

	private final Sources sources;

	private final FencedOperations fenced;

	private final Dispatcher dispatcher;

	Lister(JobStore jobs, ItemTransitions transitions, Sources sources, FencedOperations fenced, Leadership leadership,
			Dispatcher dispatcher, JobsProperties properties) {
		super(Role.JOBS, "owner-lister", leadership, properties.poll());
		this.jobs = jobs;
		this.transitions = transitions;
		this.sources = sources;
		this.fenced = fenced;
		this.dispatcher = dispatcher;
	}

	@Override
	protected Work begin(Term term) {
		return () -> {
			for (JobStore.Unlisted job : this.jobs.unlisted()) {
				list(term, job);
			}
			return false;
		};
	}

	private void list(Term term, JobStore.Unlisted job) {
		List<SourceItem> batch = new ArrayList<>(BATCH);
		try {
			Source source = this.sources.find(job.source())
				.orElseThrow(() -> new SourceException("there is no source '%s' here".formatted(job.source())));
			Listing listing = source.list((item) -> {
				batch.add(item);
				if (batch.size() == BATCH) {
					flush(term, job, batch);
				}
			});
			flush(term, job, batch);
			this.fenced.inTransaction(term, () -> {
				this.jobs.listed(job.id(), listing.skipped());
				return true;
			});
			log.info("Job %d is listed; skipped: %s".formatted(job.id(), listing.skipped()));
		}
		catch (SourceException ex) {
			fail(term, job, ex.getMessage(), ex);
		}
		catch (DataIntegrityViolationException ex) {
			fail(term, job,
					"the source '%s' lists items that cannot be stored; the log says why".formatted(job.source()), ex);
		}
		catch (StaleTermException | DataAccessException | TransactionException ex) {
			throw ex;
		}
		catch (IOException | RuntimeException | LinkageError | StackOverflowError ex) {
			fail(term, job, "the source '%s' failed while it was listed; the log says why".formatted(job.source()), ex);
		}
	}

	private void flush(Term term, JobStore.Unlisted job, List<SourceItem> batch) {
		if (!batch.isEmpty()) {
			this.transitions.add(term, job, batch);
			batch.clear();
			this.dispatcher.wake();
		}
	}

	private void fail(Term term, JobStore.Unlisted job, @org.jspecify.annotations.Nullable String reason,
			Throwable ex) {
		log.warn("Job %d failed".formatted(job.id()), ex);
		String text = (reason != null) ? reason : "unknown";
		this.fenced.inTransaction(term, () -> {
			this.jobs.failed(job.id(), text);
			return true;
		});
	}

}
