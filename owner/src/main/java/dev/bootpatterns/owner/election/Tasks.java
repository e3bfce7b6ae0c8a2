package dev.bootpatterns.owner.election;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Tells the tasks of a role what became of it: each in a thread of its own, in order. One
 * that is slow or fails keeps nobody else from being told.
 */
class Tasks {

	private static final Log log = LogFactory.getLog(Tasks.class);

	private final Map<LeaderTask, ExecutorService> threads = new LinkedHashMap<>();

	Tasks(List<LeaderTask> tasks) {
		for (LeaderTask task : tasks) {
			this.threads.put(task,
					Executors.newSingleThreadExecutor(Thread.ofVirtual().name("owner-tells-" + task).factory()));
		}
	}

	void tell(Consumer<LeaderTask> news) {
		this.threads.forEach((task, thread) -> thread.execute(() -> {
			try {
				news.accept(task);
			}
			catch (RuntimeException ex) {
				log.error("Task of the owner failed: " + task, ex);
			}
		}));
	}

	/**
	 * Waits until all have heard what they were told.
	 * @param seconds how long at most
	 */
	void await(long seconds) throws InterruptedException {
		long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
		List<Future<?>> heard = new ArrayList<>();
		this.threads.values().forEach((thread) -> heard.add(thread.submit(() -> {
		})));
		try {
			for (Future<?> each : heard) {
				each.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
			}
		}
		catch (TimeoutException | ExecutionException ex) {
			log.warn("A task of the owner did not stop in time; its term refuses what it still does", ex);
		}
	}

}
