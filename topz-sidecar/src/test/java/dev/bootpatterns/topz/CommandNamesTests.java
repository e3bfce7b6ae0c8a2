package dev.bootpatterns.topz;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class CommandNamesTests {

	private final CommandNames names = new CommandNames(false);

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			/usr/bin/java -Xmx64m -Dtoken=secret -jar /app/shard-service.jar --password=secret | java shard-service.jar
			java -cp a.jar:b.jar --add-opens java.base/java.lang=ALL-UNNAMED a.b.Main secret | java a.b.Main
			java @args.txt --enable-native-access=ALL-UNNAMED a.b.Main | java a.b.Main
			java -p mods -m app/a.b.Main secret | java app/a.b.Main
			java --module=app/a.b.Main | java app/a.b.Main
			C:\\jdk\\bin\\java.exe -jar C:\\app\\x.jar | java x.jar
			java -version | java
			java -jar | java
			/usr/bin/postgres -D /data --password=secret | postgres
			curl -u user:secret http://host/ | curl
			""")
	void arguments_areHidden_butWhatRunsInAJvmIsNamed(String commandLine, String shown) {
		assertThat(this.names.of("name", List.of(commandLine.split(" ")))).isEqualTo(shown);
	}

	@Test
	void titleThatAProgramGaveItself_isCutToTheProgram() {
		assertThat(this.names.of("nginx", List.of("nginx: master process /usr/sbin/nginx -g secret")))
			.isEqualTo("nginx");
	}

	@Test
	void processWithoutACommandLine_hasItsNameInBrackets() {
		assertThat(this.names.of("kworker/0:1", List.of())).isEqualTo("[kworker/0:1]");
		assertThat(this.names.of("zombie", List.of(""))).isEqualTo("[zombie]");
	}

	@Test
	void argumentsAreShown_whenAskedFor() {
		assertThat(new CommandNames(true).of("sh", List.of("/bin/sh", "-c", "true"))).isEqualTo("/bin/sh -c true");
	}

	@Test
	void nothingInACommand_steersATerminal() {
		assertThat(this.names.of("x", List.of("/bin/\u001B[31mred\u202E\n\u2028"))).isEqualTo("?[31mred???");
		assertThat(this.names.of("\u0007bell", List.of())).isEqualTo("[?bell]");
	}

	@Test
	void command_isBoundedInLength() {
		assertThat(this.names.of("x", List.of("y".repeat(100_000)))).hasSize(512);
	}

}
