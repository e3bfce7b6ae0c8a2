package dev.bootpatterns.local.up;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.backing.BackingServices;
import dev.bootpatterns.local.plan.Options;
import dev.bootpatterns.local.state.Json;
import dev.bootpatterns.local.state.SuiteHome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ChecksTests {

	private static final long GIB = 1024L * 1024 * 1024;

	@TempDir
	Path folder;

	@Test
	@EnabledOnOs(OS.LINUX)
	void port_thatIsTaken_isNamedWithWhoWantsItAndWhoHasIt() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			int port = socket.getLocalPort();
			assertThatExceptionOfType(SuiteFailure.class).isThrownBy(() -> Ports.requireFree(Map.of(port, "gateway")))
				.withMessageContaining(
						"port %d, wanted by gateway, is taken by pid %d".formatted(port, ProcessHandle.current().pid()))
				// Not 100, which moves one suite's shards onto another's owners.
				.withMessageContaining("SUITE_PORT_OFFSET=10000");
		}
	}

	@Test
	void port_thatIsFree_isAccepted() throws IOException {
		int port;
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			port = socket.getLocalPort();
		}
		Ports.requireFree(Map.of(port, "gateway"));
		assertThat(Ports.holder(port)).isEmpty();
	}

	@Test
	void disk_withTooLittleRoom_isNamed() {
		assertThatExceptionOfType(SuiteFailure.class).isThrownBy(() -> Disk.requireSpace(this.folder, GIB, 8 * GIB))
			.withMessageContaining(this.folder.toString())
			.withMessageContaining("8192 MiB free")
			.withMessageContaining("9216 MiB");
		Disk.requireSpace(this.folder, GIB, 9 * GIB);
	}

	@Test
	void disk_withRoom_isNotShort() {
		assertThat(Disk.shortage(this.folder, GIB)).isEmpty();
	}

	@Test
	void shards_withoutData_areThoseAskedFor() {
		assertThat(Layout.shards(home(), BackingServices.EMBEDDED, null)).isEqualTo(3);
		assertThat(Layout.shards(home(), BackingServices.EMBEDDED, 5)).isEqualTo(5);
	}

	@Test
	void shards_overData_areThoseItIsLaidOutFor() throws IOException {
		SuiteHome home = homeWithData();
		Layout.remember(home, BackingServices.EMBEDDED, topology(4));
		assertThat(Layout.shards(home, BackingServices.EMBEDDED, null)).isEqualTo(4);
		assertThat(Layout.shards(home, BackingServices.EMBEDDED, 4)).isEqualTo(4);
		assertThatExceptionOfType(SuiteFailure.class).isThrownBy(() -> Layout.shards(home, BackingServices.EMBEDDED, 2))
			.withMessageContaining(home.database().toString())
			.withMessageContaining("laid out for 4 shards");
	}

	@Test
	void shards_ofAnotherDatabase_areNotTakenForThisOnes() throws IOException {
		SuiteHome home = homeWithData();
		String database = "jdbc:postgresql://db/x";
		Layout.remember(home, BackingServices.EMBEDDED, topology(4));
		assertThat(Layout.shards(home, database, null)).isEqualTo(3);
		Layout.remember(home, database, topology(2));
		assertThat(Layout.shards(home, database, null)).isEqualTo(2);
		assertThatExceptionOfType(SuiteFailure.class).isThrownBy(() -> Layout.shards(home, database, 4))
			.withMessageContaining("the documents in jdbc:postgresql://db/x are laid out for 2 shards")
			.withMessageContaining("layout.json");
	}

	@Test
	void shards_whileTheTopologyChanges_areNotKnown_andThenAreThoseOfTheNewOne() throws IOException {
		SuiteHome home = homeWithData();
		Layout.remember(home, BackingServices.EMBEDDED, topology(4));
		Layout.changes(home);
		assertThat(Layout.shards(home, BackingServices.EMBEDDED, null)).isEqualTo(3);
		assertThat(Layout.shards(home, BackingServices.EMBEDDED, 5)).isEqualTo(5);
		Layout.changed(home, 5);
		assertThat(Layout.shards(home, BackingServices.EMBEDDED, null)).isEqualTo(5);
		assertThat(Layout.shards(home, "jdbc:postgresql://db/x", null)).isEqualTo(3);
	}

	@Test
	void replicasAndWorkers_areThoseOfTheLastRun_unlessOthersAreAskedFor() throws IOException {
		SuiteHome home = homeWithData();
		Up.Request nothing = new Up.Request(null, null, null, null, true);
		assertThat(nothing.options(3, LastSizes.of(home), null)).isEqualTo(new Options(3, 2, 2, null, ""));
		LastSizes.remember(home, new Options(4, 1, 5, null, ""));
		assertThat(nothing.options(3, LastSizes.of(home), null)).isEqualTo(new Options(3, 1, 5, null, ""));
		assertThat(new Up.Request(null, null, 3, 0, true).options(3, LastSizes.of(home), null))
			.isEqualTo(new Options(3, 3, 0, null, ""));
	}

	private static JsonNode topology(int shards) {
		return Json.tree("{\"shards\": [%s]}".formatted(String.join(",", Collections.nCopies(shards, "{}"))));
	}

	private SuiteHome homeWithData() throws IOException {
		SuiteHome home = home();
		home.create();
		Files.createDirectories(home.database());
		Files.writeString(home.database().resolve("PG_VERSION"), "18");
		return home;
	}

	private SuiteHome home() {
		return new SuiteHome(this.folder, this.folder.resolve(".suite"), 0);
	}

}
