package dev.bootpatterns.worker.queue;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.springframework.amqp.AmqpException;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.rabbit.connection.CorrelationData;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.stereotype.Component;

/**
 * Publishes to the exchange {@code work} and returns when the broker has confirmed it and
 * has not returned it: from then on the broker is answerable for the message. Anything
 * else is {@link UnconfirmedException}, where the message may or may not have arrived;
 * publishing again is right, and whoever receives must bear it twice.
 */
@Component
class ConfirmedPublisher {

	private final RabbitTemplate rabbit;

	private final long timeoutMillis;

	ConfirmedPublisher(RabbitTemplate rabbit, QueueProperties properties) {
		this.rabbit = rabbit;
		this.timeoutMillis = properties.confirmTimeout().toMillis();
	}

	void publish(String routingKey, Message message) throws UnconfirmedException, InterruptedException {
		CorrelationData correlation = new CorrelationData();
		try {
			this.rabbit.send(WorkQueues.EXCHANGE, routingKey, message, correlation);
			CorrelationData.Confirm confirm = correlation.getFuture().get(this.timeoutMillis, TimeUnit.MILLISECONDS);
			if (!confirm.ack()) {
				throw new UnconfirmedException("the broker refused: " + confirm.reason(), null);
			}
		}
		catch (AmqpException | ExecutionException ex) {
			throw new UnconfirmedException("the broker cannot be reached", ex);
		}
		catch (TimeoutException ex) {
			throw new UnconfirmedException("no confirm within %d ms".formatted(this.timeoutMillis), ex);
		}
		if (correlation.getReturned() != null) {
			throw new UnconfirmedException("no queue is bound for '%s'".formatted(routingKey), null);
		}
	}

}
