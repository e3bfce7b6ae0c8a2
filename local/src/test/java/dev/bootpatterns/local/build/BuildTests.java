package dev.bootpatterns.local.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import dev.bootpatterns.local.plan.PlannedProcess;
import dev.bootpatterns.local.plan.SuiteFile.Training;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class BuildTests {

	@TempDir
	Path root;

	private Path source;

	private Path jar;

	@BeforeEach
	void module() throws IOException {
		this.source = file("m/src/main/java/A.java");
		file("m/pom.xml");
		file("pom.xml");
		this.jar = file("m/target/m-1.jar");
		// Reproducible builds: every jar has this time.
		Files.setLastModifiedTime(this.jar, FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
	}

	@Test
	void module_builtAfterItsSources_isNotStale() throws IOException {
		changed(this.source, Instant.now().minusSeconds(60));
		changed(this.root.resolve("m/pom.xml"), Instant.now().minusSeconds(60));
		changed(this.root.resolve("pom.xml"), Instant.now().minusSeconds(60));
		assertThat(module("m").stale()).isFalse();
	}

	@Test
	void module_withANewerSource_isStale() throws IOException {
		changed(this.source, Instant.now().plusSeconds(60));
		assertThat(module("m").stale()).isTrue();
	}

	@Test
	void module_withANewerParent_isStale() throws IOException {
		changed(file("service-parent/defaults/application.yaml"), Instant.now().plusSeconds(60));
		assertThat(module("m").stale()).isTrue();
	}

	@Test
	void module_whoseJarMavenLeftAsItWas_isNotStaleAfterTheBuild() throws IOException {
		changed(this.source, Instant.now().plusSeconds(60));
		module("m").built(Instant.now().plusSeconds(61));
		assertThat(module("m").stale()).isFalse();
	}

	@Test
	void module_withoutAJar_isStale() throws IOException {
		Files.delete(this.jar);
		assertThat(module("m").stale()).isTrue();
	}

	@Test
	void cache_fitsOnlyWhatItWasMadeFor() throws IOException {
		Path file = this.root.resolve("app.aot");
		AotCache cache = new AotCache(file, "this JDK, these jars");
		assertThat(cache.isUsable()).isFalse();
		cache.publish(file("app.aot.new"));
		assertThat(cache.isUsable()).isTrue();
		assertThat(new AotCache(file, "another JDK, these jars").isUsable()).isFalse();
	}

	@Test
	void variable_thatIsBlankInTheTraining_isNotSet() {
		Training training = new Training(Training.Until.READY, Map.of("ANNOUNCED", "", "NAME", "training"), List.of());
		PlannedProcess process = new PlannedProcess("a", "a", "a", 1, "", List.of(),
				Map.of("ANNOUNCED", "http://127.0.0.1:1", "NAME", "a"), List.of(), Path.of("log"), Map.of(), training);
		assertThat(AotTraining.environment(process, training, 2)).doesNotContainKey("ANNOUNCED")
			.containsEntry("NAME", "training")
			.containsEntry("SERVER_PORT", "2");
	}

	private Module module(String name) {
		return new Module(this.root, name);
	}

	private Path file(String name) throws IOException {
		Path file = this.root.resolve(name);
		Files.createDirectories(file.getParent());
		return Files.writeString(file, name);
	}

	private static void changed(Path file, Instant at) throws IOException {
		Files.setLastModifiedTime(file, FileTime.from(at));
	}

}
