package dev.bootpatterns.owner.support;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;

import org.awaitility.Awaitility;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.amqp.core.AcknowledgeMode;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageBuilder;
import org.springframework.amqp.core.MessageListener;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.amqp.rabbit.listener.SimpleMessageListenerContainer;

/**
 * Takes items and answers results as it is told.
 */
public final class FakeWorker implements AutoCloseable {

	private static final JsonMapper JSON = JsonMapper.builder().build();

	private final CachingConnectionFactory connections;

	private final RabbitTemplate rabbit;

	private final SimpleMessageListenerContainer container;

	private final BlockingQueue<Message> taken = new LinkedBlockingQueue<>();

	private FakeWorker(int port, Function<Message, List<String>> outcomes, AcknowledgeMode mode) {
		this.connections = new CachingConnectionFactory("127.0.0.1", port);
		this.rabbit = new RabbitTemplate(this.connections);
		this.container = new SimpleMessageListenerContainer(this.connections);
		this.container.setQueueNames("work.items");
		this.container.setMissingQueuesFatal(false);
		this.container.setFailedDeclarationRetryInterval(100);
		this.container.setRecoveryInterval(100);
		this.container.setReceiveTimeout(100);
		this.container.setShutdownTimeout(500);
		this.container.setPrefetchCount(4);
		this.container.setAcknowledgeMode(mode);
		this.container.setMessageListener((MessageListener) (message) -> {
			this.taken.add(message);
			outcomes.apply(message).forEach((outcome) -> answer(message, outcome));
		});
		this.container.start();
	}

	/** A worker that settles an item after it has answered these outcomes. */
	public static FakeWorker answering(int port, Function<Message, List<String>> outcomes) {
		return new FakeWorker(port, outcomes, AcknowledgeMode.AUTO);
	}

	/** A worker that always succeeds. */
	public static FakeWorker working(int port) {
		return answering(port, (item) -> List.of("STARTED", "DONE"));
	}

	/** A worker that answers that it is done, and does not settle. */
	public static FakeWorker answeringOnly(int port) {
		return new FakeWorker(port, (item) -> List.of("DONE"), AcknowledgeMode.MANUAL);
	}

	/** A worker that takes items, and neither answers nor settles them. */
	public static FakeWorker hanging(int port) {
		return new FakeWorker(port, (item) -> List.of(), AcknowledgeMode.MANUAL);
	}

	public static String header(Message item, String name) {
		return String.valueOf(item.getMessageProperties().<Object>getHeader(name));
	}

	/** Sends a result, or anything that is meant to be none. */
	public void result(String body) {
		result("results", body);
	}

	/** Sends it by the queue of those that are large. */
	public void largeResult(String body) {
		result("results.large", body);
	}

	private void result(String key, String body) {
		this.rabbit.send("work", key,
				MessageBuilder.withBody(body.getBytes(StandardCharsets.UTF_8)).setType("work.result").build());
	}

	private void answer(Message item, String outcome) {
		result(JSON.writeValueAsString(Map.of("job", header(item, "X-Job"), "item", header(item, "X-Item"), "attempt",
				Integer.valueOf(header(item, "X-Attempt")), "outcome", outcome, "reason", "because " + outcome,
				"worker", "fake", "tookMs", 1)));
	}

	public List<Message> taken() {
		return new ArrayList<>(this.taken);
	}

	public FakeWorker awaitTaken(int count) {
		Awaitility.await().until(() -> this.taken.size() >= count);
		return this;
	}

	/** Dies: the connection breaks, whatever was not settled goes back. */
	@Override
	public void close() {
		this.container.stop();
		this.container.destroy();
		this.connections.destroy();
	}

}
