package dev.bootpatterns.worker.pipeline;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import dev.bootpatterns.worker.OutputProperties;
import dev.bootpatterns.worker.RejectedException;
import dev.bootpatterns.worker.TestItems;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class SumHandlerTests {

	private final SumHandler handler = handler(DataSize.ofMegabytes(1));

	private static SumHandler handler(DataSize most) {
		return new SumHandler(new OutputProperties(most), JsonMapper.shared());
	}

	@Test
	void output_isTheSumOfEachKey_byKey() throws Exception {
		assertThat(sum(zip("{\"b\": 1, \"a\": 2}", "{}", "{\"a\": -3, \"ä\\n\": 9223372036854775807}")))
			.isEqualTo("{\"a\":-1,\"b\":1,\"ä\\n\":9223372036854775807}");
		assertThat(sum(zip())).isEqualTo("{}");
	}

	/** Whether all at once, in another order, or sums of sums. */
	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3, 4, 5 })
	void sum_isTheSame_howeverThePartsAreGrouped(long seed) throws Exception {
		Random random = new Random(seed);
		List<String> parts = new ArrayList<>();
		for (int i = 0; i < 30; i++) {
			List<String> members = new ArrayList<>();
			random.ints(20, 0, 50)
				.distinct()
				.forEach((key) -> members.add("\"k%d\": %d".formatted(key, random.nextLong() / 1000)));
			parts.add("{%s}".formatted(String.join(", ", members)));
		}
		String all = sum(zip(parts));
		assertThat(all).contains("k0", "k49");
		Collections.shuffle(parts, random);
		assertThat(sum(zip(parts))).isEqualTo(all);
		List<String> groups = new ArrayList<>();
		for (int from = 0; from < parts.size();) {
			int to = Math.min(parts.size(), from + 1 + random.nextInt(7));
			groups.add(sum(zip(parts.subList(from, to))));
			from = to;
		}
		assertThat(sum(zip(groups))).isEqualTo(all);
	}

	@Test
	void sumThatIsTooLarge_isRejected_byItsKey_andOneThatOnlyWasIsNot() throws Exception {
		assertThat(sum(zip("{\"a\": 9223372036854775807}", "{\"a\": 1}", "{\"a\": -1}")))
			.isEqualTo("{\"a\":9223372036854775807}");
		assertRejected(zip("{\"a\": 9223372036854775807, \"b\": 1}", "{\"a\": 1}"),
				"the sum of 'a' is 9223372036854775808, which is no number of 64 bits");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "[]", "1", "{\"a\": 1.0}", "{\"a\": 1e3}", "{\"a\": \"1\"}", "{\"a\": null}",
			"{\"a\": {}}", "{\"a\": 9223372036854775808}", "{\"a\": 1", "{\"a\": 1} {}", "{\"a\": 1} x",
			"{\"a\": 1, \"a\": 1}", "{a: 1}" })
	void entryThatIsNoPartialResult_isRejected_byItsName(String entry) throws Exception {
		assertRejected(zip("{\"a\": 1}", entry), "entry 'part 1' is not one JSON object of whole numbers of 64 bits");
	}

	@ParameterizedTest
	@CsvSource({ "0", "10", "21" })
	void contentThatIsNotAZip_isRejected(int bytes) throws Exception {
		assertRejected(new byte[bytes], "the content is not a zip, or not all of one");
		assertRejected("x".repeat(100).getBytes(StandardCharsets.UTF_8), "the content is not a zip, or not all of one");
	}

	/** Wherever it is cut: less would be summed, and nobody would know. */
	@Test
	void zipOfWhichSomeIsMissing_isRejected() throws Exception {
		byte[] whole = zip("{\"a\": 1}", "{\"b\": 2}", "{\"c\": 3}");
		for (int length = 0; length < whole.length; length++) {
			byte[] part = Arrays.copyOf(whole, length);
			assertThatExceptionOfType(RejectedException.class).as("%d bytes", length)
				.isThrownBy(() -> sum(part))
				.withMessageMatching("the content is not a zip.*|entry 'part .' is not .*");
		}
	}

	@Test
	void zipThatIsDamaged_isRejected() throws Exception {
		byte[] damaged = zip("{\"abcdefghij\": 1}");
		for (int i = 40; i < 50; i++) {
			damaged[i] ^= 0x55;
		}
		assertThatExceptionOfType(RejectedException.class).isThrownBy(() -> sum(damaged));
	}

	@Test
	void moreDifferentKeysThanFitInAnOutput_areRejected_andRepeatedOnesAreNot() throws Exception {
		SumHandler small = handler(DataSize.ofBytes(13));
		byte[] fits = zip(Collections.nCopies(9, "{\"a\": 1, \"b\": 1}"));
		assertThat(TestItems.text(small.handle(TestItems.item("a", fits, Map.of())))).isEqualTo("{\"a\":9,\"b\":9}");
		byte[] more = zip("{\"a\": 1, \"b\": 1}", "{\"c\": 1}");
		assertThatExceptionOfType(RejectedException.class)
			.isThrownBy(() -> small.handle(TestItems.item("a", more, Map.of())))
			.withMessage("the different keys are more than fit in an output of 13 bytes");
	}

	/** 256 MB of keys in 1 MB: it ends after the first of them. */
	@Test
	void zipThatBecomesLarge_isGivenUpWhereTheOutputIsFull() throws Exception {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
			zip.putNextEntry(new ZipEntry("bomb"));
			zip.write('{');
			for (int i = 0; i < 2500; i++) {
				zip.write("\"%s%d\":1,".formatted("x".repeat(40_000), i).getBytes(StandardCharsets.UTF_8));
			}
			zip.write("\"y\":1}".getBytes(StandardCharsets.UTF_8));
		}
		assertThat(bytes.size()).isLessThan(2 * 1024 * 1024);
		assertRejected(bytes.toByteArray(), "the different keys are more than fit in an output of 1048576 bytes");
	}

	@Test
	void parameter_isRejected_forThereIsNone() {
		assertThatExceptionOfType(RejectedException.class)
			.isThrownBy(() -> this.handler.handle(TestItems.item("a", zip("{}"), Map.of("by", "key"))))
			.withMessage("parameter 'by' is not known to test, which has none");
	}

	private String sum(byte[] content) throws Exception {
		return TestItems.text(this.handler.handle(TestItems.item("a", content, Map.of())));
	}

	private void assertRejected(byte[] content, String reason) {
		assertThatExceptionOfType(RejectedException.class).isThrownBy(() -> sum(content)).withMessage(reason);
	}

	private static byte[] zip(String... parts) throws IOException {
		return zip(List.of(parts));
	}

	private static byte[] zip(List<String> parts) throws IOException {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
			for (int i = 0; i < parts.size(); i++) {
				zip.putNextEntry(new ZipEntry("part " + i));
				zip.write(parts.get(i).getBytes(StandardCharsets.UTF_8));
			}
		}
		return bytes.toByteArray();
	}

}
