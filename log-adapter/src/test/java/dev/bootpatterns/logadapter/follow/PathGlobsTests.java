package dev.bootpatterns.logadapter.follow;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PathGlobsTests {

	@Test
	void list_isSeparatedByCommasOutsideBraces() {
		PathGlobs globs = PathGlobs.parse("/logs/{a,b}.log, /other/*.txt,");
		assertThat(globs.matches(Path.of("/logs/a.log"))).isTrue();
		assertThat(globs.matches(Path.of("/logs/b.log"))).isTrue();
		assertThat(globs.matches(Path.of("/other/c.txt"))).isTrue();
		assertThat(globs.matches(Path.of("/logs/c.log"))).isFalse();
	}

	@Test
	void relativeGlob_isMeantFromTheWorkingDirectory() {
		assertThat(PathGlobs.parse("logs/*.log").matches(Path.of("logs/a.log").toAbsolutePath())).isTrue();
	}

	@Test
	void emptyList_matchesNothing() {
		assertThat(PathGlobs.parse(" , ").isEmpty()).isTrue();
	}

}
