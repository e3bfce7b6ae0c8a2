package dev.bootpatterns.owner;

import java.time.Duration;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

@AnalyzeClasses(packages = "dev.bootpatterns.owner", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTests {

	@ArchTest
	static final ArchRule waiting_hasSomethingToWaitFor = noClasses().should()
		.callMethod(Thread.class, "sleep", long.class)
		.orShould()
		.callMethod(Thread.class, "sleep", Duration.class);

	@ArchTest
	static final ArchRule election_knowsNothingOfWhatTheOwnerDoes = noClasses().that()
		.resideInAPackage("..owner.election..")
		.should()
		.dependOnClassesThat()
		.resideInAnyPackage("..owner.jobs..", "..owner.sources..", "..owner.topology..");

	@ArchTest
	static final ArchRule sources_knowNothingOfJobs_brokers_databases = noClasses().that()
		.resideInAPackage("..owner.sources..")
		.should()
		.dependOnClassesThat()
		.resideInAnyPackage("..owner.jobs..", "..owner.election..", "org.springframework.amqp..",
				"org.springframework.jdbc..");

	@ArchTest
	static final ArchRule features_haveNoCycles = slices().matching("dev.bootpatterns.owner.(*)..")
		.should()
		.beFreeOfCycles();

	/** The one effect without a fence is a person's: a job, or an item put back. */
	@ArchTest
	static final ArchRule transactions_areFenced = noClasses().that()
		.resideInAnyPackage("..owner.jobs..", "..owner.topology..")
		.and()
		.doNotHaveSimpleName("JobController")
		.should()
		.dependOnClassesThat()
		.resideInAPackage("org.springframework.transaction.support..");

}
