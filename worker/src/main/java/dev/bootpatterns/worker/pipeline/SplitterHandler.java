package dev.bootpatterns.worker.pipeline;

import java.util.LinkedHashSet;
import java.util.Set;

import dev.bootpatterns.worker.Emission;
import dev.bootpatterns.worker.Outcome;
import dev.bootpatterns.worker.Parameters;
import dev.bootpatterns.worker.RejectedException;
import dev.bootpatterns.worker.WorkHandler;
import dev.bootpatterns.worker.WorkItem;

import org.springframework.stereotype.Component;

/**
 * Passes an item on by each route whose condition holds, and to the stage
 * {@code otherwise}, if there is one, when none does. A stage that two routes lead to has
 * it once.
 */
@Component
class SplitterHandler implements WorkHandler {

	@Override
	public String name() {
		return "splitter";
	}

	@Override
	public Outcome handle(WorkItem item) throws RejectedException {
		Parameters parameters = Parameters.of(item, "routes", "otherwise");
		String otherwise = parameters.has("otherwise") ? parameters.text("otherwise") : null;
		Set<String> stages = new LinkedHashSet<>();
		// All are read, whichever hold: a mistake in one shows at the first item.
		for (Parameters route : parameters.objects("routes", "when", "to")) {
			String stage = route.text("to");
			if (Condition.of(route, "when").holds(item)) {
				stages.add(stage);
			}
		}
		if (stages.isEmpty() && otherwise != null) {
			stages.add(otherwise);
		}
		return Outcome.passedOn(stages.stream().map(Emission::unchangedTo).toList());
	}

}
