package dev.bootpatterns.local.supervise;

import java.time.Duration;

/**
 * How long to wait before a crashed process is started again: 1 s, doubled at each crash,
 * at most 30 s; 1 s again after it was ready for a minute.
 */
final class Backoff {

	private static final Duration FIRST = Duration.ofSeconds(1);

	private static final Duration LONGEST = Duration.ofSeconds(30);

	private static final Duration FORGIVEN_AFTER = Duration.ofMinutes(1);

	private Duration next = FIRST;

	/**
	 * The next pause.
	 * @param lived how long the process had been ready
	 * @return how long to wait
	 */
	Duration after(Duration lived) {
		if (lived.compareTo(FORGIVEN_AFTER) >= 0) {
			this.next = FIRST;
		}
		Duration pause = this.next;
		Duration doubled = this.next.multipliedBy(2);
		this.next = (doubled.compareTo(LONGEST) > 0) ? LONGEST : doubled;
		return pause;
	}

}
