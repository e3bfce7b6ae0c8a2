package dev.bootpatterns.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What the documents say exists does exist. */
class DocumentationTests {

	private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)#\\s]+)(?:#[^)]*)?\\)");

	@Test
	void relativeLinks_leadSomewhere() throws IOException {
		List<String> broken = new ArrayList<>();
		List<Path> documents = Checkout.files(".md");
		int links = 0;
		for (Path document : documents) {
			Matcher link = LINK.matcher(Files.readString(document));
			while (link.find()) {
				String target = link.group(1);
				if (!target.contains("://") && !target.startsWith("mailto:")) {
					links++;
					if (!Files.exists(document.resolveSibling(target).normalize())) {
						broken.add(Checkout.ROOT.relativize(document) + " → " + target);
					}
				}
			}
		}
		assertThat(links).isPositive();
		assertThat(broken).isEmpty();
	}

	@Test
	void everyModule_hasABuildFileThatReadsAtAGlance() throws IOException {
		for (Path module : Checkout.modules()) {
			String build = Files.readString(module.resolve("pom.xml"));
			assertThat(build.substring(build.indexOf("</parent>"))).as("versions are in the root POM: %s", module)
				.doesNotContainPattern("<dependency>(?:(?!</dependency>)[\\s\\S])*<version>");
		}
	}

	@Test
	void everyFolderWithABuildFile_hasAReadme() throws IOException {
		try (Stream<Path> folders = Files.list(Checkout.ROOT)) {
			assertThat(folders.filter((folder) -> Files.exists(folder.resolve("pom.xml")))).isNotEmpty()
				.allSatisfy((folder) -> assertThat(folder.resolve("README.md")).exists());
		}
	}

}
