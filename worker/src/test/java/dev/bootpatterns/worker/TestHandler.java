package dev.bootpatterns.worker;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A handler that does what the test says, and remembers.
 */
class TestHandler implements WorkHandler {

	private final List<WorkItem> handled = new CopyOnWriteArrayList<>();

	private final Behaviour behaviour;

	TestHandler(Behaviour behaviour) {
		this.behaviour = behaviour;
	}

	@Override
	public String name() {
		return "test";
	}

	@Override
	public Outcome handle(WorkItem item) throws Exception {
		this.handled.add(item);
		return this.behaviour.handle(item, this.handled.size());
	}

	List<WorkItem> handled() {
		return this.handled;
	}

	/**
	 * What to do with an item, given how many there were with it.
	 */
	@FunctionalInterface
	interface Behaviour {

		Outcome handle(WorkItem item, int call) throws Exception;

	}

}
