package dev.bootpatterns.topz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import oshi.SystemInfo;
import oshi.hardware.CentralProcessor;
import oshi.hardware.CentralProcessor.TickType;
import oshi.hardware.GlobalMemory;
import oshi.software.os.CgroupInfo;
import oshi.software.os.OSProcess;
import oshi.software.os.OperatingSystem;
import oshi.spi.SystemInfoProvider;

import org.springframework.util.function.SingletonSupplier;

/**
 * Reads the process table with OSHI. On Linux, where it runs as a sidecar, that is
 * {@code /proc} read by plain Java: no native library is loaded, so nothing has to be
 * unpacked to a writable folder and no native access has to be granted. Elsewhere OSHI
 * asks the system by JNA.
 */
final class OshiProcessTable implements ProcessTable {

	private static final int MAX_USERS = 256;

	// Finding out about the hardware takes longer than the rest of the start: the first
	// sample does it, on the sampler's thread.
	private final Supplier<SystemInfoProvider> system = SingletonSupplier.of(OshiProcessTable::system);

	private final @Nullable Integer rootPid;

	private final CommandNames commandNames;

	/** OSHI starts a {@code getent} each time that it is asked for a user's name. */
	private final Map<String, String> userNames = new LinkedHashMap<>() {

		@Override
		protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
			return size() > MAX_USERS;
		}

	};

	OshiProcessTable(@Nullable Integer rootPid, CommandNames commandNames) {
		this.rootPid = rootPid;
		this.commandNames = commandNames;
	}

	private static SystemInfoProvider system() {
		SystemInfoProvider plainJava = new oshi.nativefree.SystemInfo();
		return plainJava.isAvailable() ? plainJava : new SystemInfo();
	}

	@Override
	public Reading read() {
		OperatingSystem os = this.system.get().getOperatingSystem();
		return new Reading(host(), limits(os.getCgroupInfo()), processes(os));
	}

	private List<ProcessReading> processes(OperatingSystem os) {
		Integer root = this.rootPid;
		if (root == null) {
			return os.getProcesses(null, null, 0).stream().map(this::process).toList();
		}
		List<OSProcess> processes = new ArrayList<>(os.getDescendantProcesses(root, null, null, 0));
		OSProcess rootProcess = os.getProcess(root);
		if (rootProcess != null) {
			processes.add(rootProcess);
		}
		return processes.stream().map(this::process).toList();
	}

	private ProcessReading process(OSProcess process) {
		long openFiles = process.getOpenFiles();
		return new ProcessReading(process.getProcessID(), process.getParentProcessID(), process.getStartTime(),
				this.userNames.computeIfAbsent(process.getUserID(), (id) -> userName(process)),
				state(process.getState()), process.getKernelTime() + process.getUserTime(), process.getResidentMemory(),
				process.getVirtualSize(), process.getThreadCount(),
				// OSHI says 0 both for none and for those that it may not see: a program
				// with no open file at all is the rarer of the two.
				(openFiles > 0) ? openFiles : null, process.getUpTime(),
				this.commandNames.of(process.getName(), process.getArguments()));
	}

	private static String userName(OSProcess process) {
		String name = process.getUser();
		return (name.isBlank() || name.equalsIgnoreCase("unknown")) ? process.getUserID() : name;
	}

	private HostReading host() {
		CentralProcessor processor = this.system.get().getHardware().getProcessor();
		GlobalMemory memory = this.system.get().getHardware().getMemory();
		long[] ticks = processor.getSystemCpuLoadTicks();
		long total = Arrays.stream(ticks).sum();
		long idle = ticks[TickType.IDLE.getIndex()] + ticks[TickType.IOWAIT.getIndex()];
		return new HostReading(processor.getLogicalProcessorCount(), total - idle, total,
				Arrays.stream(processor.getSystemLoadAverage(3)).boxed().toList(), memory.getTotal(),
				memory.getAvailable());
	}

	private static Topz.@Nullable Limits limits(CgroupInfo cgroup) {
		Long memory = (cgroup.getMemoryLimit() > 0 && cgroup.getMemoryLimit() < CgroupInfo.UNLIMITED_MEMORY)
				? cgroup.getMemoryLimit() : null;
		Double cpus = (cgroup.getCpuQuota() > 0 && cgroup.getCpuPeriod() > 0)
				? (double) cgroup.getCpuQuota() / cgroup.getCpuPeriod() : null;
		if (memory == null && cpus == null) {
			return null;
		}
		long used = cgroup.getMemoryUsage();
		return new Topz.Limits(memory, (used > 0) ? used : null, cpus);
	}

	private static ProcessState state(OSProcess.State state) {
		return switch (state) {
			case NEW, RUNNING -> ProcessState.RUNNING;
			case SLEEPING -> ProcessState.SLEEPING;
			case WAITING -> ProcessState.WAITING;
			case ZOMBIE -> ProcessState.ZOMBIE;
			case STOPPED, SUSPENDED -> ProcessState.STOPPED;
			case OTHER, INVALID -> ProcessState.OTHER;
		};
	}

}
