package dev.bootpatterns.local.supervise;

import dev.bootpatterns.local.process.Readiness;
import dev.bootpatterns.local.process.Processes;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.plan.Plan;
import dev.bootpatterns.local.plan.PlannedProcess;
import dev.bootpatterns.local.state.ProcessId;
import dev.bootpatterns.local.state.ProcessState;
import dev.bootpatterns.local.state.ProcessState.State;
import dev.bootpatterns.local.state.Resize;
import dev.bootpatterns.local.state.SuiteState;
import dev.bootpatterns.local.state.SuiteState.Phase;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the processes of a plan, watches them, and ends them.
 * <p>
 * While the suite starts, a process that ends fails the start as a whole: something is
 * wrong that a restart would only hide. Once all were ready, a process that ends is
 * started again with a growing pause ({@link Backoff}).
 * <p>
 * All state belongs to one thread, the loop; probes run elsewhere and report back to it.
 * So there are no locks, and what is published is always one consistent picture.
 */
public final class Supervisor {

	private static final Logger log = LoggerFactory.getLogger(Supervisor.class);

	private static final Duration TICK = Duration.ofMillis(200);

	private static final Duration PROBE_WHEN_READY = Duration.ofSeconds(3);

	private Plan plan;

	private final List<BackingService> backing;

	private final Commands commands;

	private final Readiness readiness;

	private final Consumer<SuiteState> publisher;

	private final InstantSource clock;

	private final List<Child> children = new ArrayList<>();

	private final Set<String> ready = new LinkedHashSet<>();

	private final CompletableFuture<@Nullable Void> allReady = new CompletableFuture<>();

	private final ScheduledExecutorService loop = Executors
		.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("supervisor").daemon().factory());

	private final List<CompletableFuture<?>> starting = new ArrayList<>();

	private @Nullable Future<?> ticking;

	private Phase phase = Phase.STARTING;

	/** What could not be published, and is tried again at each tick. */
	private @Nullable String unpublished;

	private boolean reviving;

	private Instant reviveDue = Instant.MIN;

	private boolean stopped;

	private @Nullable Resize resize;

	/**
	 * A supervisor that has started nothing yet.
	 * @param plan what to start
	 * @param backing what the processes need; started first, ended last
	 * @param commands how a process is started
	 * @param readiness how a process is asked
	 * @param publisher gets every change
	 * @param clock the time
	 */
	public Supervisor(Plan plan, List<BackingService> backing, Commands commands, Readiness readiness,
			Consumer<SuiteState> publisher, InstantSource clock) {
		this.plan = plan;
		this.backing = List.copyOf(backing);
		this.commands = commands;
		this.readiness = readiness;
		this.publisher = publisher;
		this.clock = clock;
		plan.processes().forEach((process) -> this.children.add(new Child(process)));
	}

	/**
	 * Starts everything and returns when all is ready.
	 * @param deadline how long that may take
	 * @throws SuiteFailure when a process ends, or the time is over; the caller then
	 * calls {@link #stop}
	 */
	public void start(Duration deadline) {
		publish("starting");
		this.starting.addAll(this.backing.stream().map(this::startBacking).toList());
		this.ticking = this.loop.scheduleAtFixedRate(this::tick, 0, TICK.toMillis(), TimeUnit.MILLISECONDS);
		try {
			this.allReady.orTimeout(deadline.toMillis(), TimeUnit.MILLISECONDS).join();
		}
		catch (CompletionException ex) {
			throw failure(ex.getCause(), deadline);
		}
	}

	private CompletableFuture<Void> startBacking(BackingService service) {
		return CompletableFuture.runAsync(service::start, Thread::startVirtualThread)
			.thenRunAsync(() -> becomesReady(service.name()), this.loop)
			.whenComplete((done, failure) -> {
				if (failure != null) {
					this.allReady.completeExceptionally(failure);
				}
			});
	}

	private SuiteFailure failure(@Nullable Throwable cause, Duration deadline) {
		if (cause instanceof CompletionException wrapped) {
			return failure(wrapped.getCause(), deadline);
		}
		if (cause instanceof SuiteFailure failure) {
			return failure;
		}
		if (cause instanceof TimeoutException) {
			List<Child> late = this.children.stream().filter((child) -> child.state != State.READY).toList();
			return new SuiteFailure(
					"not ready after %d s: %s".formatted(deadline.toSeconds(),
							late.isEmpty() ? "database or broker"
									: String.join(", ", late.stream().map((child) -> child.plan.name()).toList())),
					late.isEmpty() ? null : late.getFirst().plan.log(), cause);
		}
		return new SuiteFailure("the start failed: " + cause, null, cause);
	}

	private void tick() {
		try {
			if (this.unpublished != null) {
				publish(this.unpublished);
			}
			if (this.phase == Phase.STARTING || this.phase == Phase.RUNNING) {
				startWhatMay();
				this.children.stream().filter(this::probeIsDue).toList().forEach(this::probe);
				reviveBacking();
			}
		}
		catch (RuntimeException ex) {
			log.error("Supervision failed", ex);
			this.allReady.completeExceptionally(ex);
		}
	}

	/** Elsewhere and one at a time: a start takes its time. */
	private void reviveBacking() {
		Instant now = this.clock.instant();
		if (this.phase != Phase.RUNNING || this.reviving || now.isBefore(this.reviveDue)) {
			return;
		}
		this.reviving = true;
		Thread.ofVirtual().name("revive").start(() -> {
			List<String> revived = new ArrayList<>();
			try {
				this.backing.stream().filter(BackingService::revive).forEach((service) -> revived.add(service.name()));
			}
			catch (RuntimeException ex) {
				log.error("What services need cannot be started again; that is tried further on", ex);
			}
			finally {
				runInLoop(() -> revived(revived));
			}
		});
	}

	private void revived(List<String> names) {
		this.reviving = false;
		this.reviveDue = this.clock.instant().plus(PROBE_WHEN_READY);
		if (!names.isEmpty()) {
			log.warn("{} had ended and was started again", names);
			publish("running");
		}
	}

	private void startWhatMay() {
		long starting = this.children.stream().filter((child) -> child.state == State.STARTING).count();
		Instant now = this.clock.instant();
		for (Child child : this.children) {
			boolean may = (child.state == State.WAITING && this.ready.containsAll(child.plan.after()))
					|| (child.state == State.BACKOFF && !now.isBefore(child.due));
			if (may && starting < this.plan.startingAtOnce()) {
				launch(child);
				starting++;
			}
		}
	}

	private void launch(Child child) {
		PlannedProcess process = child.plan;
		try {
			Process started = child.start(this.commands.commandOf(process));
			log.info("{} started, pid {}", process.name(), started.pid());
			child.due = this.clock.instant();
			child.end = started.onExit().thenAccept((ended) -> runInLoop(() -> exited(child, ended)));
			publish("starting services");
		}
		catch (IOException ex) {
			child.state = State.BACKOFF;
			child.due = this.clock.instant().plus(child.backoff.after(Duration.ZERO));
			SuiteFailure failure = new SuiteFailure(
					"%s cannot be started: %s".formatted(process.name(), ex.getMessage()), process.log(), ex);
			log.warn("{}", failure.getMessage());
			child.restarts++;
			child.detail = ex.getMessage();
			publish("starting services");
			this.allReady.completeExceptionally(failure);
		}
	}

	private void exited(Child child, Process ended) {
		if (!child.is(ended) || child.state == State.STOPPING || this.phase == Phase.STOPPING
				|| this.phase == Phase.FAILED) {
			return;
		}
		PlannedProcess process = child.plan;
		String how = Exits.describe(ended.exitValue());
		log.warn("{} (pid {}) ended: {}", process.name(), ended.pid(), how);
		if (this.phase == Phase.STARTING) {
			child.state = State.STOPPED;
			child.detail = how;
			publish("failed");
			this.allReady.completeExceptionally(
					new SuiteFailure("%s ended while starting: %s".formatted(process.name(), how), process.log()));
			return;
		}
		Instant now = this.clock.instant();
		Duration pause = child.backoff.after(child.readyFor(now));
		child.state = State.BACKOFF;
		child.restarts++;
		child.due = now.plus(pause);
		child.detail = "%s; starts again in %d s".formatted(how, pause.toSeconds());
		publish("running");
	}

	private boolean probeIsDue(Child child) {
		boolean running = child.state == State.STARTING || child.state == State.READY || child.state == State.UNREADY;
		return running && !child.asked && !this.clock.instant().isBefore(child.due);
	}

	private void probe(Child child) {
		child.asked = true;
		Process process = child.process;
		Thread.ofVirtual().name("probe-" + child.plan.name()).start(() -> {
			boolean answer = this.readiness.ready(child.plan.url());
			runInLoop(() -> answered(child, process, answer));
		});
	}

	private void runInLoop(Runnable task) {
		try {
			this.loop.execute(task);
		}
		catch (RejectedExecutionException ex) {
			log.debug("The supervisor has ended; an answer came too late", ex);
		}
	}

	private void answered(Child child, @Nullable Process process, boolean answer) {
		if (!child.is(process) || !child.alive() || child.state == State.STOPPING) {
			return;
		}
		child.asked = false;
		Instant now = this.clock.instant();
		if (answer) {
			child.due = now.plus(PROBE_WHEN_READY);
			if (child.state != State.READY) {
				child.state = State.READY;
				child.readySince = now;
				log.info("{} is ready", child.plan.name());
				serviceMayBeReady(child.plan.service());
				publish("starting services");
			}
		}
		else if (child.state == State.READY) {
			child.state = State.UNREADY;
			log.warn("{} is not ready any more", child.plan.name());
			publish("running");
		}
	}

	private void serviceMayBeReady(String service) {
		if (this.children.stream()
			.filter((child) -> child.plan.service().equals(service))
			.allMatch((child) -> child.state == State.READY)) {
			becomesReady(service);
		}
	}

	private void becomesReady(String what) {
		this.ready.add(what);
		boolean all = this.phase == Phase.STARTING
				&& this.children.stream().allMatch((child) -> child.state == State.READY)
				&& this.backing.stream().allMatch((service) -> this.ready.contains(service.name()));
		if (all) {
			this.phase = Phase.RUNNING;
			this.allReady.complete(null);
		}
		publish(all ? "running" : "starting services");
	}

	/**
	 * Changes how many processes there are. Returns at once: new ones are started and
	 * supervised like the others, those that are not wanted any more are asked to end,
	 * and killed when they have not within the time. A process that is wanted again while
	 * it ends is started once it has ended.
	 * @param request which numbers
	 * @param planner what is to run, given the ports of what runs
	 * @param grace how long a process may take to end
	 * @return the answer; {@link #answer} publishes it
	 */
	public Resize resize(Resize request, Function<Map<String, Integer>, Plan> planner, Duration grace) {
		return CompletableFuture.supplyAsync(() -> request.answered(resized(planner, grace)), this.loop).join();
	}

	/**
	 * Publishes the answer to a request.
	 * @param answer the answer
	 */
	public void answer(Resize answer) {
		runInLoop(() -> {
			this.resize = answer;
			publish("running");
		});
	}

	private @Nullable String resized(Function<Map<String, Integer>, Plan> planner, Duration grace) {
		if (this.phase != Phase.RUNNING) {
			return "the suite is not running: " + this.phase;
		}
		try {
			Plan next = planner.apply(this.children.stream()
				.collect(Collectors.toMap((child) -> child.plan.name(), (child) -> child.plan.port())));
			Resizing resizing = Resizing.of(this.children, next);
			this.plan = next;
			this.children.clear();
			this.children.addAll(resizing.children());
			resizing.leaving().forEach((child) -> leave(child, grace));
			return null;
		}
		catch (SuiteFailure failure) {
			return failure.getMessage();
		}
	}

	private void leave(Child child, Duration grace) {
		log.info("{} is asked to end", child.plan.name());
		child.state = State.STOPPING;
		child.detail = null;
		Process process = child.process;
		Thread.ofVirtual().name("end-" + child.plan.name()).start(() -> {
			if (process != null) {
				Processes.end(List.of(process.toHandle()), grace);
			}
			runInLoop(() -> left(child));
		});
	}

	private void left(Child child) {
		if (this.phase != Phase.RUNNING) {
			return;
		}
		log.info("{} has ended", child.plan.name());
		int place = this.children.indexOf(child);
		Optional<PlannedProcess> wanted = this.plan.processes()
			.stream()
			.filter((process) -> process.name().equals(child.plan.name()))
			.findFirst();
		if (wanted.isPresent()) {
			this.children.set(place, new Child(wanted.get()));
		}
		else {
			this.children.remove(place);
		}
		publish("running");
	}

	/**
	 * Ends everything, in the reverse order of the plan, and returns when nothing runs
	 * any more. Each service is asked, and killed when it has not ended within the time.
	 * Whoever asks again waits for the first to be through, and has nothing to do then: a
	 * start that failed and the end of the JVM both ask.
	 * @param grace how long a service may take
	 */
	public synchronized void stop(Duration grace) {
		if (this.stopped) {
			return;
		}
		this.stopped = true;
		CompletableFuture.runAsync(() -> {
			this.phase = Phase.STOPPING;
			publish("stopping");
		}, this.loop).join();
		List<String> services = this.children.stream().map((child) -> child.plan.service()).distinct().toList();
		services.reversed().forEach((service) -> stopService(service, grace));
		this.backing.reversed().forEach(this::closeBacking);
		Future<?> ticks = this.ticking;
		if (ticks != null) {
			ticks.cancel(false);
		}
		// With what the last services have led to: nothing is published after this.
		this.loop.close();
	}

	private void stopService(String service, Duration grace) {
		List<Process> processes = new ArrayList<>();
		for (Child child : this.children) {
			if (child.plan.service().equals(service) && child.process != null) {
				processes.add(child.process);
			}
		}
		Processes.end(processes.stream().map(Process::toHandle).toList(), grace);
		runInLoop(() -> {
			this.children.stream()
				.filter((child) -> child.plan.service().equals(service))
				.forEach((child) -> child.state = State.STOPPED);
			publish("stopping");
		});
	}

	private void closeBacking(BackingService service) {
		try {
			service.close();
		}
		catch (RuntimeException ex) {
			log.error("{} did not end cleanly", service.name(), ex);
		}
	}

	/** A full disk, say, is no reason to leave processes unwatched or unended. */
	private void publish(String detail) {
		List<ProcessState> states = new ArrayList<>();
		this.backing.forEach((service) -> states.add(service.snapshot()));
		this.children.forEach((child) -> states.add(child.snapshot()));
		try {
			this.publisher.accept(new SuiteState(this.phase, detail, null, null, ProcessId.of(ProcessHandle.current()),
					states, this.resize));
			this.unpublished = null;
		}
		catch (RuntimeException ex) {
			if (this.unpublished == null) {
				log.error("The state cannot be written; going on, and trying again", ex);
			}
			this.unpublished = detail;
		}
	}

}
