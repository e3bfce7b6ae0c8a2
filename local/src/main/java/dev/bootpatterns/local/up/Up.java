package dev.bootpatterns.local.up;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.client.GatewayClient;
import dev.bootpatterns.local.backing.BackingServices;
import dev.bootpatterns.local.build.Application;
import dev.bootpatterns.local.build.Jdk;
import dev.bootpatterns.local.build.MavenBuild;
import dev.bootpatterns.local.build.Module;
import dev.bootpatterns.local.console.Console;
import dev.bootpatterns.local.console.StatusTable;
import dev.bootpatterns.local.corpus.Corpus;
import dev.bootpatterns.local.plan.Backing;
import dev.bootpatterns.local.plan.Options;
import dev.bootpatterns.local.plan.Plan;
import dev.bootpatterns.local.plan.PlannedProcess;
import dev.bootpatterns.local.plan.SuiteFile;
import dev.bootpatterns.local.state.Json;
import dev.bootpatterns.local.state.Secrets;
import dev.bootpatterns.local.state.SuiteHome;
import dev.bootpatterns.local.state.SuiteState;
import dev.bootpatterns.local.supervise.DetachedSupervisor;
import org.jspecify.annotations.Nullable;

/**
 * {@code ./suite up}: check, build, start, index, say what runs.
 * <p>
 * Everything that can be known to fail is checked before anything starts. After that, a
 * failure or Ctrl-C ends all that was started.
 */
public final class Up {

	private final SuiteHome home;

	private final Console console;

	private final Map<String, String> environment;

	private final Jdk jdk = Jdk.current();

	public Up(SuiteHome home, Console console, Map<String, String> environment) {
		this.home = home;
		this.console = console;
		this.environment = Map.copyOf(environment);
	}

	/**
	 * What the command line says.
	 *
	 * @param corpus a path, null for the default
	 * @param shards the number of shards, null for the default
	 * @param replicas of each shard, null for as many as ran last
	 * @param workers the number of workers, null for as many as ran last
	 * @param withoutCorpus whether to index nothing
	 */
	public record Request(@Nullable Path corpus, @Nullable Integer shards, @Nullable Integer replicas,
			@Nullable Integer workers, boolean withoutCorpus) {

		Options options(int shards, LastSizes last, @Nullable Corpus corpus) {
			return new Options(shards, (this.replicas != null) ? this.replicas : last.replicas(),
					(this.workers != null) ? this.workers : last.workers(),
					(corpus != null) ? corpus.path().toString() : null, (corpus != null) ? corpus.prefixes() : "");
		}

	}

	/**
	 * Runs the command.
	 * @param request what the command line says
	 * @return the exit code
	 */
	public int run(Request request) {
		this.home.create();
		try (FileChannel channel = FileChannel.open(this.home.run().resolve("up.lock"), StandardOpenOption.CREATE,
				StandardOpenOption.WRITE); FileLock lock = channel.tryLock()) {
			if (lock == null) {
				throw new SuiteFailure(
						"another './suite up' or './suite scale' is at work in %s".formatted(this.home.directory()));
			}
			return locked(request);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private int locked(Request request) throws IOException {
		Leftovers leftovers = new Leftovers(this.home);
		if (leftovers.supervisor().isPresent()) {
			return alreadyRunning(leftovers.state().orElseThrow());
		}
		List<String> orphans = leftovers.end(this.console::progress);
		if (!orphans.isEmpty()) {
			this.console.line("ended what an earlier run had left: " + String.join(", ", orphans));
		}
		Corpus corpus = corpus(request);
		String database = BackingServices.database(this.environment);
		Options options = request.options(Layout.shards(this.home, database, request.shards()), LastSizes.of(this.home),
				corpus);
		Plan plan = plan(options);
		Ports.requireFree(ports(plan));
		Disk.requireSpace(this.home.directory(), (corpus != null) ? corpus.bytes() : 0);
		build(plan);
		Thread undo = Thread.ofPlatform().unstarted(() -> leftovers.end((line) -> {
		}));
		Runtime.getRuntime().addShutdownHook(undo);
		String gateway = gateway(plan);
		GatewayClient client = new GatewayClient(gateway, Files.readString(this.home.adminToken()).strip());
		startAsStored(options, request.shards() != null, client, database, leftovers);
		Indexing.Result indexed = (corpus != null)
				? new Indexing(this.home, client, this.console, InstantSource.system()).index(corpus, database) : null;
		Runtime.getRuntime().removeShutdownHook(undo);
		trainInBackground();
		new Goodbye(this.console, gateway).print(leftovers.state().orElseThrow().processes(),
				example(request, client, indexed), (indexed != null) ? indexed.dead() : 0);
		return 0;
	}

	private static @Nullable Example example(Request request, GatewayClient gateway,
			Indexing.@Nullable Result indexed) {
		if (indexed == null) {
			return null;
		}
		return (request.corpus() == null) ? Example.JDK : Example.of(gateway, indexed.job()).orElse(null);
	}

	private Plan plan(Options options) {
		return Plan.of(SuiteFile.load(this.environment), options, this.home,
				BackingServices.of(this.environment, this.home).values(), 0);
	}

	/**
	 * Only the database knows for certain how many shards its documents are laid out for:
	 * when it was another number than was started, and nobody asked for that, the start
	 * is done again.
	 */
	private void startAsStored(Options options, boolean asked, GatewayClient gateway, String database,
			Leftovers leftovers) throws IOException {
		start(options, leftovers);
		int stored = Layout.remember(this.home, database, gateway.json("/topology"));
		Options right = options.sized(stored, options.replicas(), options.workers());
		if (stored != options.shards()) {
			if (asked) {
				throw Layout.otherwise(this.home, database, stored);
			}
			this.console.line("the stored documents are laid out for %d shards, not %d: starting again"
				.formatted(stored, options.shards()));
			leftovers.end(this.console::progress);
			Ports.requireFree(ports(plan(right)));
			start(right, leftovers);
		}
		LastSizes.remember(this.home, right);
	}

	private void start(Options options, Leftovers leftovers) throws IOException {
		Instant start = Instant.now();
		Json.replace(this.home.options(), options);
		Path log = this.home.log("suite");
		Process supervisor = new DetachedSupervisor(this.home, this.jdk).start(log, "supervise");
		new StartProgress(this.console, leftovers::state, log).follow(supervisor);
		this.console.line("all ready after " + Console.text(Duration.between(start, Instant.now())));
	}

	/** Ends by itself; where all caches exist, at once. {@code down} ends it too. */
	private void trainInBackground() {
		Process training = new DetachedSupervisor(this.home, this.jdk).startInBackground(this.home.log("train"),
				"train");
		this.console.progress("recording AOT caches in the background (pid %d)".formatted(training.pid()));
	}

	private int alreadyRunning(SuiteState state) {
		this.console.line(state.allReady() ? "the suite runs already; nothing was changed"
				: "the suite runs already, and not all of it is ready; nothing was changed ('./suite down' ends it)");
		StatusTable.print(this.console, state.processes());
		return state.allReady() ? 0 : 1;
	}

	private @Nullable Corpus corpus(Request request) {
		if (request.withoutCorpus()) {
			return null;
		}
		Path path = request.corpus();
		return (path != null) ? Corpus.of(path) : Corpus.ofJdk(this.jdk);
	}

	private Map<Integer, String> ports(Plan plan) {
		Map<Integer, String> ports = new LinkedHashMap<>();
		if (!BackingServices.databaseIsExternal(this.environment)) {
			ports.put(this.home.port(Backing.POSTGRES_PORT), "postgres");
		}
		if (!BackingServices.brokerIsExternal(this.environment)) {
			ports.put(this.home.port(Backing.AMQP_PORT), "amqp");
		}
		plan.processes().forEach((process) -> {
			ports.put(process.port(), process.name());
			ports.put(process.managementPort(), process.name() + " (management)");
		});
		return ports;
	}

	private void build(Plan plan) throws IOException {
		rotateLogs();
		Secrets.readOrCreate(this.home.adminToken());
		List<String> modules = plan.processes().stream().map((process) -> process.module()).distinct().toList();
		MavenBuild maven = new MavenBuild(this.home);
		List<Module> stale = maven.stale(modules);
		if (!stale.isEmpty()) {
			this.console.line("building %s (log: %s)"
				.formatted(stale.stream().map(Module::name).collect(Collectors.joining(", ")), this.home.log("build")));
			maven.build(stale);
		}
		modules.parallelStream().forEach((module) -> new Application(this.home, module, this.jdk).extract());
	}

	/** Each run's logs begin anew; those of the run before stay beside them. */
	private void rotateLogs() throws IOException {
		try (Stream<Path> logs = Files.list(this.home.logs())) {
			for (Path log : logs.filter((file) -> file.toString().endsWith(".log")).toList()) {
				Files.move(log, log.resolveSibling(log.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
			}
		}
	}

	private static String gateway(Plan plan) {
		return plan.processes()
			.stream()
			.filter((process) -> process.service().equals("gateway"))
			.map(PlannedProcess::url)
			.findFirst()
			.orElseThrow(() -> new SuiteFailure("suite.yaml has no gateway"));
	}

}
