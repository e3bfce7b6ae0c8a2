package dev.bootpatterns.owner.jobs;

import org.springframework.amqp.core.Binding;
import org.springframework.amqp.core.BindingBuilder;
import org.springframework.amqp.core.Declarables;
import org.springframework.amqp.core.DirectExchange;
import org.springframework.amqp.core.FanoutExchange;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.core.QueueBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * What owner and workers share on the broker. Both declare it, with the same arguments.
 */
@Configuration(proxyBeanMethods = false)
class WorkQueues {

	static final String EXCHANGE = "work";

	static final String ITEMS_KEY = "items";

	static final String ITEMS = "work.items";

	static final String RESULTS_KEY = "results";

	static final String RESULTS = "work.results";

	/** For those of more than 16 KiB, so that few of them are in memory at a time. */
	static final String LARGE_RESULTS_KEY = "results.large";

	static final String LARGE_RESULTS = "work.results.large";

	static final String UNREADABLE_KEY = "unreadable";

	static final String UNREADABLE = "work.unreadable";

	static final String DEAD_EXCHANGE = "work.dead";

	static final String DEAD = "work.items.dead";

	private static final int DELIVERY_LIMIT = 20;

	/** What is put aside waits for people, who may never come: the oldest goes first. */
	private static final int MAX_ASIDE_BYTES = 64 * 1024 * 1024;

	@Bean
	Declarables work() {
		DirectExchange work = new DirectExchange(EXCHANGE);
		FanoutExchange dead = new FanoutExchange(DEAD_EXCHANGE);
		Queue items = QueueBuilder.durable(ITEMS)
			.quorum()
			.deliveryLimit(DELIVERY_LIMIT)
			.deadLetterExchange(DEAD_EXCHANGE)
			.build();
		Queue results = QueueBuilder.durable(RESULTS).quorum().build();
		Queue largeResults = QueueBuilder.durable(LARGE_RESULTS).quorum().build();
		Queue unreadable = aside(UNREADABLE);
		Queue deadItems = aside(DEAD);
		Binding[] bindings = { BindingBuilder.bind(items).to(work).with(ITEMS_KEY),
				BindingBuilder.bind(results).to(work).with(RESULTS_KEY),
				BindingBuilder.bind(largeResults).to(work).with(LARGE_RESULTS_KEY),
				BindingBuilder.bind(unreadable).to(work).with(UNREADABLE_KEY),
				BindingBuilder.bind(deadItems).to(dead) };
		return new Declarables(work, dead, items, results, largeResults, unreadable, deadItems, bindings[0],
				bindings[1], bindings[2], bindings[3], bindings[4]);
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
