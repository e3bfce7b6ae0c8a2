package dev.bootpatterns.logadapter.line;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class LineSplitterTests {

	private static final String TEXT = "one\n\ntwo with äöü €\r\n𝄞 four\nlast without end";

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 3, 5, 8, 1000 })
	void linesDoNotDependOnHowBytesArrive(int chunk) {
		LineSplitter splitter = new LineSplitter(1024, 0);
		List<Line> lines = feed(splitter, TEXT.getBytes(StandardCharsets.UTF_8), chunk);
		assertThat(lines).extracting(Line::text).containsExactly("one", "", "two with äöü €", "𝄞 four");
		assertThat(lines).extracting(Line::offset).containsExactly(0L, 4L, 5L, 26L);
		assertThat(lines).noneMatch(Line::malformed);
		assertThat(splitter.lineStart()).isEqualTo(36);
		Line last = Objects.requireNonNull(splitter.finish());
		assertThat(last.text()).isEqualTo("last without end");
		assertThat(last.end()).isEqualTo(TEXT.getBytes(StandardCharsets.UTF_8).length);
	}

	@Test
	void offsetsCoverTheFile_withoutGapOrOverlap() {
		byte[] bytes = new byte[20_000];
		Random random = new Random(42);
		random.nextBytes(bytes);
		for (int i = 0; i < bytes.length; i += 1 + random.nextInt(300)) {
			bytes[i] = '\n';
		}
		LineSplitter splitter = new LineSplitter(100, 7);
		long next = 7;
		for (Line line : feed(splitter, bytes, 333)) {
			assertThat(line.offset()).isEqualTo(next);
			next = line.end();
		}
		assertThat(next).isEqualTo(splitter.lineStart());
	}

	@ParameterizedTest
	@ValueSource(ints = { 7, 4096 })
	void lineOverTheLimit_isCutAndCountsWhatIsMissing(int chunk) {
		LineSplitter splitter = new LineSplitter(10, 0);
		List<Line> lines = feed(splitter, "0123456789abcdef\nnext\n".getBytes(StandardCharsets.UTF_8), chunk);
		assertThat(lines).containsExactly(new Line("0123456789", 0, 17, 6, false), new Line("next", 17, 5, 0, false));
	}

	@Test
	void cutWithinACharacter_dropsItWhole() {
		List<Line> lines = feed(new LineSplitter(10, 0), "012345678€x\n".getBytes(StandardCharsets.UTF_8), 100);
		assertThat(lines).singleElement().satisfies((line) -> {
			assertThat(line.text()).isEqualTo("012345678");
			assertThat(line.malformed()).isFalse();
		});
	}

	@Test
	void bytesThatAreNotUtf8_areReplacedAndMarked() {
		List<Line> lines = feed(new LineSplitter(100, 0), new byte[] { 'a', (byte) 0xFF, 'b', '\n' }, 100);
		assertThat(lines).containsExactly(new Line("a\uFFFDb", 0, 4, 0, true));
	}

	@Test
	void replacementCharacterThatWasWritten_isNoMark() {
		List<Line> lines = feed(new LineSplitter(100, 0), "a\uFFFDb\n".getBytes(StandardCharsets.UTF_8), 100);
		assertThat(lines).extracting(Line::malformed).containsExactly(false);
	}

	private static List<Line> feed(LineSplitter splitter, byte[] bytes, int chunk) {
		List<Line> lines = new ArrayList<>();
		for (int from = 0; from < bytes.length; from += chunk) {
			byte[] part = Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + chunk));
			splitter.feed(part, part.length, lines::add);
		}
		return lines;
	}

}
