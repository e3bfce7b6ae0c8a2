package dev.bootpatterns.worker.queue;

import org.springframework.amqp.core.BindingBuilder;
import org.springframework.amqp.core.Declarables;
import org.springframework.amqp.core.DirectExchange;
import org.springframework.amqp.core.FanoutExchange;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.core.QueueBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The exchanges and queues of the contract between owner and worker. Both declare all of
 * it with the same arguments, so that either may start first; a broker that already has
 * the items or the results with other arguments refuses, and nothing is consumed.
 */
@Configuration(proxyBeanMethods = false)
class WorkQueues {

	static final String EXCHANGE = "work";

	static final String ITEMS = "work.items";

	static final String RESULTS_KEY = "results";

	/** For reports of more than {@link #LARGE} bytes: the owner takes few at a time. */
	static final String LARGE_RESULTS_KEY = "results.large";

	static final int LARGE = 16 * 1024;

	static final String UNREADABLE_KEY = "unreadable";

	/** The broker gives up on an item that killed its worker this many times. */
	private static final int DELIVERY_LIMIT = 20;

	/** What is put aside waits for people, who may never come: the oldest goes first. */
	private static final int MAX_ASIDE_BYTES = 64 * 1024 * 1024;

	@Bean
	Declarables workTopology() {
		DirectExchange work = new DirectExchange(EXCHANGE);
		FanoutExchange dead = new FanoutExchange("work.dead");
		Queue items = QueueBuilder.durable(ITEMS)
			.quorum()
			.deliveryLimit(DELIVERY_LIMIT)
			.deadLetterExchange(dead.getName())
			.build();
		Queue results = QueueBuilder.durable("work.results").quorum().build();
		Queue largeResults = QueueBuilder.durable("work.results.large").quorum().build();
		Queue itemsDead = aside("work.items.dead");
		Queue unreadable = aside("work.unreadable");
		return new Declarables(work, dead, items, results, largeResults, itemsDead, unreadable,
				BindingBuilder.bind(items).to(work).with("items"),
				BindingBuilder.bind(results).to(work).with(RESULTS_KEY),
				BindingBuilder.bind(largeResults).to(work).with(LARGE_RESULTS_KEY),
				BindingBuilder.bind(unreadable).to(work).with(UNREADABLE_KEY), BindingBuilder.bind(itemsDead).to(dead));
	}

	private static Queue aside(String name) {
		Queue queue = QueueBuilder.durable(name)
			.quorum()
			.maxLengthBytes(MAX_ASIDE_BYTES)
			.overflow(QueueBuilder.Overflow.dropHead)
			.build();
		// A broker that has it from before the bound refuses; that must not stop the
		// work.
		queue.setIgnoreDeclarationExceptions(true);
		return queue;
	}

}
