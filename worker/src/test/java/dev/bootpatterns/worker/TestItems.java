package dev.bootpatterns.worker;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Items for handlers that are tested by themselves, and what they led to.
 */
public final class TestItems {

	private TestItems() {
	}

	public static WorkItem item(String id, byte[] content, Map<String, Object> parameters) {
		return new WorkItem("17", id, 2, "test", parameters, "", 7, ByteBuffer.wrap(content));
	}

	public static WorkItem item(String id, String content) {
		return item(id, content.getBytes(StandardCharsets.UTF_8), Map.of());
	}

	public static byte[] output(Outcome outcome) {
		assertThat(outcome).isInstanceOf(Outcome.Done.class);
		return Objects.requireNonNull(((Outcome.Done) outcome).output(), "no output");
	}

	public static String text(Outcome outcome) {
		return new String(output(outcome), StandardCharsets.UTF_8);
	}

	public static List<Emission> emissions(Outcome outcome) {
		assertThat(outcome).isInstanceOf(Outcome.Done.class);
		return Objects.requireNonNull(((Outcome.Done) outcome).emissions(), "no emissions");
	}

}
