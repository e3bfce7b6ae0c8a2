package dev.bootpatterns.worker;

import java.time.Duration;

import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

@AnalyzeClasses(packages = "dev.bootpatterns.worker")
class ArchitectureTests {

	@ArchTest
	static final ArchRule waiting_hasSomethingToWaitFor = noClasses().should()
		.callMethod(Thread.class, "sleep", long.class)
		.orShould()
		.callMethod(Thread.class, "sleep", Duration.class);

	@ArchTest
	static final ArchRule features_knowNothingOfEachOther = slices().matching("dev.bootpatterns.worker.(*)..")
		.should()
		.notDependOnEachOther();

	@ArchTest
	static final ArchRule handlers_knowNothingOfBrokers = noClasses().that()
		.resideInAPackage("..ingest..")
		.should()
		.dependOnClassesThat()
		.resideInAnyPackage("org.springframework.amqp..", "com.rabbitmq..");

}
