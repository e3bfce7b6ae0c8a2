package dev.bootpatterns.local.tour;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

/**
 * Replicated load-balanced services: any ready replica answers, and one that dies fails
 * no request.
 */
final class ReplicatedService implements TourStep {

	private static final String ID = "tour/replicated";

	private static final String PATH = "/documents/" + ID;

	private static final int READS = 40;

	private static final Duration RESTART = Duration.ofSeconds(60);

	@Override
	public String pattern() {
		return "Replicated load-balanced services";
	}

	@Override
	public String sentence() {
		return "Requests go to the replicas that are ready; a replica that dies fails no request.";
	}

	@Override
	public String action() {
		return "GET a document many times at once, and until SIGKILL of one of its replicas is over and it was started again";
	}

	@Override
	public String expected() {
		return "two or more X-Replica, no failed request, the replica back";
	}

	@Override
	public Outcome run(RunningSuite suite) throws IOException {
		if (!suite.hasReplicas()) {
			return Outcome.skipped("the suite was started with --replicas 1");
		}
		try {
			suite.putDocument(ID, "Replicated", "a document with replicas");
			return exercise(suite);
		}
		finally {
			suite.deleteDocument(ID);
		}
	}

	private static Outcome exercise(RunningSuite suite) throws IOException {
		List<HttpResponse<String>> answers = readTogether(suite);
		String shard = RunningSuite.header(answers.getFirst(), "X-Shard");
		Set<String> replicas = answers.stream()
			.map((answer) -> RunningSuite.header(answer, "X-Replica"))
			.collect(Collectors.toCollection(TreeSet::new));
		if (replicas.size() < 2) {
			return Outcome.of(false, "replicas " + replicas);
		}
		String victim = "shard-%s-%s".formatted(shard, replicas.iterator().next());
		int restarts = suite.process(victim).restarts();
		suite.kill(victim);
		int[] requests = new int[2];
		boolean back = suite.await(RESTART, () -> {
			for (int read = 0; read < READS; read++) {
				requests[0]++;
				requests[1] += failed(suite) ? 1 : 0;
			}
			return suite.process(victim).restarts() > restarts && suite.process(victim).ready();
		});
		return Outcome.of(back && requests[1] == 0, "replicas %s; %s killed and %s; %d of %d requests failed meanwhile"
			.formatted(replicas, victim, back ? "back" : "not back", requests[1], requests[0]));
	}

	/** One after the other would all go to the replica that happens to be the faster. */
	private static List<HttpResponse<String>> readTogether(RunningSuite suite) throws IOException {
		Callable<HttpResponse<String>> read = () -> suite.gateway().get(PATH);
		try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
			List<HttpResponse<String>> answers = new ArrayList<>();
			for (Future<HttpResponse<String>> answer : readers.invokeAll(Collections.nCopies(READS, read))) {
				answers.add(answer.get());
			}
			return answers;
		}
		catch (ExecutionException ex) {
			throw new IOException(ex.getCause());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IOException(ex);
		}
	}

	private static boolean failed(RunningSuite suite) {
		try {
			return suite.gateway().get(PATH).statusCode() != 200;
		}
		catch (IOException ex) {
			return true;
		}
	}

}
