package dev.bootpatterns.owner.jobs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import dev.bootpatterns.owner.election.LeaderTask;
import dev.bootpatterns.owner.election.Leadership;
import dev.bootpatterns.owner.election.Role;
import dev.bootpatterns.owner.election.StaleTermException;
import dev.bootpatterns.owner.election.Term;
import dev.bootpatterns.owner.scaling.Workers;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.annotation.PreDestroy;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.amqp.core.AmqpAdmin;
import org.springframework.amqp.core.BatchMessageListener;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.amqp.rabbit.listener.SimpleMessageListenerContainer;
import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Takes the workers' results from their queue, in batches, while this replica is the
 * owner. A batch is acknowledged after its transaction is committed, so a result is
 * applied at least once; {@link ItemStore} makes that once.
 * <p>
 * While the database is away, the batch waits here instead of going back and forth: a
 * broker counts redeliveries. What the database refuses for what it is would wait for
 * ever: such a result is parked, and the rest of its batch is applied.
 * <p>
 * A broker counts what it hands over ahead in messages, not in bytes. So results that are
 * large, for their outputs, come by a queue of their own, and few at a time: here are at
 * most 300 × 16 KiB of the small ones, and 6 of the large ones, of 1.4 MB at most.
 */
@Component
class ResultsConsumer implements LeaderTask {

	private static final Log log = LogFactory.getLog(ResultsConsumer.class);

	private static final String CONCURRENCY = "X-Worker-Concurrency";

	private static final int BATCH = 100;

	private static final int LARGE_BATCH = 2;

	private static final long BATCH_MILLIS = 100;

	private static final long STOP_MILLIS = 2000;

	private static final String NO_RESULT = "it is not the JSON of a result";

	private final ConnectionFactory connections;

	private final AmqpAdmin admin;

	private final ItemTransitions transitions;

	private final WorkPublisher publisher;

	private final Dispatcher dispatcher;

	private final Workers workers;

	private final Leadership leadership;

	private final JsonMapper json;

	private final Counter unreadable;

	/** Starting a container waits for the broker, and must not hold up other tasks. */
	private final ExecutorService lifecycle = Executors
		.newSingleThreadExecutor(Thread.ofVirtual().name("owner-results-lifecycle").factory());

	private @Nullable Consumption current;

	ResultsConsumer(ConnectionFactory connections, AmqpAdmin admin, ItemTransitions transitions,
			WorkPublisher publisher, Dispatcher dispatcher, Workers workers, Leadership leadership, JsonMapper json,
			MeterRegistry meters) {
		this.connections = connections;
		this.admin = admin;
		this.transitions = transitions;
		this.publisher = publisher;
		this.dispatcher = dispatcher;
		this.workers = workers;
		this.leadership = leadership;
		this.json = json;
		this.unreadable = ItemTransitions.dropped(meters, "unreadable");
	}

	@Override
	public String role() {
		return Role.JOBS;
	}

	@Override
	public synchronized void granted(Term term) {
		Consumption next = new Consumption(term);
		this.current = next;
		this.lifecycle.execute(next::start);
	}

	@Override
	public synchronized void revoked() {
		Consumption ending = this.current;
		this.current = null;
		if (ending != null) {
			ending.stopped.countDown();
			this.lifecycle.execute(ending::stop);
		}
	}

	/** The last consumer has gone before the connections do. */
	@PreDestroy
	void awaitStop() throws InterruptedException {
		this.lifecycle.shutdown();
		if (!this.lifecycle.awaitTermination(3 * STOP_MILLIS, TimeUnit.MILLISECONDS)) {
			log.warn("The consumer of results did not stop in time");
		}
	}

	@Override
	public String toString() {
		return "owner-results";
	}

	/**
	 * The consumption in one ownership.
	 */
	private final class Consumption implements BatchMessageListener {

		private final Term term;

		private final CountDownLatch stopped = new CountDownLatch(1);

		private final List<SimpleMessageListenerContainer> containers;

		Consumption(Term term) {
			this.term = term;
			this.containers = List.of(container(WorkQueues.RESULTS, BATCH),
					container(WorkQueues.LARGE_RESULTS, LARGE_BATCH));
		}

		private SimpleMessageListenerContainer container(String queue, int batch) {
			SimpleMessageListenerContainer container = new SimpleMessageListenerContainer(
					ResultsConsumer.this.connections);
			container.setQueueNames(queue);
			container.setAmqpAdmin(ResultsConsumer.this.admin);
			container.setMissingQueuesFatal(false);
			container.setConsumerBatchEnabled(true);
			container.setBatchSize(batch);
			container.setPrefetchCount(3 * batch);
			container.setReceiveTimeout(BATCH_MILLIS);
			container.setBatchReceiveTimeout(BATCH_MILLIS);
			container.setRecoveryInterval(1000);
			container.setConsumerStartTimeout(1000);
			container.setShutdownTimeout(STOP_MILLIS);
			container.setTaskExecutor(new VirtualThreadTaskExecutor("owner-results-"));
			container.setListenerId("owner-" + queue + "-" + this.term.number());
			container.setMessageListener(this);
			container.afterPropertiesSet();
			return container;
		}

		void start() {
			for (SimpleMessageListenerContainer container : this.containers) {
				if (this.stopped.getCount() > 0) {
					container.start();
				}
			}
		}

		void stop() {
			this.containers.forEach(SimpleMessageListenerContainer::destroy);
		}

		@Override
		public void onMessageBatch(List<Message> messages) {
			List<Received> batch = new ArrayList<>(messages.size());
			for (Message message : messages) {
				read(message).forEach((result) -> batch.add(new Received(message, result)));
			}
			try {
				apply(batch.stream().map(Received::result).toList());
			}
			catch (DataIntegrityViolationException ex) {
				log.warn("A batch of results is applied one by one: the database refuses it as a whole", ex);
				batch.forEach(this::applyOrPark);
			}
			ResultsConsumer.this.dispatcher.wake();
			ResultsConsumer.this.workers.seen(concurrency(batch));
		}

		/** A worker that does not say so is one from before it was asked. */
		private static Map<String, Integer> concurrency(List<Received> batch) {
			Map<String, Integer> byWorker = new HashMap<>();
			for (Received received : batch) {
				String worker = received.result().worker();
				if (worker != null) {
					byWorker.put(worker,
							(received.message()
								.getMessageProperties()
								.getHeaders()
								.get(CONCURRENCY) instanceof Number said) ? said.intValue() : 1);
				}
			}
			return byWorker;
		}

		private void applyOrPark(Received received) {
			try {
				apply(List.of(received.result()));
			}
			catch (DataIntegrityViolationException ex) {
				park(received.message(), "the database refuses it; the owner's log says why");
			}
		}

		/**
		 * One, or an array of several. A message of which something cannot be read is put
		 * aside, once; what can be read of it counts.
		 */
		private List<Result> read(Message message) {
			List<Result> results = new ArrayList<>();
			String firstProblem = "";
			try {
				JsonNode body = ResultsConsumer.this.json.readTree(message.getBody());
				for (JsonNode element : body.isArray() ? body : List.of(body)) {
					String problem = read(element, results);
					firstProblem = firstProblem.isEmpty() ? problem : firstProblem;
				}
			}
			catch (JacksonException ex) {
				firstProblem = NO_RESULT;
			}
			if (!firstProblem.isEmpty()) {
				park(message, firstProblem);
			}
			return results;
		}

		/** Why it is no result; empty if it is one. */
		private String read(JsonNode element, List<Result> results) {
			try {
				ResultMessage result = ResultsConsumer.this.json.treeToValue(element, ResultMessage.class);
				if (result == null) {
					return element.isMissingNode() ? NO_RESULT : "it is null";
				}
				String problem = result.problem().orElse("");
				if (problem.isEmpty()) {
					results.add(result.toResult());
				}
				return problem;
			}
			catch (JacksonException ex) {
				return isOfOutput(ex) ? "the output is not Base64" : NO_RESULT;
			}
		}

		private static boolean isOfOutput(JacksonException ex) {
			return ex.getPath().stream().anyMatch((at) -> "output".equals(at.getPropertyName()));
		}

		private void park(Message message, String problem) {
			ResultsConsumer.this.unreadable.increment();
			log.warn("A result is put aside: " + problem);
			ResultsConsumer.this.publisher.park(message, problem);
		}

		private void apply(List<Result> results) {
			boolean warned = false;
			while (ResultsConsumer.this.leadership.isCurrent(this.term) && this.stopped.getCount() > 0) {
				try {
					ResultsConsumer.this.transitions.apply(this.term, results);
					return;
				}
				catch (DataIntegrityViolationException ex) {
					throw ex;
				}
				catch (DataAccessException | TransactionException ex) {
					if (!warned) {
						log.warn("Results wait for the database", ex);
					}
					warned = true;
				}
				awaitNextTry();
			}
			throw new StaleTermException(this.term);
		}

		private void awaitNextTry() {
			try {
				boolean stopping = this.stopped.await(1, TimeUnit.SECONDS);
				log.debug(stopping ? "Stopping" : "Trying to apply results again");
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

	}

	private record Received(Message message, Result result) {
	}

}
