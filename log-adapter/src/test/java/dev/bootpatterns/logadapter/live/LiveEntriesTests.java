package dev.bootpatterns.logadapter.live;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import dev.bootpatterns.logadapter.entry.Severity;
import dev.bootpatterns.logadapter.live.LiveEntries.TooManySubscribersException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class LiveEntriesTests {

	private static final EntryFilter ALL = new EntryFilter(null, null, null);

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	private final LiveEntries entries = new LiveEntries(
			new LiveProperties(5, DataSize.ofKilobytes(100), 2, 3, DataSize.ofKilobytes(100), Duration.ofSeconds(1)),
			this.registry);

	@BeforeEach
	void start() {
		this.entries.start();
	}

	@Test
	void recent_areTheNewest_oldestFirst() {
		publish(1, 7);
		assertThat(names(this.entries.recent(10, ALL))).containsExactly("3", "4", "5", "6", "7");
		assertThat(names(this.entries.recent(2, ALL))).containsExactly("6", "7");
		assertThat(this.entries.recent(0, ALL)).isEmpty();
	}

	@Test
	void recent_areBoundedInBytes() {
		BoundedEntries bounded = new BoundedEntries(1000, 1000);
		IntStream.range(0, 100).forEach((i) -> bounded.add(entry(Integer.toString(i))));
		assertThat(bounded.last(1000, ALL).stream().mapToInt(Published::bytes).sum()).isBetween(800, 1000);
	}

	@Test
	void filter_takesServiceSeverityAndAge() {
		Published entry = new Published(new byte[0], 1000, Severity.WARN, "a");
		assertThat(new EntryFilter("a", Severity.INFO, java.time.Instant.ofEpochMilli(1000)).accepts(entry)).isTrue();
		assertThat(new EntryFilter("b", null, null).accepts(entry)).isFalse();
		assertThat(new EntryFilter(null, Severity.ERROR, null).accepts(entry)).isFalse();
		assertThat(new EntryFilter(null, Severity.UNKNOWN, null).accepts(entry)).isFalse();
		assertThat(new EntryFilter(null, null, java.time.Instant.ofEpochMilli(1001)).accepts(entry)).isFalse();
	}

	@Test
	void follower_getsRecentThenNew_withoutGapOrRepetition() throws InterruptedException {
		publish(1, 3);
		Subscription subscription = this.entries.subscribe(2, ALL);
		publish(4, 4);
		assertThat(names(subscription.take(Duration.ofSeconds(5)).entries())).containsExactly("2", "3", "4");
	}

	@Test
	void slowFollower_losesTheOldest_isTold_andItIsCounted() throws InterruptedException {
		Subscription subscription = this.entries.subscribe(0, ALL);
		publish(1, 10);
		Subscription.Batch batch = subscription.take(Duration.ofSeconds(5));
		assertThat(names(batch.entries())).containsExactly("8", "9", "10");
		assertThat(batch.dropped()).isEqualTo(7);
		assertThat(this.registry.get("log.adapter.subscriber.dropped").counter().count()).isEqualTo(7);
	}

	@Test
	void moreFollowersThanTheBound_areRefused_untilOneLeaves() {
		Subscription first = this.entries.subscribe(0, ALL);
		this.entries.subscribe(0, ALL);
		assertThatExceptionOfType(TooManySubscribersException.class).isThrownBy(() -> this.entries.subscribe(0, ALL));
		assertThat(this.registry.get("log.adapter.subscriber.refused").counter().count()).isEqualTo(1);
		this.entries.unsubscribe(first);
		this.entries.subscribe(0, ALL);
		assertThat(this.registry.get("log.adapter.subscribers").gauge().value()).isEqualTo(2);
	}

	@Test
	void stop_endsFollowing_afterWhatIsThere() throws InterruptedException {
		Subscription subscription = this.entries.subscribe(0, ALL);
		publish(1, 1);
		this.entries.stop();
		Subscription.Batch batch = subscription.take(Duration.ofSeconds(5));
		assertThat(names(batch.entries())).containsExactly("1");
		assertThat(batch.closed()).isTrue();
		assertThat(this.entries.subscribe(0, ALL).take(Duration.ofSeconds(5)).closed()).isTrue();
	}

	private void publish(int from, int to) {
		this.entries
			.publish(IntStream.rangeClosed(from, to).mapToObj((name) -> entry(Integer.toString(name))).toList());
	}

	private static Published entry(String name) {
		return new Published(name.getBytes(StandardCharsets.UTF_8), 0, Severity.INFO, "a");
	}

	private static List<String> names(List<Published> entries) {
		return entries.stream().map((entry) -> new String(entry.json(), StandardCharsets.UTF_8)).toList();
	}

}
