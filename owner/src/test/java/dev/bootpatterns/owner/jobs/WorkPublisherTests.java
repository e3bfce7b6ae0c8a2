package dev.bootpatterns.owner.jobs;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import dev.bootpatterns.broker.EmbeddedBroker;
import dev.bootpatterns.owner.election.Term;
import dev.bootpatterns.owner.support.RunningOwner;
import dev.bootpatterns.owner.support.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;

/** The publisher with the service's own settings, on a broker. */
class WorkPublisherTests {

	private static final Term TERM = new Term("test", 1);

	@TempDir
	private static Path corpus;

	private static EmbeddedBroker broker;

	private static RunningOwner owner;

	@BeforeAll
	static void start() {
		broker = EmbeddedBroker.onFreePort();
		owner = RunningOwner.start("owner-1", TestDatabase.empty(), broker.port(), corpus).awaitLeader("owner-1");
	}

	@AfterAll
	static void stop() {
		owner.close();
		broker.close();
	}

	/**
	 * The client's thread that would take the confirms is held up with the first of them,
	 * so whatever is sent after it is unconfirmed.
	 */
	@Test
	void wholeChunk_isInFlight_beforeItsFirstConfirmIsAwaited() throws Exception {
		int chunk = owner.bean(JobsProperties.class).chunk();
		CountDownLatch held = new CountDownLatch(1);
		CountDownLatch release = new CountDownLatch(1);
		CachingConnectionFactory connections = owner.bean(CachingConnectionFactory.class);
		connections.resetConnection();
		connections.addChannelListener((channel, transactional) -> channel.addConfirmListener((tag, multiple) -> {
			held.countDown();
			await(release);
		}, (tag, multiple) -> {
		}));
		WorkPublisher.Published published = owner.bean(WorkPublisher.class).publish(TERM, (sending) -> {
			sending.send(item(0), new byte[1]);
			await(held);
			IntStream.range(1, chunk).forEach((number) -> sending.send(item(number), new byte[1]));
			release.countDown();
		});
		assertThat(published.cutShort()).isNull();
		assertThat(published.taken()).hasSize(chunk);
	}

	@Test
	void whatWasSentBeforeTheSendingFailed_isTaken() throws InterruptedException {
		IllegalStateException failure = new IllegalStateException();
		WorkPublisher.Published published = owner.bean(WorkPublisher.class).publish(TERM, (sending) -> {
			sending.send(item(0), new byte[1]);
			throw failure;
		});
		assertThat(published.cutShort()).isSameAs(failure);
		assertThat(published.taken()).isEqualTo(List.of(item(0)));
		assertThat(published.notTaken()).isEmpty();
	}

	private static DueItem item(int number) {
		return new DueItem(new ItemKey(1, "item-" + number), 1, 1, false, "corpus", "ingest", "{}", JobRequest.NORMAL);
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(15, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
