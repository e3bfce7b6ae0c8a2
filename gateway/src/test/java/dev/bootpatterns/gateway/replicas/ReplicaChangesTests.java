package dev.bootpatterns.gateway.replicas;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import dev.bootpatterns.gateway.FakeReplica;
import dev.bootpatterns.gateway.TestGateway;
import dev.bootpatterns.sharding.Topology;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Replicas that join, leave and restart while clients keep asking: reads, writes, writes
 * with a precondition, and POSTs.
 */
class ReplicaChangesTests {

	private static final String PATH = "/documents/key";

	private static final int OWNERS = 2;

	private static TestGateway gateway;

	private Load load;

	@BeforeAll
	static void start() {
		gateway = new TestGateway(Topology.balanced(1), 2,
				"--spring.cloud.gateway.server.webflux.httpclient.response-timeout=1s");
	}

	@BeforeEach
	void renew() {
		gateway.renew();
		this.load = new Load();
	}

	@AfterEach
	void endLoad() {
		this.load.end();
	}

	@AfterAll
	static void stop() {
		gateway.close();
	}

	@Test
	void replicaThatLeavesAndRestarts_failsNoRequest() {
		for (int round = 0; round < 4; round++) {
			FakeReplica leaving = gateway.replica(0, round % 2);
			leaving.ready(false);
			await().until(() -> gateway.gauge("gateway.replicas.ready") == OWNERS + 1);
			// What was on its way there is answered.
			this.load.awaitMore(50);
			leaving.close();
			this.load.awaitMore(50);
			leaving.renew(FakeReplica.json(200, "{}"));
			await().until(() -> gateway.gauge("gateway.replicas.ready") == OWNERS + 2);
			await().until(() -> !leaving.requests().isEmpty());
		}
		assertThat(this.load.failures()).isEmpty();
	}

	@Test
	void replicaThatIsKilledAndRestarts_failsNoRequestThatCanBeRepeated() {
		this.load.withoutPreconditions();
		for (int round = 0; round < 4; round++) {
			FakeReplica killed = gateway.replica(0, round % 2);
			killed.close();
			await().until(() -> gateway.gauge("gateway.replicas.ready") == OWNERS + 1);
			this.load.awaitMore(50);
			killed.renew(FakeReplica.json(200, "{}"));
			await().until(() -> gateway.gauge("gateway.replicas.ready") == OWNERS + 2);
			await().until(() -> !killed.requests().isEmpty());
		}
		assertThat(this.load.failures()).isEmpty();
	}

	@Test
	void replicaThatHangs_holdsFewRequests() {
		this.load.withoutPreconditions();
		this.load.awaitMore(50);
		FakeReplica hanging = gateway.replica(0, 0);
		hanging.requests().clear();
		hanging.behave(hanging.hang());
		this.load.awaitMore(500);
		assertThat(hanging.requests()).hasSizeLessThanOrEqualTo(2 * Load.CLIENTS);
		assertThat(this.load.failures()).isEmpty();
	}

	@Test
	void replicaThatIsNewInDiscovery_servesOnceItIsReady_andIsForgottenWhenItIsGone() {
		try (FakeReplica joining = new FakeReplica(FakeReplica.json(200, "{}"))) {
			joining.ready(false);
			gateway.list(0, "c", joining.uri());
			await().until(() -> gateway.gauge("gateway.replicas.unready") == 1);
			this.load.awaitMore(50);
			assertThat(joining.requests()).isEmpty();
			joining.ready(true);
			await().until(() -> joining.requests().size() > 10);
			gateway.unlist("c");
			await().until(() -> gateway.gauge("gateway.replicas.ready") == OWNERS + 2);
		}
		this.load.awaitMore(50);
		assertThat(this.load.failures()).isEmpty();
	}

	/** Clients that keep asking; what is not answered with 200 is a failure. */
	private static final class Load {

		static final int CLIENTS = 4;

		private final AtomicBoolean ended = new AtomicBoolean();

		private final AtomicBoolean preconditions = new AtomicBoolean(true);

		private final AtomicInteger answers = new AtomicInteger();

		private final Queue<String> failures = new ConcurrentLinkedQueue<>();

		private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

		Load() {
			for (int client = 0; client < CLIENTS; client++) {
				this.executor.execute(this::askOnAndOn);
			}
		}

		private void askOnAndOn() {
			for (int i = 0; !this.ended.get(); i++) {
				try {
					TestGateway.Answer answer = ask(i);
					if (answer.status() != 200) {
						this.failures.add(answer.response().request().method() + " " + answer.status());
					}
				}
				catch (RuntimeException ex) {
					this.failures.add(ex.toString());
				}
				this.answers.incrementAndGet();
			}
		}

		private TestGateway.Answer ask(int number) {
			return switch (number % (this.preconditions.get() ? 4 : 2)) {
				case 0 -> gateway.get(PATH);
				case 1 -> gateway.send("PUT", PATH, BodyPublishers.ofString("{}"));
				case 2 -> gateway.send("PUT", PATH, BodyPublishers.ofString("{}"), "If-Match", "\"1\"");
				default -> gateway.send("POST", PATH, BodyPublishers.ofString("{}"));
			};
		}

		void withoutPreconditions() {
			this.preconditions.set(false);
			// What each had begun is over after its next.
			awaitMore(2 * CLIENTS);
		}

		void awaitMore(int requests) {
			int seen = this.answers.get();
			await().until(() -> this.answers.get() >= seen + requests);
		}

		Queue<String> failures() {
			return this.failures;
		}

		void end() {
			this.ended.set(true);
			this.executor.close();
		}

	}

}
