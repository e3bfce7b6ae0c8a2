package dev.bootpatterns.local.supervise;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.plan.Plan;
import dev.bootpatterns.local.plan.PlannedProcess;
import dev.bootpatterns.local.state.ProcessState.State;
import org.jspecify.annotations.Nullable;

/**
 * From one number of processes to another: who stays, who comes, who has to go.
 *
 * @param children what is supervised from now on, in the plan's order; then those that
 * end
 * @param leaving those of them that have to be asked to end
 */
record Resizing(List<Child> children, List<Child> leaving) {

	/**
	 * Compares what is supervised with what is wanted. Those that stay get the wanted
	 * environment for their next start.
	 * @param children what is supervised
	 * @param next what is wanted
	 * @return the difference
	 * @throws SuiteFailure when a shard that stays would be left without a ready replica;
	 * nothing was touched then
	 */
	static Resizing of(List<Child> children, Plan next) {
		Map<String, Child> supervised = children.stream()
			.collect(Collectors.toMap((child) -> child.plan.name(), Function.identity(), (one, other) -> one,
					LinkedHashMap::new));
		Map<String, PlannedProcess> wanted = next.processes()
			.stream()
			.collect(Collectors.toMap(PlannedProcess::name, Function.identity()));
		List<Child> unwanted = children.stream().filter((child) -> !wanted.containsKey(child.plan.name())).toList();
		List<Child> leaving = unwanted.stream().filter((child) -> child.state != State.STOPPING).toList();
		List<Child> staying = children.stream().filter((child) -> wanted.containsKey(child.plan.name())).toList();
		leaving.forEach((child) -> requireAnotherReady(child, staying, next));
		staying.forEach((child) -> child.plan = wanted.getOrDefault(child.plan.name(), child.plan));
		List<Child> all = new ArrayList<>();
		next.processes().forEach((process) -> all.add(supervised.getOrDefault(process.name(), new Child(process))));
		all.addAll(unwanted);
		return new Resizing(all, leaving);
	}

	/** A shard that has to go with all its replicas is not asked for. */
	private static void requireAnotherReady(Child leaving, List<Child> staying, Plan next) {
		String shard = shard(leaving.plan);
		if (shard == null || next.processes().stream().noneMatch((process) -> shard.equals(shard(process)))) {
			return;
		}
		Stream<Child> ready = staying.stream().filter((child) -> child.state == State.READY && child.alive());
		if (ready.noneMatch((child) -> shard.equals(shard(child.plan)))) {
			throw new SuiteFailure("shard %s would be left without a ready replica if %s ended: see './suite status'"
				.formatted(shard, leaving.plan.name()));
		}
	}

	private static @Nullable String shard(PlannedProcess process) {
		return process.variables().get("shard");
	}

}
