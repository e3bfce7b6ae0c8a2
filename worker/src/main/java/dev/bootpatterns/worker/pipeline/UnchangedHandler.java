package dev.bootpatterns.worker.pipeline;

import java.util.List;

import dev.bootpatterns.worker.Emission;
import dev.bootpatterns.worker.Outcome;
import dev.bootpatterns.worker.Parameters;
import dev.bootpatterns.worker.RejectedException;
import dev.bootpatterns.worker.WorkHandler;
import dev.bootpatterns.worker.WorkItem;

/**
 * Passes an item on as it is, to all stages that come next. What makes it a copier, a
 * merger or a join is how many stages are before and behind it.
 */
class UnchangedHandler implements WorkHandler {

	private final String name;

	UnchangedHandler(String name) {
		this.name = name;
	}

	@Override
	public String name() {
		return this.name;
	}

	@Override
	public Outcome handle(WorkItem item) throws RejectedException {
		Parameters.of(item);
		return Outcome.passedOn(List.of(Emission.unchanged()));
	}

}
