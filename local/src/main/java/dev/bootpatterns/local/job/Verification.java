package dev.bootpatterns.local.job;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;

import dev.bootpatterns.local.console.Console;
import dev.bootpatterns.local.state.Digests;
import dev.bootpatterns.local.state.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Holds a job's certificate against its items, and both against its source. Three
 * accounts of the same thing, made at different times by different code: the owner's
 * digests from when the job ended, its items as they are now, and the source as it is.
 */
public final class Verification {

	private static final int EXAMPLES = 3;

	private final Jobs jobs;

	private final Console console;

	private boolean good = true;

	public Verification(Jobs jobs, Console console) {
		this.jobs = jobs;
		this.console = console;
	}

	/**
	 * Verifies with a list of the source's ids.
	 * @param id the job
	 * @param certificate the job's
	 * @param lines an id in each; those that are no items may be among them
	 * @return whether nothing contradicts
	 * @throws IOException when there is no answer, or the list cannot be read
	 */
	public boolean againstLines(String id, JsonNode certificate, Reader lines) throws IOException {
		return verify(id, certificate, Listing.ofLines(lines));
	}

	/**
	 * Verifies with the source itself, if it is an archive; of anything else it says that
	 * it needs a list.
	 * @param id the job
	 * @param certificate the job's
	 * @param source a file or folder
	 * @param prefixes only ids that begin with one of these, by comma; empty: all
	 * @param binaries whether what is no text is an item
	 * @return whether nothing contradicts
	 * @throws IOException when there is no answer, or the source cannot be read
	 */
	public boolean againstFile(String id, JsonNode certificate, Path source, String prefixes, boolean binaries)
			throws IOException {
		List<String> beginnings = prefixes.isEmpty() ? List.of() : List.of(prefixes.split(",", -1));
		return verify(id, certificate,
				Files.isRegularFile(source) ? Listing.ofArchive(source, beginnings, binaries) : null);
	}

	/**
	 * Verifies a stage of a pipeline that others feed: it has no source of its own.
	 * @param id its job
	 * @param certificate the job's
	 * @return whether nothing contradicts
	 * @throws IOException when there is no answer
	 */
	public boolean ofStage(String id, JsonNode certificate) throws IOException {
		verifyItems(id, certificate);
		return this.good;
	}

	private boolean verify(String id, JsonNode certificate, @Nullable Listing source) throws IOException {
		NavigableMap<String, String> outcomes = verifyItems(id, certificate);
		if (source != null) {
			source(certificate, outcomes.keySet(), source);
		}
		else {
			this.console.line("- not held against the source: give its ids with --list");
		}
		return this.good;
	}

	private NavigableMap<String, String> verifyItems(String id, JsonNode certificate) throws IOException {
		NavigableMap<String, String> outcomes = new TreeMap<>(Listing.BY_BYTES);
		AtomicLong items = new AtomicLong();
		this.jobs.items(id, "", (item) -> {
			items.incrementAndGet();
			outcomes.put(item.path("id").asString(), item.path("state").asString());
		});
		outcomes(certificate.path("proof"), items.get(), outcomes);
		digests(certificate.path("proof"), outcomes);
		return outcomes;
	}

	private void outcomes(JsonNode proof, long items, NavigableMap<String, String> outcomes) {
		long done = outcomes.values().stream().filter("DONE"::equals).count();
		long dead = outcomes.values().stream().filter("DEAD"::equals).count();
		check(items == outcomes.size() && done + dead == items,
				"each of %d items has one outcome: %d DONE, %d DEAD".formatted(items, done, dead));
		check(proof.path("total").asLong() == outcomes.size() && proof.path("done").asLong() == done
				&& proof.path("dead").asLong() == dead,
				"the certificate counts %d items, %d DONE, %d DEAD".formatted(proof.path("total").asLong(),
						proof.path("done").asLong(), proof.path("dead").asLong()));
	}

	private void digests(JsonNode proof, NavigableMap<String, String> outcomes) {
		MessageDigest items = Digests.sha256();
		MessageDigest both = Digests.sha256();
		outcomes.forEach((item, outcome) -> {
			items.update((item + "\n").getBytes(StandardCharsets.UTF_8));
			both.update((outcome + " " + item + "\n").getBytes(StandardCharsets.UTF_8));
		});
		check(proof.path("items").asString("").equals(hex(items)), "its digest of the items is theirs");
		check(proof.path("outcomes").asString("").equals(hex(both)), "its digest of the outcomes is theirs");
	}

	private void source(JsonNode certificate, Collection<String> items, Listing source) {
		NavigableSet<String> unknown = without(items, source.ids());
		NavigableSet<String> others = without(source.ids(), items);
		check(unknown.isEmpty(), "its source, %s, lists all of them%s".formatted(certificate.path("source").asString(),
				examples("not", unknown)));
		JsonNode skipped = certificate.path("skipped");
		Map<String, Long> found = source.skipped();
		if (found != null) {
			check(others.isEmpty(), "and no other item%s".formatted(examples("but", others)));
			check(Json.tree(Json.write(found)).equals(skipped),
					"what the owner skipped, %s, is no item (found: %s)".formatted(skipped, found));
		}
		else {
			long count = skipped.valueStream().mapToLong(JsonNode::asLong).sum();
			check(others.size() == count, "and %d others, %d of which the owner skipped%s".formatted(others.size(),
					count, examples("others are", others)));
		}
	}

	private static NavigableSet<String> without(Collection<String> all, Collection<String> some) {
		NavigableSet<String> rest = new TreeSet<>(Listing.BY_BYTES);
		rest.addAll(all);
		some.forEach(rest::remove);
		return rest;
	}

	private static String examples(String what, NavigableSet<String> ids) {
		return ids.isEmpty() ? "" : ": %s %s%s".formatted(what, ids.stream().limit(EXAMPLES).toList(),
				(ids.size() > EXAMPLES) ? " and %d more".formatted(ids.size() - EXAMPLES) : "");
	}

	private void check(boolean holds, String what) {
		this.good &= holds;
		this.console.line((holds ? "✓ " : "✗ ") + what);
	}

	private static String hex(MessageDigest digest) {
		return HexFormat.of().formatHex(digest.digest());
	}

}
