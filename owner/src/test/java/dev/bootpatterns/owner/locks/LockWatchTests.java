package dev.bootpatterns.owner.locks;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;

/** What watching costs. */
class LockWatchTests {

	private final LockStore locks = mock(LockStore.class);

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private final LockWatch watch = new LockWatch(this.locks,
			new LockProperties(Duration.ofHours(1), Duration.ofHours(1), 10, 1, Duration.ofHours(1)), this.meters);

	@BeforeEach
	void open() {
		given(this.locks.find(any())).willReturn(LockState.unknown("a"));
		given(this.locks.events(any(), anyInt())).willReturn(List.of());
		this.watch.open();
	}

	@Test
	void watchersOfOneLock_costOneQueryAPeriodTogether_andNoneOnceTheyAreGone() {
		for (int i = 0; i < 3; i++) {
			this.watch.follow("a", null);
		}
		this.watch.poll();
		verify(this.locks, times(1)).events(eq(Map.of("a", 0L)), anyInt());
		this.watch.close();
		Awaitility.await().until(() -> this.meters.get("owner.locks.watchers").gauge().value() == 0);
		this.watch.poll();
		verify(this.locks, times(1)).events(any(), anyInt());
	}

}
