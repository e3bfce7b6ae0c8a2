package dev.bootpatterns.worker.queue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.micrometer.core.instrument.MockClock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.amqp.core.MessageBuilder;

import static org.assertj.core.api.Assertions.assertThat;

class PaceTests {

	private final MockClock clock = new MockClock();

	private final List<String> set = new ArrayList<>();

	private final Pace pace = new Pace(2, 8, (_, least, most) -> this.set.add(least + "-" + most), this.clock);

	@Test
	void less_isFollowed_onlyOnceItHasBeenWantedForAWhile() {
		hear(3);
		assertThat(this.set).as("at least as many, at once").containsExactly("3-8");
		after(9);
		hear(3);
		assertThat(this.set).hasSize(1);
		after(1);
		hear(3);
		assertThat(this.set).containsExactly("3-8", "3-3");
	}

	@Test
	void asManyBetween_beginsTheWhileAgain() {
		lower(4);
		hear(3);
		after(9);
		hear(4);
		after(9);
		hear(3);
		after(9);
		hear(3);
		assertThat(this.set).containsExactly("4-8", "4-4");
	}

	@Test
	void more_isFollowedAtOnce() {
		lower(3);
		hear(5);
		assertThat(this.set).containsExactly("3-8", "3-3", "5-5");
	}

	@Test
	void nothingSaid_isBetweenTheBounds() {
		lower(3);
		hear(null);
		assertThat(this.set).containsExactly("3-8", "3-3", "3-8");
		after(10);
		hear(null);
		hear(null);
		assertThat(this.set).containsExactly("3-8", "3-3", "3-8", "2-8");
	}

	@Test
	void beyondTheBounds_isTheBound() {
		lower(-1);
		hear(Long.MAX_VALUE);
		assertThat(this.set).containsExactly("2-2", "8-8");
	}

	@Test
	void whatIsNoNumber_isNothingSaid() {
		lower(3);
		hear("7");
		assertThat(this.set).containsExactly("3-8", "3-3", "3-8");
	}

	private void lower(Object wanted) {
		hear(wanted);
		after(10);
		hear(wanted);
	}

	private void hear(@Nullable Object wanted) {
		MessageBuilder item = MessageBuilder.withBody(new byte[0]);
		if (wanted != null) {
			item.setHeader("X-Concurrency-Wanted", wanted);
		}
		this.pace.heard(item.build());
	}

	private void after(int seconds) {
		this.clock.add(Duration.ofSeconds(seconds));
	}

}
