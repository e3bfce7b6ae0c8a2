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
 * one of them with other arguments refuses, and nothing is consumed.
 */
@Configuration(proxyBeanMethods = false)
class WorkQueues {

	static final String EXCHANGE = "work";

	static final String ITEMS = "work.items";

	static final String RESULTS_KEY = "results";

	static final String UNREADABLE_KEY = "unreadable";

	/** The broker gives up on an item that killed its worker this many times. */
	private static final int DELIVERY_LIMIT = 20;

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
		Queue itemsDead = QueueBuilder.durable("work.items.dead").quorum().build();
		Queue unreadable = QueueBuilder.durable("work.unreadable").quorum().build();
		return new Declarables(work, dead, items, results, itemsDead, unreadable,
				BindingBuilder.bind(items).to(work).with("items"),
				BindingBuilder.bind(results).to(work).with(RESULTS_KEY),
				BindingBuilder.bind(unreadable).to(work).with(UNREADABLE_KEY), BindingBuilder.bind(itemsDead).to(dead));
	}

}
