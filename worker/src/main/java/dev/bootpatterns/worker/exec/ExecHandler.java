package dev.bootpatterns.worker.exec;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import dev.bootpatterns.worker.Outcome;
import dev.bootpatterns.worker.OutputProperties;
import dev.bootpatterns.worker.WorkHandler;
import dev.bootpatterns.worker.WorkItem;
import jakarta.annotation.PreDestroy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.annotation.Conditional;
import org.springframework.stereotype.Component;

/**
 * Any program handles items: it gets each as a file, and says by its exit code how it
 * ended.
 * <p>
 * What goes wrong with programs elsewhere is what they leave: a child that runs on, and
 * one that keeps a pipe open for whose end the caller waits. So all that a run has
 * started ends with it ({@link ProcessTree}), and no pipe is waited for without a limit
 * ({@link Tail}).
 */
@Component
@Conditional(CommandGiven.class)
class ExecHandler implements WorkHandler {

	/** As sysexits.h has them. */
	private static final int DATA_ERROR = 65;

	private static final int TEMPORARY_FAILURE = 75;

	private static final Logger logger = LoggerFactory.getLogger(ExecHandler.class);

	/** For what the pipes still hold when nobody is left to write. */
	private static final Duration DRAINED = Duration.ofSeconds(1);

	/** The worker stops, and has had its time. */
	private static final Duration STOPPING_GRACE = Duration.ofMillis(500);

	private final List<String> command;

	private final ExecProperties properties;

	private final OutputProperties outputs;

	private final JsonMapper json;

	private final Set<ProcessTree> running = ConcurrentHashMap.newKeySet();

	ExecHandler(ExecProperties properties, OutputProperties outputs, JsonMapper json) {
		this.command = Command.resolve(properties.command(), System.getenv().getOrDefault("PATH", ""));
		this.properties = properties;
		this.outputs = outputs;
		this.json = json;
		requireUtf8(System.getProperty("sun.jnu.encoding", ""));
		if (!Files.isDirectory(properties.directory()) || !Files.isWritable(properties.directory())) {
			throw new IllegalStateException(
					"worker.exec.directory (WORKER_EXEC_DIRECTORY): '%s' is not a folder to write to"
						.formatted(properties.directory()));
		}
	}

	/** An id would otherwise reach the program with question marks in it. */
	static void requireUtf8(String encoding) {
		if (!StandardCharsets.UTF_8.equals(Charset.forName(encoding, StandardCharsets.US_ASCII))) {
			throw new IllegalStateException(
					"worker.exec.command needs a locale with UTF-8 (this one has %s): set LC_ALL=C.UTF-8"
						.formatted(encoding));
		}
	}

	@Override
	public String name() {
		return "exec";
	}

	@Override
	public Outcome handle(WorkItem item) throws IOException, InterruptedException {
		try (Workspace workspace = Workspace.create(this.properties.directory(), item.content())) {
			String run = UUID.randomUUID().toString();
			Process program = start(item, workspace, run);
			ProcessTree tree = new ProcessTree(program, run);
			this.running.add(tree);
			try {
				return outcome(item, workspace, program, tree);
			}
			finally {
				if (program.isAlive()) {
					tree.kill();
				}
				this.running.remove(tree);
			}
		}
	}

	private Process start(WorkItem item, Workspace workspace, String run) throws IOException {
		ProcessBuilder builder = new ProcessBuilder(this.command).directory(workspace.directory().toFile())
			.redirectInput(Redirect.from(new File("/dev/null")));
		Map<String, String> environment = builder.environment();
		environment.keySet().retainAll(this.properties.environment());
		environment.put("WORK_ITEM_FILE", workspace.item().toString());
		environment.put("WORK_OUTPUT_FILE", workspace.output().toString());
		environment.put("WORK_ITEM_ID", item.id());
		environment.put("WORK_JOB", item.job());
		environment.put("WORK_ATTEMPT", Integer.toString(item.attempt()));
		environment.put("WORK_PARAMETERS", this.json.writeValueAsString(item.parameters()));
		environment.put("WORK_OWNER_TERM", Long.toString(item.ownerTerm()));
		environment.put(ProcessTree.MARKER, run);
		return builder.start();
	}

	private Outcome outcome(WorkItem item, Workspace workspace, Process program, ProcessTree tree)
			throws IOException, InterruptedException {
		Tail printed = Tail.of(program.getInputStream(), "exec-stdout");
		Tail errors = Tail.of(program.getErrorStream(), "exec-stderr");
		boolean ended = awaitEnd(program, tree);
		int left = ended ? tree.kill() : 0;
		if (left > 0) {
			logger.warn("Item {} of job {}: killed {} processes that the program had left behind", item.id(),
					item.job(), left);
		}
		if (!errors.await(DRAINED) || !printed.await(DRAINED)) {
			logger.warn("Item {} of job {}: something keeps the program's output open; it is not waited for", item.id(),
					item.job());
		}
		logger.debug("Item {} of job {}: {} bytes on stdout, {} on stderr; the ends of both: {} {}", item.id(),
				item.job(), printed.total(), errors.total(), printed.text(), errors.text());
		if (!ended) {
			return Outcome.failed(reason(errors, "ended by the deadline of %s".formatted(this.properties.deadline())));
		}
		return switch (program.exitValue()) {
			case 0 -> done(workspace);
			case DATA_ERROR -> Outcome.rejected(reason(errors, "exit code 65"));
			case TEMPORARY_FAILURE -> Outcome.failed(reason(errors, "exit code 75"));
			default -> Outcome.failed(reason(errors, "exit code %d".formatted(program.exitValue())));
		};
	}

	/** Whether it ended by itself; otherwise it has been ended, with all of its own. */
	private boolean awaitEnd(Process program, ProcessTree tree) throws InterruptedException {
		try {
			if (program.waitFor(this.properties.deadline().toMillis(), TimeUnit.MILLISECONDS)) {
				return true;
			}
		}
		catch (InterruptedException ex) {
			tree.end(STOPPING_GRACE);
			throw ex;
		}
		tree.end(this.properties.grace());
		return false;
	}

	private Outcome done(Workspace workspace) throws IOException {
		if (!workspace.hasOutput()) {
			return Outcome.done();
		}
		long size = Files.size(workspace.output());
		return this.outputs.exceededBy(size) ? this.outputs.tooLarge(size)
				: Outcome.done(Files.readAllBytes(workspace.output()));
	}

	private static String reason(Tail errors, String how) {
		String line = errors.lastLine();
		return line.isEmpty() ? how : "%s (%s)".formatted(line, how);
	}

	/** The worker ends: so does all that it has started. */
	@PreDestroy
	void killAll() {
		this.running.forEach(ProcessTree::kill);
	}

}
