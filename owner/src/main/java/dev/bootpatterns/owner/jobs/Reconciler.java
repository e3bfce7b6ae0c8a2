package dev.bootpatterns.owner.jobs;

import dev.bootpatterns.owner.election.LeaderLoop;
import dev.bootpatterns.owner.election.Leadership;
import dev.bootpatterns.owner.election.Role;
import dev.bootpatterns.owner.election.Term;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.amqp.AmqpException;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.stereotype.Component;

/**
 * Compares what should be with what is: items without news are tried again, and jobs
 * whose items have all ended make {@linkplain Progress a step}.
 * <p>
 * A RUNNING item without news is overdue after the item timeout. A QUEUED one is only
 * when the queue has been {@linkplain EmptyQueue empty} for as long: behind a long queue,
 * or while all workers are away, it is not lost but waiting, and enqueueing it again
 * would use its attempts up and fill the broker with copies.
 */
@Component
class Reconciler extends LeaderLoop {

	private static final Log log = LogFactory.getLog(Reconciler.class);

	private static final int BATCH = 500;

	private final Progress progress;

	private final ItemStore items;

	private final ItemTransitions transitions;

	private final RabbitTemplate rabbit;

	private final Dispatcher dispatcher;

	private final JobsProperties properties;

	Reconciler(Progress progress, ItemStore items, ItemTransitions transitions, RabbitTemplate rabbit,
			Dispatcher dispatcher, Leadership leadership, JobsProperties properties) {
		super(Role.JOBS, "owner-reconciler", leadership, properties.poll());
		this.progress = progress;
		this.items = items;
		this.transitions = transitions;
		this.rabbit = rabbit;
		this.dispatcher = dispatcher;
		this.properties = properties;
	}

	@Override
	protected Work begin(Term term) {
		EmptyQueue queue = new EmptyQueue(this.properties.itemTimeout());
		return () -> {
			if (this.progress.step(term)) {
				this.dispatcher.wake();
			}
			int overdue = this.transitions.overdue(term, queue.looked(messages(), System.nanoTime()), BATCH);
			if (overdue > 0) {
				log.info("%d items were without news for too long".formatted(overdue));
			}
			return overdue == BATCH;
		};
	}

	/** How many messages the queue of items has, or a negative number if unknown. */
	private long messages() {
		if (this.items.inFlight().queued() == 0) {
			return -1;
		}
		try {
			Long messages = this.rabbit.execute((channel) -> channel.messageCount(WorkQueues.ITEMS));
			return (messages != null) ? messages : -1;
		}
		catch (AmqpException ex) {
			log.debug("The broker does not say how many items it has", ex);
			return -1;
		}
	}

}
