package dev.bootpatterns.owner.locks;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import dev.bootpatterns.owner.web.Problems;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Lets clients watch locks by server-sent events.
 * <p>
 * <b>Guarantee.</b> A watcher gets each event of its lock once, in order, or is told by
 * the event {@code state} that it has missed some, and what is now. It sees a gap by the
 * version before, which each event carries.
 * <p>
 * <b>Cost.</b> One query a period for all watchers together, and one when a watcher
 * comes. Watchers of one lock share its last {@value LockStore#EVENTS} events; each is a
 * virtual thread that writes by itself, so one that reads slowly holds up its own thread,
 * loses events rather than pile them up, and ends when the server gives the connection
 * up.
 */
@Component
class LockWatch {

	private static final Log log = LogFactory.getLog(LockWatch.class);

	/** A client that wants to watch for longer connects again. */
	private static final long LONGEST_MILLIS = TimeUnit.MINUTES.toMillis(30);

	private static final int AT_ONCE = 1000;

	private final LockStore locks;

	private final int limit;

	private final Semaphore places;

	private final Duration heartbeat;

	private final ReentrantLock mutex = new ReentrantLock();

	private final Map<String, Topic> topics = new HashMap<>();

	private boolean open;

	LockWatch(LockStore locks, LockProperties properties, MeterRegistry meters) {
		this.locks = locks;
		this.limit = properties.watchers();
		this.places = new Semaphore(this.limit);
		this.heartbeat = properties.heartbeat();
		Gauge.builder("owner.locks.watchers", this.places, (free) -> this.limit - free.availablePermits())
			.description("Clients that watch locks by server-sent events")
			.register(meters);
	}

	/**
	 * Begins to send events.
	 * @param name the lock
	 * @param seen the version after which the client wants events; null: from now on
	 */
	SseEmitter follow(String name, @Nullable Long seen) {
		if (!this.places.tryAcquire()) {
			throw Problems.of(HttpStatus.SERVICE_UNAVAILABLE,
					"%d clients watch locks here already; ask for GET /locks/%s instead.".formatted(this.limit, name));
		}
		SseEmitter emitter = new SseEmitter(LONGEST_MILLIS);
		AtomicBoolean gone = new AtomicBoolean();
		Topic topic = enter(name);
		emitter.onCompletion(() -> leave(topic, gone));
		emitter.onTimeout(emitter::complete);
		emitter.onError((ex) -> leave(topic, gone));
		Thread.ofVirtual().name("lock-watch-" + name).start(() -> {
			try {
				send(topic, seen, emitter, gone);
			}
			finally {
				exit(topic);
				this.places.release();
			}
		});
		return emitter;
	}

	private void send(Topic topic, @Nullable Long from, SseEmitter emitter, AtomicBoolean gone) {
		try {
			emitter.send(SseEmitter.event().reconnectTime(1000).comment("watching " + topic.name));
			long seen = (from != null) ? resume(topic.name, from, emitter) : state(topic.name, emitter);
			while (!gone.get() && isOpen()) {
				List<LockEvent> news = await(topic, seen, gone);
				if (news.isEmpty()) {
					emitter.send(SseEmitter.event().comment("nothing new"));
				}
				seen = deliver(topic.name, news, seen, emitter);
			}
			emitter.complete();
		}
		catch (IOException | IllegalStateException ex) {
			log.debug("A watcher of lock %s is gone".formatted(topic.name), ex);
		}
		catch (DataAccessException ex) {
			// It comes again, with what it has seen.
			log.debug("No events for a watcher of lock %s".formatted(topic.name), ex);
			emitter.complete();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private long resume(String name, long from, SseEmitter emitter) throws IOException {
		List<LockEvent> missed = this.locks.events(Map.of(name, from), LockStore.EVENTS);
		if (missed.isEmpty() && this.locks.find(name).version() != from) {
			return state(name, emitter);
		}
		return deliver(name, missed, from, emitter);
	}

	private long deliver(String name, List<LockEvent> events, long from, SseEmitter emitter) throws IOException {
		long seen = from;
		for (LockEvent event : events) {
			if (event.version() > seen) {
				if (event.previous() != seen) {
					return state(name, emitter);
				}
				emitter.send(SseEmitter.event().name(event.type()).id(Long.toString(event.version())).data(event));
				seen = event.version();
			}
		}
		return seen;
	}

	private long state(String name, SseEmitter emitter) throws IOException {
		LockState state = this.locks.find(name);
		emitter.send(SseEmitter.event().name("state").id(Long.toString(state.version())).data(View.of(state)));
		return state.version();
	}

	/** What a watcher has not seen; nothing if nothing happens for a while. */
	private List<LockEvent> await(Topic topic, long seen, AtomicBoolean gone) throws InterruptedException {
		this.mutex.lock();
		try {
			long left = this.heartbeat.toNanos();
			while (left > 0 && topic.version() <= seen && !gone.get() && this.open) {
				left = topic.news.awaitNanos(left);
			}
			return topic.recent.stream().filter((event) -> event.version() > seen).toList();
		}
		finally {
			this.mutex.unlock();
		}
	}

	/** Looks for events of all locks that are watched. */
	void poll() {
		Map<String, Long> seen = new HashMap<>();
		this.mutex.lock();
		try {
			this.topics.forEach((name, topic) -> seen.put(name, topic.version()));
		}
		finally {
			this.mutex.unlock();
		}
		if (!seen.isEmpty()) {
			publish(this.locks.events(seen, AT_ONCE));
		}
	}

	private void publish(List<LockEvent> events) {
		this.mutex.lock();
		try {
			for (LockEvent event : events) {
				Topic topic = this.topics.get(event.name());
				if (topic != null && event.version() > topic.version()) {
					topic.add(event);
				}
			}
		}
		finally {
			this.mutex.unlock();
		}
	}

	private Topic enter(String name) {
		this.mutex.lock();
		try {
			Topic topic = this.topics.computeIfAbsent(name, (key) -> new Topic(key, this.mutex.newCondition()));
			topic.watchers++;
			return topic;
		}
		finally {
			this.mutex.unlock();
		}
	}

	private void exit(Topic topic) {
		this.mutex.lock();
		try {
			topic.watchers--;
			if (topic.watchers == 0) {
				this.topics.remove(topic.name);
			}
		}
		finally {
			this.mutex.unlock();
		}
	}

	private void leave(Topic topic, AtomicBoolean gone) {
		gone.set(true);
		this.mutex.lock();
		try {
			topic.news.signalAll();
		}
		finally {
			this.mutex.unlock();
		}
	}

	private boolean isOpen() {
		this.mutex.lock();
		try {
			return this.open;
		}
		finally {
			this.mutex.unlock();
		}
	}

	void open() {
		this.mutex.lock();
		try {
			this.open = true;
		}
		finally {
			this.mutex.unlock();
		}
	}

	/** Ends all watchers. */
	void close() {
		this.mutex.lock();
		try {
			this.open = false;
			this.topics.values().forEach((topic) -> topic.news.signalAll());
		}
		finally {
			this.mutex.unlock();
		}
	}

	/** A lock that somebody watches. */
	private static final class Topic {

		private final String name;

		private final Condition news;

		private final Deque<LockEvent> recent = new ArrayDeque<>();

		private int watchers;

		Topic(String name, Condition news) {
			this.name = name;
			this.news = news;
		}

		long version() {
			LockEvent last = this.recent.peekLast();
			return (last != null) ? last.version() : 0;
		}

		void add(LockEvent event) {
			this.recent.addLast(event);
			if (this.recent.size() > LockStore.EVENTS) {
				this.recent.removeFirst();
			}
			this.news.signalAll();
		}

	}

	/**
	 * How a lock is.
	 *
	 * @param name its name
	 * @param holder who holds it, if anybody
	 * @param token that grant's
	 * @param version its version
	 * @param expiresInMs until the grant is over if it is not renewed
	 */
	record View(String name, @Nullable String holder, @Nullable Long token, long version, @Nullable Long expiresInMs) {

		static View of(LockState state) {
			return state.held()
				.map((lock) -> new View(lock.name(), lock.holder(), lock.token(), lock.version(), lock.expiresInMs()))
				.orElseGet(() -> new View(state.name(), null, null, state.version(), null));
		}

	}

}
