package dev.bootpatterns.owner.jobs;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class EmptyQueueTests {

	private static final long SECOND = Duration.ofSeconds(1).toNanos();

	private final EmptyQueue queue = new EmptyQueue(Duration.ofSeconds(60));

	@Test
	void queue_isLongEmpty_afterThePatience_andNotBefore() {
		assertThat(this.queue.looked(0, -5 * SECOND)).isFalse();
		assertThat(this.queue.looked(0, 54 * SECOND)).isFalse();
		assertThat(this.queue.looked(0, 55 * SECOND)).isTrue();
	}

	@Test
	void oneMessage_beginsThePatienceAnew() {
		this.queue.looked(0, 0);
		assertThat(this.queue.looked(1, 59 * SECOND)).isFalse();
		assertThat(this.queue.looked(0, 60 * SECOND)).isFalse();
		assertThat(this.queue.looked(0, 119 * SECOND)).isFalse();
		assertThat(this.queue.looked(0, 120 * SECOND)).isTrue();
	}

	@Test
	void brokerThatDoesNotSay_mayHaveMessages() {
		this.queue.looked(0, 0);
		assertThat(this.queue.looked(-1, 60 * SECOND)).isFalse();
		assertThat(this.queue.looked(0, 61 * SECOND)).isFalse();
	}

}
