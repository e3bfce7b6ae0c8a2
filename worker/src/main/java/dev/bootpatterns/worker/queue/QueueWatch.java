package dev.bootpatterns.worker.queue;

import dev.bootpatterns.worker.Idleness;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.amqp.AmqpException;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.stereotype.Component;

/**
 * Asks the broker whether an item stands in the queue. One that does not answer has not
 * said that none does.
 */
@Component
class QueueWatch implements Idleness {

	private static final Logger logger = LoggerFactory.getLogger(QueueWatch.class);

	private final RabbitTemplate rabbit;

	private final WorkMetrics metrics;

	private long begunBefore;

	QueueWatch(RabbitTemplate rabbit, WorkMetrics metrics) {
		this.rabbit = rabbit;
		this.metrics = metrics;
	}

	@Override
	public synchronized boolean idle() {
		boolean empty = waiting() == 0;
		long begun = this.metrics.begunSoFar();
		boolean noneBegun = begun == this.begunBefore;
		this.begunBefore = begun;
		return empty && noneBegun && this.metrics.active() == 0;
	}

	private long waiting() {
		try {
			Long messages = this.rabbit.execute((channel) -> channel.messageCount(WorkQueues.ITEMS));
			return (messages != null) ? messages : -1;
		}
		catch (AmqpException ex) {
			logger.debug("The broker does not say how many items it has", ex);
			return -1;
		}
	}

}
