package dev.bootpatterns.local.up;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

import dev.bootpatterns.local.client.FakeGateway;
import dev.bootpatterns.local.console.Console;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ExampleTests {

	private static final String ITEMS = "/jobs/7/items?state=DONE&limit=10";

	@Test
	void example_ofACorpus_isAWordAndADocumentOfIt() throws IOException {
		try (FakeGateway gateway = new FakeGateway()) {
			gateway.with(ITEMS, "{\"items\": [{\"id\": \"a.txt\"}, {\"id\": \"notes/it's b%.txt\"}]}")
				.with("/documents/a.txt", "{\"title\": \"a.txt\", \"body\": \"42 the\"}")
				.with("/documents/notes/it%27s%20b%25.txt", "{\"title\": \"b\", \"body\": \"some wonderful things\"}");
			Example example = Example.of(gateway.client(), "7").orElseThrow();
			assertThat(example).isEqualTo(new Example("wonderful", "/documents/notes/it%27s%20b%25.txt"));
			assertThat(goodbye(example)).contains("curl 'http://gateway/search?q=wonderful'")
				.contains("curl 'http://gateway/documents/notes/it%27s%20b%25.txt'")
				.doesNotContain("HashMap");
		}
	}

	@Test
	void goodbye_withoutDocuments_offersToPutOne() throws IOException {
		try (FakeGateway gateway = new FakeGateway()) {
			gateway.with(ITEMS, "{\"items\": []}");
			assertThat(Example.of(gateway.client(), "7")).isEmpty();
			assertThat(goodbye(null)).contains("curl -X PUT");
		}
	}

	private static String goodbye(@Nullable Example example) {
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		Console console = new Console(new PrintStream(out, true, StandardCharsets.UTF_8), false);
		new Goodbye(console, "http://gateway").print(List.of(), example, 0);
		return out.toString(StandardCharsets.UTF_8);
	}

}
