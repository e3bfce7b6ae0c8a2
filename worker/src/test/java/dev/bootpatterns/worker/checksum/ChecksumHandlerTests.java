package dev.bootpatterns.worker.checksum;

import java.util.Map;

import dev.bootpatterns.worker.RejectedException;
import dev.bootpatterns.worker.TestItems;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ChecksumHandlerTests {

	private final ChecksumHandler handler = new ChecksumHandler();

	/** The digests of "abc" that the standards give as examples. */
	@ParameterizedTest
	@CsvSource({ "MD5, 900150983cd24fb0d6963f7d28e17f72", "SHA-1, a9993e364706816aba3e25717850c26c9cd0d89d",
			"SHA-256, ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
			"SHA3-256, 3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532" })
	void output_isTheLineOfTheUsualTools(String algorithm, String digest) throws Exception {
		assertThat(TestItems.text(this.handler
			.handle(TestItems.item("dir/a b.txt", new byte[] { 'a', 'b', 'c' }, Map.of("algorithm", algorithm)))))
			.isEqualTo(digest + "  dir/a b.txt\n");
	}

	@Test
	void algorithmThatIsNotGiven_isSha256_alsoOfNothing() throws Exception {
		assertThat(TestItems.text(this.handler.handle(TestItems.item("empty", ""))))
			.isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  empty\n");
	}

	/** As sha256sum writes it, and reads it with -c. */
	@Test
	void idThatWouldBreakTheLine_isEscaped_andTheLineSaysSo() throws Exception {
		assertThat(TestItems.text(this.handler.handle(TestItems.item("a\nb\\c", "")))).startsWith("\\e3b0")
			.endsWith("  a\\nb\\\\c\n");
	}

	@ParameterizedTest
	@CsvSource({ "algorithm, CRC32, parameter 'algorithm' must be one of", "algorithm, sha256, SHA-256",
			"algoritm, MD5, 'parameter ''algoritm'' is not known to test, which has algorithm'" })
	void parameterThatIsWrong_isRejected_byItsName(String name, String value, String reason) {
		assertThatExceptionOfType(RejectedException.class)
			.isThrownBy(() -> this.handler.handle(TestItems.item("a", new byte[0], Map.of(name, value))))
			.withMessageContaining(reason);
	}

}
