package dev.bootpatterns.worker.pipeline;

import java.util.List;

import dev.bootpatterns.worker.Emission;
import dev.bootpatterns.worker.Outcome;
import dev.bootpatterns.worker.Parameters;
import dev.bootpatterns.worker.RejectedException;
import dev.bootpatterns.worker.WorkHandler;
import dev.bootpatterns.worker.WorkItem;

import org.springframework.stereotype.Component;

/**
 * Passes on the items for which a condition holds; the others end here, and are done.
 */
@Component
class FilterHandler implements WorkHandler {

	@Override
	public String name() {
		return "filter";
	}

	@Override
	public Outcome handle(WorkItem item) throws RejectedException {
		Condition condition = Condition.of(Parameters.of(item, "when"), "when");
		return Outcome.passedOn(condition.holds(item) ? List.of(Emission.unchanged()) : List.of());
	}

}
