package dev.bootpatterns.owner;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The start ends before a database is asked for. */
class RequiredSettingsTests {

	@ParameterizedTest
	@CsvSource({ "--owner.shards=3, SPRING_DATASOURCE_URL",
			"--spring.datasource.url=jdbc:postgresql://127.0.0.1:1/none, OWNER_SHARDS" })
	void setting_missing_endsTheStartNamingIt(String other, String missing) {
		assertThatThrownBy(() -> start(other)).hasStackTraceContaining("is required: set " + missing);
	}

	@ParameterizedTest
	@CsvSource({ "owner.shards=0", "owner.shards=1025", "owner.id=" })
	void setting_outOfBounds_endsTheStart(String setting) {
		assertThatThrownBy(() -> startComplete("--" + setting))
			.hasStackTraceContaining("Binding validation errors on owner");
	}

	@ParameterizedTest
	@ValueSource(strings = { "owner.election.lease=500ms", "owner.election.renewal=5s", "owner.election.margin=6s",
			"owner.election.retry=3s", "owner.roles=", "owner.roles=No Name", "owner.jobs.window=0",
			"owner.jobs.max-attempts=0", "owner.jobs.chunk=1001", "owner.jobs.poll=0s", "owner.jobs.item-timeout=0s",
			"owner.max-item-size=3MB" })
	void relation_broken_endsTheStart(String setting) {
		assertThatThrownBy(() -> startComplete("--" + setting))
			.hasStackTraceContaining("Binding validation errors on owner");
	}

	@Test
	void store_unknown_endsTheStartNamingIt() {
		assertThatThrownBy(() -> startComplete("--owner.election.store=etcd"))
			.hasStackTraceContaining("owner.election.store")
			.hasStackTraceContaining("etcd");
	}

	@Test
	void kubernetes_withoutItsNamespace_endsTheStartNamingIt() {
		assertThatThrownBy(() -> startComplete("--owner.election.store=kubernetes"))
			.hasStackTraceContaining("is required: set OWNER_ELECTION_KUBERNETES_NAMESPACE");
	}

	@Test
	void role_thatNobodyHas_endsTheStartNamingThoseThereAre() {
		assertThatThrownBy(() -> startComplete("--owner.roles=jobs,nosuch"))
			.hasStackTraceContaining("owner.roles: there is no role 'nosuch', only jobs, topology");
	}

	@Test
	void tokenFile_missing_endsTheStartNamingIt() {
		assertThatThrownBy(() -> startComplete("--owner.admin.token-file=/nowhere/token"))
			.hasStackTraceContaining("/nowhere/token");
	}

	private static void startComplete(String... settings) {
		List<String> all = new ArrayList<>(
				List.of("--owner.shards=3", "--spring.datasource.url=jdbc:postgresql://127.0.0.1:1/none",
						"--spring.flyway.enabled=false", "--owner.id=owner-1"));
		for (String setting : settings) {
			all.removeIf((given) -> given.startsWith(setting.substring(0, setting.indexOf('=') + 1)));
			all.add(setting);
		}
		start(all.toArray(String[]::new));
	}

	private static void start(String... settings) {
		new SpringApplicationBuilder(OwnerApplication.class).web(WebApplicationType.NONE).run(settings).close();
	}

}
