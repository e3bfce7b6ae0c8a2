package dev.bootpatterns.worker.pipeline;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.time.Duration;
import java.util.Random;
import java.util.regex.PatternSyntaxException;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

class GlobTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "*.java | A.java | true", "*.java | a/A.java | false", "**.java | a/b/A.java | true",
					"**/*.java | A.java | false", "a/*/c | a/b/c | true", "a/*/c | a//c | true",
					"a/*/c | a/b/b/c | false", "a/**/c | a//b/c | true", "?.txt | 日.txt | true",
					"?.txt | 😀.txt | true", "?.txt | ab.txt | false", "a?b | a/b | false", "[!a-c]* | d | true",
					"[!a-c]* | b | false", "a[!b]c | a/c | false", "[a-]x | -x | true", "*.{java,kt} | A.kt | true",
					"*.{java,kt} | A.k | false", "{a/**,b}.c | a/b/.c | true", "a{,b} | a | true",
					"\\*.\\{ | *.{ | true", "\\*.\\{ | a.{ | false", "a.b | axb | false", "(ab)+$ | (ab)+$ | true",
					"a,b} | a,b} | true", "* | .hidden | true", "a | A | false", "** | a/b | true" })
	void glob_matchesTheWholeId(String pattern, String id, boolean matches) {
		assertThat(Glob.of(pattern).matches(id)).isEqualTo(matches);
	}

	@Test
	void idThatIsNoPath_isTakenAsItIs() {
		assertThat(Glob.of("a/").matches("a/")).isTrue();
		assertThat(Glob.of("a/").matches("a")).isFalse();
		assertThat(Glob.of("a*b**").matches("a\nb\0\n")).isTrue();
		assertThat(Glob.of("").matches("")).isTrue();
		assertThat(Glob.of("**").matches("\ud800 unpaired")).isTrue();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "a[b | a bracket that is not closed | 1", "[] | a bracket that is not closed | 0",
					"a{b,c | a brace that is not closed | 1", "{a,{b}} | braces within braces | 3",
					"ab\\ | nothing behind a backslash | 2", "[b-a] | a range that ends before it begins | 1" })
	void patternThatIsNone_saysWhyAndWhere(String pattern, String why, int where) {
		assertThatExceptionOfType(PatternSyntaxException.class).isThrownBy(() -> Glob.of(pattern))
			.satisfies((ex) -> assertThat(ex.getDescription()).isEqualTo(why))
			.satisfies((ex) -> assertThat(ex.getIndex()).isEqualTo(where));
	}

	/** A regular expression would try for longer than anybody waits. */
	@Test
	void idThatAlmostMatchesManyStars_takesNoTime() {
		Glob stars = Glob.of("{*a,**a}".repeat(50) + "b");
		assertThat(assertTimeoutPreemptively(Duration.ofSeconds(10), () -> stars.matches("a".repeat(512)))).isFalse();
		assertThat(stars.matches("a".repeat(511) + "b")).isTrue();
	}

	/** Of an id that is a path, too, and of patterns that both take. */
	@Test
	@DisabledOnOs(OS.WINDOWS)
	void glob_isThatOfTheFileSystem() {
		Random random = new Random(1);
		int compared = 0;
		int matching = 0;
		for (int i = 0; i < 200_000; i++) {
			String pattern = text(random, "aab/*?[]{},!-\\", 8);
			String id = text(random, "aab/b-", 6);
			PathMatcher matcher = matcher(pattern);
			Path path = Path.of(id);
			if (matcher != null && path.toString().equals(id)) {
				assertThatNoException().as(pattern).isThrownBy(() -> Glob.of(pattern));
				boolean matches = matcher.matches(path);
				assertThat(Glob.of(pattern).matches(id)).as("%s of %s", pattern, id).isEqualTo(matches);
				compared++;
				matching += matches ? 1 : 0;
			}
		}
		assertThat(compared).isGreaterThan(50_000);
		assertThat(matching).isGreaterThan(1_000);
	}

	private static @Nullable PathMatcher matcher(String pattern) {
		try {
			return FileSystems.getDefault().getPathMatcher("glob:" + pattern);
		}
		catch (PatternSyntaxException ex) {
			return null;
		}
	}

	private static String text(Random random, String characters, int most) {
		StringBuilder text = new StringBuilder();
		int length = 1 + random.nextInt(most);
		while (text.length() < length) {
			text.append(characters.charAt(random.nextInt(characters.length())));
		}
		return text.toString();
	}

}
