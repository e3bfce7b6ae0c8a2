package dev.bootpatterns.system;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static org.assertj.core.api.Assertions.assertThat;

/** The rules of the house that a compiler does not check. */
class ArchitectureTests {

	private static final String ROOT = "dev.bootpatterns.";

	/**
	 * By module folder: its package, and the packages of ours that it may use besides.
	 */
	private static final Map<String, List<String>> MAY_USE = Map.ofEntries(Map.entry("sharding", List.of("sharding")),
			Map.entry("embedded-broker", List.of("broker")), Map.entry("fault-injection", List.of("fault")),
			Map.entry("shard-service", List.of("shard", "sharding", "fault")),
			Map.entry("gateway", List.of("gateway", "sharding", "fault")),
			Map.entry("owner", List.of("owner", "sharding")), Map.entry("worker", List.of("worker")),
			Map.entry("topz-sidecar", List.of("topz")), Map.entry("log-adapter", List.of("logadapter")),
			Map.entry("local", List.of("local", "broker")), Map.entry("benchmarks", List.of("benchmarks", "sharding")));

	private static JavaClasses of(Path module) {
		return new ClassFileImporter().importPath(module.resolve("target/classes"));
	}

	private static JavaClasses all() {
		return in("target/classes");
	}

	private static JavaClasses in(String... folders) {
		return new ClassFileImporter().importPaths(Checkout.modules()
			.stream()
			.flatMap((module) -> Stream.of(folders).map(module::resolve))
			.filter(Files::isDirectory)
			.toList());
	}

	static List<Path> modules() {
		return Checkout.modules();
	}

	@ParameterizedTest
	@MethodSource("modules")
	void module_usesOnlyWhatTheArchitectureAllows(Path module) {
		String folder = module.getFileName().toString();
		List<String> allowed = MAY_USE.getOrDefault(folder, List.of());
		assertThat(allowed).as("%s is missing in the table of this test", folder).isNotEmpty();
		String[] packages = allowed.stream().map((name) -> ROOT + name + "..").toArray(String[]::new);
		noClasses().should()
			.dependOnClassesThat(resideInAPackage(ROOT + ".").and(not(resideInAnyPackage(packages))))
			.check(of(module));
	}

	@ParameterizedTest
	@MethodSource("modules")
	void packages_haveNoCycles(Path module) {
		SlicesRuleDefinition.slices()
			.matching(ROOT + "*.(*)..")
			.should()
			.beFreeOfCycles()
			.allowEmptyShould(true)
			.check(of(module));
	}

	@Test
	void plainModules_haveNoSpring() {
		noClasses().that()
			.resideInAnyPackage(ROOT + "sharding..", ROOT + "broker..", ROOT + "local..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("org.springframework..")
			.check(all());
	}

	@Test
	void reactiveCode_isInTheGatewayOnly() {
		noClasses().that()
			.resideOutsideOfPackage(ROOT + "gateway..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("reactor..", "org.springframework.web.reactive..")
			.check(all());
	}

	@Test
	void nobodySleeps() {
		// What JMH generates sleeps when a warm-up fails.
		noClasses().that()
			.resideOutsideOfPackage("..jmh_generated..")
			.should()
			.callMethodWhere(DescribedPredicate.describe("it is a sleep",
					(call) -> call.getName().equals("sleep")
							&& call.getTargetOwner().getPackageName().startsWith("java.")))
			.check(in("target/classes", "target/test-classes"));
	}

	@Test
	void gatewayNeverBlocks() {
		noClasses().that()
			.resideInAPackage(ROOT + "gateway..")
			.should()
			.callMethodWhere(DescribedPredicate.describe("it waits",
					(call) -> List.of("block", "blockFirst", "blockLast", "join", "await").contains(call.getName())
							&& !List.of("String", "DataBufferUtils").contains(call.getTargetOwner().getSimpleName())))
			.check(all());
	}

	@Test
	void workHandlers_knowNothingOfBrokers() {
		noClasses().that()
			.resideInAPackage(ROOT + "worker.*..")
			.and()
			.resideOutsideOfPackage(ROOT + "worker.queue..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage(ROOT + "worker.queue..", "org.springframework.amqp..", "com.rabbitmq..")
			.check(all());
	}

	@Test
	void election_knowsNothingOfWhatTheOwnerDoes() {
		noClasses().that()
			.resideInAPackage(ROOT + "owner.election..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage(ROOT + "owner.jobs..", ROOT + "owner.sources..", ROOT + "owner.topology..")
			.check(all());
	}

	@Test
	void sources_knowNothingOfJobs_brokers_databases() {
		noClasses().that()
			.resideInAPackage(ROOT + "owner.sources..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage(ROOT + "owner.jobs..", ROOT + "owner.election..", "org.springframework.amqp..",
					"org.springframework.jdbc..")
			.check(all());
	}

	/** The one effect without a fence is a person's: a job, or an item put back. */
	@Test
	void ownersTransactions_areFenced() {
		noClasses().that()
			.resideInAnyPackage(ROOT + "owner.jobs..", ROOT + "owner.topology..")
			.and()
			.doNotHaveSimpleName("JobController")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("org.springframework.transaction.support..")
			.check(all());
	}

	@Test
	void applications_haveOnlyMain() {
		classes().that()
			.areAnnotatedWith("org.springframework.boot.autoconfigure.SpringBootApplication")
			.should(new HaveOnlyMain())
			.check(all());
	}

	@Test
	void dependencies_comeThroughConstructors() {
		noFields().should()
			.beAnnotatedWith("org.springframework.beans.factory.annotation.Autowired")
			.orShould()
			.beAnnotatedWith("org.springframework.beans.factory.annotation.Value")
			.check(all());
	}

	@Test
	void everyPackage_isNullMarked() {
		JavaClasses all = all();
		assertThat(all.stream()
			.map(JavaClass::getPackage)
			.distinct()
			.filter((javaPackage) -> !javaPackage.getName().endsWith("jmh_generated")))
			.allSatisfy((javaPackage) -> assertThat(javaPackage.isAnnotatedWith("org.jspecify.annotations.NullMarked"))
				.as(javaPackage.getName())
				.isTrue());
	}

	/** {@code main}, and nothing of its own beside it. */
	private static final class HaveOnlyMain extends ArchCondition<JavaClass> {

		HaveOnlyMain() {
			super("have only a method main");
		}

		@Override
		public void check(JavaClass type, ConditionEvents events) {
			for (JavaMethod method : type.getMethods()) {
				if (!method.getName().equals("main")) {
					events.add(SimpleConditionEvent.violated(method, method.getFullName() + " is not main"));
				}
			}
		}

	}

}
