package dev.bootpatterns.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Migrations only expand, so that a release and the one before it can run on one database
 * at the same time. What contracts waits for a release in which nothing of ours uses it,
 * and says which release stopped, in a comment on its line or the line above:
 * {@code -- contract: 0.3.0}.
 */
class MigrationTests {

	/** What no release has been without: it may do anything, and is not changed. */
	private static final Set<String> BASELINE = Set.of("owner/V1__election_topology_jobs.sql",
			"owner/V2__topology_change.sql", "owner/V3__roles_and_transitions.sql", "owner/V4__lock_service.sql",
			"owner/V5__identity.sql", "owner/V6__output.sql", "owner/V7__certificate_priority_order.sql",
			"owner/V8__pipelines.sql", "owner/V9__scaling.sql", "shard-service/V1__documents.sql",
			"shard-service/V2__replicas.sql", "shard-service/V3__heat.sql", "shard-service/V4__replica_zone.sql",
			"shard-service/V5__identity.sql");

	private static final Pattern CONTRACT = Pattern.compile("--\\s*contract:\\s*\\d+\\.\\d+\\.\\d+");

	private static final Pattern CREATED = Pattern.compile("create (?:unlogged )?table (?:if not exists )?([\\w.\"]+)");

	private static final Pattern INDEX = Pattern
		.compile("create (?:unique )?index (concurrently )?(?:if not exists )?.*?\\bon (?:only )?([\\w.\"]+)");

	private static final Pattern ALTERED = Pattern.compile("alter table (?:if exists )?(?:only )?([\\w.\"]+)");

	/** Matched against one statement, or one action of an ALTER TABLE. */
	private static final List<Rule> RULES = List.of(
			new Rule("\\bdrop (table|view|sequence|schema|type|function)\\b",
					"the release before still uses it: stop using it in one release, drop it in the next"),
			new Rule("^drop (?!index|constraint|not null|default)",
					"the release before still reads and writes it: stop using it in one release, drop it in the next"),
			new Rule("\\brename\\b",
					"the release before knows the old name: add the new one, write both, drop the old one later"),
			new Rule("^alter (column )?\\S+ (set data )?type\\b",
					"it rewrites the table under a lock, and the release before may not read it: "
							+ "add a column of the new type, write both, drop the old one later"),
			new Rule("^alter (column )?\\S+ set not null",
					"the release before may write null: give the column a default in this statement, "
							+ "or demand it once no release leaves it out"),
			new Rule(
					"^add (?!constraint|check|foreign|unique|primary|exclude)(?!.*\\b(default|generated)\\b).*\\bnot null\\b",
					"the release before does not write it, so its inserts fail: give it a DEFAULT or allow null"),
			new Rule("^add (?!constraint|check|foreign|unique|primary|exclude).*\\bprimary key\\b",
					"the release before does not write it: allow null"),
			new Rule("^truncate\\b",
					"the release before still reads it: stop using it in one release, empty it in the next"));

	@Test
	void migrationsAfterTheBaseline_onlyExpand() throws IOException {
		List<String> wrong = new ArrayList<>();
		Set<String> found = new HashSet<>();
		for (Path file : Checkout.files(".sql")) {
			String path = Checkout.ROOT.relativize(file).toString().replace('\\', '/');
			if (!path.contains("/src/main/resources/db/migration/")) {
				continue;
			}
			String name = path.substring(0, path.indexOf('/')) + "/" + file.getFileName();
			found.add(name);
			if (!BASELINE.contains(name)) {
				Path script = file.resolveSibling(file.getFileName() + ".conf");
				String conf = Files.exists(script) ? Files.readString(script) : "";
				wrong.addAll(wrongs(path, Files.readString(file), conf));
			}
		}
		assertThat(found).as("the baseline is there").containsAll(BASELINE);
		assertThat(wrong).isEmpty();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			drop table a                                             | stop using it
			alter table a drop column b                              | stop using it
			alter table a drop b                                     | stop using it
			alter table a add c int, drop column if exists b cascade | stop using it
			alter table a rename column b to c                       | add the new one
			ALTER TABLE a RENAME TO b                                | add the new one
			alter table a alter column b type bigint                 | add a column of the new type
			alter table a alter b set data type bigint               | add a column of the new type
			alter table a alter column b set not null                | give the column a default
			alter table a add column b int not null                  | give it a DEFAULT
			alter table a add column c int default 1, add b int not null | give it a DEFAULT
			alter table a add column id bigint primary key           | allow null
			truncate a                                               | empty it in the next
			create index i on a (b)                                  | CREATE INDEX CONCURRENTLY
			create unique index if not exists i on owner.a (b)       | CREATE INDEX CONCURRENTLY
			create index concurrently i on a (b)                     | executeInTransaction=false
			""")
	void whatContracts_isRefused_withWhatToDoInstead(String statement, String instead) {
		String sql = "-- A comment.\n/* drop\ntable x */\n" + statement + ";\n";
		assertThat(wrongs("V10__x.sql", sql, "")).singleElement()
			.asString()
			.startsWith("V10__x.sql:4: ")
			.contains(instead);
		assertThat(wrongs("V10__x.sql", sql.replace(";", "; -- contract: 0.3.0"), "")).isEmpty();
		assertThat(wrongs("V10__x.sql", "-- contract: 0.3.0\n" + statement + ";", "")).isEmpty();
		assertThat(wrongs("V10__x.sql", "-- contract: soon\n" + statement + ";", "")).as("names a release").hasSize(1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "alter table a add column b int", "alter table a add column b int not null default 0",
			"alter table a add b int default 0 not null",
			"alter table a add b text check (b in ('drop table', 'rename')), add check (b is not null) not valid",
			"alter table a alter column b set default 0, alter column b set not null",
			"alter table a alter column b drop not null", "create table a (b int not null); create index i on a (b)",
			"insert into a values ('-- drop table a;')", "drop index i" })
	void whatExpands_isAllowed(String statements) {
		assertThat(wrongs("V10__x.sql", statements + ";", "")).isEmpty();
	}

	@Test
	void indexThatIsMadeConcurrently_isAllowed_outsideOfATransaction() {
		assertThat(wrongs("V10__x.sql", "create index concurrently i on a (b);", "executeInTransaction=false"))
			.isEmpty();
	}

	@Test
	void wrong_isSaidWithTheLineOfTheAction() {
		assertThat(wrongs("V10__x.sql",
				"create table t (a int);\n\nalter table t2\n\tadd column a int,\n\tdrop column b;", ""))
			.singleElement()
			.asString()
			.startsWith("V10__x.sql:5: drop column b");
	}

	private static List<String> wrongs(String file, String sql, String conf) {
		List<String> wrong = new ArrayList<>();
		Set<String> created = new HashSet<>();
		String plain = plain(sql);
		for (Part statement : split(new Part(0, plain), ';')) {
			Matcher create = CREATED.matcher(statement.words());
			if (create.lookingAt()) {
				created.add(create.group(1));
				continue;
			}
			Matcher index = INDEX.matcher(statement.words());
			if (index.lookingAt() && !created.contains(index.group(2))) {
				checkIndex(file, sql, conf, statement, index.group(1) != null, wrong);
			}
			Matcher alter = ALTERED.matcher(statement.words());
			boolean alters = alter.lookingAt();
			if (alters && created.contains(alter.group(1))) {
				continue;
			}
			for (Part action : alters ? split(statement, ',') : List.of(statement)) {
				check(file, sql, statement, action, wrong);
			}
		}
		return wrong;
	}

	private static void check(String file, String sql, Part statement, Part action, List<String> wrong) {
		String words = ALTERED.matcher(action.words()).replaceFirst("").strip();
		boolean defaulted = words.endsWith("set not null")
				&& statement.words().contains(words.replace("set not null", "set default"));
		RULES.stream()
			.filter((rule) -> rule.what().matcher(words).find() && !defaulted)
			.findFirst()
			.ifPresent((rule) -> say(file, sql, action, rule.instead(), wrong));
	}

	private static void checkIndex(String file, String sql, String conf, Part statement, boolean concurrently,
			List<String> wrong) {
		if (!concurrently) {
			say(file, sql, statement,
					"it keeps writers out for as long as it takes: use CREATE INDEX CONCURRENTLY, alone in "
							+ "its file, with executeInTransaction=false in a file of the same name with .conf after it, and "
							+ "spring.flyway.postgresql.transactional-lock=false",
					wrong);
		}
		else if (!conf.replace(" ", "").contains("executeInTransaction=false")) {
			say(file, sql, statement, "it cannot run in a transaction: put executeInTransaction=false into " + file
					+ ".conf, and set spring.flyway.postgresql.transactional-lock=false, or it waits for Flyway's own lock",
					wrong);
		}
	}

	private static void say(String file, String sql, Part part, String instead, List<String> wrong) {
		int line = sql.substring(0, part.start()).split("\n", -1).length;
		List<String> lines = List.of(sql.split("\n", -1));
		int last = line + part.text().strip().split("\n", -1).length - 1;
		for (int i = Math.max(0, line - 2); i < last; i++) {
			if (CONTRACT.matcher(lines.get(i)).find()) {
				return;
			}
		}
		wrong.add("%s:%d: %s – %s. If no release uses it any more, say which one stopped: -- contract: 0.3.0"
			.formatted(file, line, part.words(), instead));
	}

	/** With blanks in place of comments and of what is quoted, so that places stay. */
	private static String plain(String sql) {
		return Pattern.compile("--[^\n]*|/\\*.*?\\*/|'(?:[^']|'')*'|\\$(\\w*)\\$.*?\\$\\1\\$", Pattern.DOTALL)
			.matcher(sql)
			.replaceAll((part) -> part.group().replaceAll("[^\n]", " "));
	}

	/** Split where no parenthesis is open. */
	private static List<Part> split(Part whole, char separator) {
		List<Part> parts = new ArrayList<>();
		int depth = 0;
		int begin = 0;
		String text = whole.text();
		for (int i = 0; i <= text.length(); i++) {
			char at = (i < text.length()) ? text.charAt(i) : separator;
			depth += (at == '(') ? 1 : (at == ')') ? -1 : 0;
			if (i == text.length() || (at == separator && depth == 0)) {
				String part = text.substring(begin, i);
				if (!part.isBlank()) {
					int blanks = part.length() - part.stripLeading().length();
					parts.add(new Part(whole.start() + begin + blanks, part.strip()));
				}
				begin = i + 1;
			}
		}
		return parts;
	}

	/**
	 * A statement, or a part of one.
	 *
	 * @param start where it begins in the file, in characters
	 * @param text it, without comments
	 */
	private record Part(int start, String text) {

		String words() {
			return this.text.toLowerCase(Locale.ROOT).replaceAll("\\s+", " ").strip();
		}

	}

	/**
	 * What the release before does not survive.
	 *
	 * @param what it looks like
	 * @param instead why, and what to do instead
	 */
	private record Rule(Pattern what, String instead) {

		Rule(String what, String instead) {
			this(Pattern.compile(what), instead);
		}

	}

}
