package dev.bootpatterns.worker;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class RequiredSettingsTests {

	@ParameterizedTest
	@CsvSource({ "--worker.id=a, WORKER_GATEWAY_URL", "--worker.gateway-url=http://127.0.0.1:1, WORKER_ID" })
	void setting_missing_endsTheStartNamingIt(String other, String missing) {
		assertThatThrownBy(
				() -> new SpringApplicationBuilder(WorkerApplication.class).web(WebApplicationType.NONE).run(other))
			.hasStackTraceContaining("is required: set " + missing);
	}

	@ParameterizedTest
	@CsvSource({ "--worker.concurrency=0", "--worker.concurrency=65", "--worker.max-concurrency=65",
			"--worker.max-concurrency=3", "--worker.prefetch=0", "--worker.confirm-timeout=0s",
			"--worker.ingest.jitter=1", "--worker.ingest.backoff=0s", "--worker.gateway-url=gateway:8080",
			"--worker.max-output=0B", "--worker.max-output=1048577B", "--worker.thumbnail.max-pixels=0",
			"--worker.exec.deadline=0s", "--worker.exec.grace=-1s", "--worker.http.deadline=0s",
			"--worker.http.url=localhost:8080" })
	void setting_outOfBounds_endsTheStart(String setting) {
		assertThatThrownBy(() -> new SpringApplicationBuilder(WorkerApplication.class).web(WebApplicationType.NONE)
			.properties("worker.id=a", "worker.gateway-url=http://127.0.0.1:1")
			.run(setting)).hasStackTraceContaining("Binding validation errors on worker");
	}

	@ParameterizedTest
	@CsvSource({ "--worker.exec.command=true, execHandler", "--worker.http.url=http://127.0.0.1:1/work, httpHandler" })
	void workerWithOtherWork_needsNoGateway_andHasNoIngest(String work, String handler) {
		try (ConfigurableApplicationContext worker = new SpringApplicationBuilder(WorkerApplication.class)
			.web(WebApplicationType.NONE)
			.run("--worker.id=a", "--spring.rabbitmq.port=1", work)) {
			assertThat(worker.getBeanNamesForType(WorkHandler.class)).contains(handler, "checksumHandler")
				.doesNotContain("ingestHandler");
		}
	}

	@Test
	void programThatThereIsNot_endsTheStart() {
		assertThatThrownBy(() -> new SpringApplicationBuilder(WorkerApplication.class).web(WebApplicationType.NONE)
			.properties("worker.id=a", "worker.gateway-url=http://127.0.0.1:1")
			.run("--worker.exec.command[0]=no-such-program"))
			.hasStackTraceContaining("WORKER_EXEC_COMMAND): 'no-such-program' is not an executable file");
	}

	@ParameterizedTest
	@CsvSource({ "--worker.max-content=0B", "--worker.max-content=2097153B",
			"--spring.rabbitmq.max-inbound-message-body-size=3MB" })
	void contentThatTheClientWouldNotTake_endsTheStart(String setting) {
		assertThatThrownBy(() -> new SpringApplicationBuilder(WorkerApplication.class).web(WebApplicationType.NONE)
			.properties("worker.id=a", "worker.gateway-url=http://127.0.0.1:1")
			.run(setting)).hasStackTraceContaining("worker.max-content (");
	}

}
