package dev.bootpatterns.owner.sources;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.NotNull;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * What the source {@code corpus} is, and where others are.
 *
 * @param corpus a folder, a zip or jar, or a bare git repository; absent: there is no
 * such source
 * @param corpusPrefixes only items whose ids begin with one of these; none: all items
 * @param sources a folder: each zip, jar, folder or bare git repository in it is a source
 * by its name; absent: there are no such sources
 * @param containers source containers, by the names that jobs give: where each is
 * @param maxItemSize larger files are skipped; at most 2 MB, what a message may carry
 */
@Validated
@ConfigurationProperties("owner")
record SourcesProperties(@Nullable Path corpus, @DefaultValue List<String> corpusPrefixes, @Nullable Path sources,
		@DefaultValue Map<String, URI> containers, @NotNull @DefaultValue("2MB") DataSize maxItemSize) {

	private static final DataSize LARGEST = DataSize.ofMegabytes(2);

	@AssertTrue(message = "owner.containers: must be absolute http or https URLs without a query")
	boolean isContainersUsable() {
		return this.containers.values()
			.stream()
			.allMatch((url) -> ("http".equals(url.getScheme()) || "https".equals(url.getScheme()))
					&& url.getHost() != null && url.getQuery() == null && url.getFragment() == null);
	}

	@AssertTrue(message = "owner.max-item-size: must be between 1B and 2MB")
	boolean isMaxItemSizeCarriable() {
		return this.maxItemSize.toBytes() > 0 && this.maxItemSize.compareTo(LARGEST) <= 0;
	}

}
