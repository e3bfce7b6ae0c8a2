package dev.bootpatterns.owner.jobs;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/** How items go from stage to stage, on a real PostgreSQL, step by step. */
class StagesTests {

	private static final JobsOnDatabase DATABASE = new JobsOnDatabase();

	@AfterAll
	static void close() {
		DATABASE.close();
	}

	/** A pipeline of which the test drives each step. */
	private static final class Run {

		private final long id;

		private final Map<String, Long> jobs = new LinkedHashMap<>();

		Run(String stages) {
			String yaml = "name: test\nstages:\n" + stages;
			this.id = DATABASE.pipelines
				.create(new ManifestReader(JsonMapper.shared()).read(yaml.getBytes(StandardCharsets.UTF_8)), "corpus");
			view().stages()
				.forEach((stage) -> this.jobs.put(Objects.requireNonNull(stage.job().stage()),
						Long.valueOf(stage.job().id())));
		}

		long job(String stage) {
			return Objects.requireNonNull(this.jobs.get(stage));
		}

		Pipeline view() {
			return DATABASE.pipelines.find(this.id).orElseThrow();
		}

		Pipeline.StageView stage(String name) {
			return view().stages()
				.stream()
				.filter((stage) -> name.equals(stage.job().stage()))
				.findFirst()
				.orElseThrow();
		}

		JobState state(String stage) {
			return stage(stage).job().state();
		}

		Run listed(String... ids) {
			long first = this.jobs.values().iterator().next();
			DATABASE.list(first, ids);
			DATABASE.listed(first);
			return this;
		}

		List<DueItem> due(String stage) {
			return DATABASE.due(job(stage));
		}

		List<String> publish(String stage) {
			return DATABASE.publish(job(stage));
		}

		/** Its items, each with its state. */
		List<String> items(String stage) {
			return DATABASE.jobs.items(job(stage), null, "", 1000)
				.stream()
				.map((item) -> item.id() + " " + item.state())
				.toList();
		}

		void outcome(String stage, String item, Result.Outcome outcome) {
			DATABASE.apply(job(stage), item, 1, outcome);
		}

		void output(String stage, String item, String output) {
			result(stage, item, 1, output.getBytes(StandardCharsets.UTF_8), null);
		}

		void emits(String stage, String item, Emission... emissions) {
			result(stage, item, 1, null, List.of(emissions));
		}

		void result(String stage, String item, int attempt, byte @Nullable [] output,
				@Nullable List<@Nullable Emission> emissions) {
			DATABASE.transitions.apply(DATABASE.term, List.of(new ResultMessage(Long.toString(job(stage)), item,
					attempt, "DONE", null, "worker-1", 3L, output, emissions)
				.toResult()));
		}

		String content(String stage, String item) {
			return new String(bytes(stage, item), StandardCharsets.UTF_8);
		}

		byte[] bytes(String stage, String item) {
			DueItem due = due(stage).stream()
				.filter((found) -> found.key().item().equals(item))
				.findFirst()
				.orElseThrow();
			try {
				return due.stored() ? DATABASE.contents.read(due, Run::source) : source("corpus", item);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

		private static byte[] source(String source, String item) {
			return (source + ":" + item).getBytes(StandardCharsets.UTF_8);
		}

		/** Lets a reduction go on with a handler that joins texts. */
		void reduceAll(String stage) throws IOException {
			while (true) {
				DATABASE.step();
				List<DueItem> groups = due(stage);
				if (groups.isEmpty()) {
					return;
				}
				for (DueItem group : groups) {
					List<String> texts = new ArrayList<>();
					try (ZipInputStream zip = new ZipInputStream(
							new ByteArrayInputStream(bytes(stage, group.key().item())))) {
						for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
							texts.add(new String(zip.readAllBytes(), StandardCharsets.UTF_8));
						}
					}
					output(stage, group.key().item(), "(" + String.join("+", texts) + ")");
				}
			}
		}

		/** What came of it, by key. */
		Map<String, String> roots(String stage) {
			Map<String, String> roots = new LinkedHashMap<>();
			for (StageStore.Root root : DATABASE.stages.roots(job(stage))) {
				roots.put(root.key(),
						new String(DATABASE.jobs.output(job(stage), root.id()).orElseThrow(), StandardCharsets.UTF_8));
			}
			return roots;
		}

	}

	private static Emission to(@Nullable String stage) {
		return new Emission(stage, null, null);
	}

	private static final String TWO = """
			  - {name: first, handler: checksum, to: second}
			  - {name: second, handler: checksum}
			""";

	@Test
	void output_isAnItemOfTheNextStage_andWithoutOneTheItemEndsThere() {
		Run run = new Run(TWO).listed("a", "b");
		run.publish("first");
		run.output("first", "a", "of a");
		run.outcome("first", "b", Result.Outcome.DONE);
		assertThat(run.items("second")).containsExactly("a PENDING");
		assertThat(run.content("second", "a")).isEqualTo("of a");
	}

	@Test
	void resultThatComesAgain_leadsToNothingMore_andNeitherDoesAnotherOne() {
		Run run = new Run(TWO).listed("a");
		run.publish("first");
		run.output("first", "a", "of a");
		run.output("first", "a", "another");
		run.emits("first", "a", new Emission(null, "x", null));
		assertThat(run.items("second")).containsExactly("a PENDING");
		assertThat(run.content("second", "a")).isEqualTo("of a");
	}

	@Test
	void failedAndRejectedItems_leadToNothing() {
		Run run = new Run(TWO).listed("a", "b");
		run.publish("first");
		run.outcome("first", "a", Result.Outcome.FAILED);
		run.outcome("first", "b", Result.Outcome.REJECTED);
		assertThat(run.items("second")).isEmpty();
	}

	@Test
	void emissions_goWhereTheySay_withTheirOwnIdAndContent_orThoseOfTheItem() {
		Run run = new Run("""
				  - {name: first, type: copier, to: [left, right]}
				  - {name: left, type: filter, when: {id: x}, to: end}
				  - {name: right, handler: checksum}
				  - {name: end, handler: checksum}
				""").listed("a", "b");
		run.publish("first");
		run.emits("first", "a", to(null));
		run.emits("first", "b", new Emission("left", "b/1", "one".getBytes(StandardCharsets.UTF_8)),
				new Emission("left", "b/2", null));
		assertThat(run.items("left")).containsExactly("a PENDING", "b/1 PENDING", "b/2 PENDING");
		assertThat(run.items("right")).containsExactly("a PENDING");
		assertThat(run.content("left", "a")).isEqualTo("corpus:a");
		assertThat(run.content("left", "b/1")).isEqualTo("one");
		assertThat(run.content("left", "b/2")).isEqualTo("corpus:b");
		run.publish("left");
		run.emits("left", "a", to(null));
		run.emits("left", "b/1", to(null));
		run.emits("left", "b/2", new Emission("end", "renamed", null));
		assertThat(run.content("end", "a")).isEqualTo("corpus:a");
		assertThat(run.content("end", "b/1")).isEqualTo("one");
		assertThat(run.content("end", "renamed")).as("through two stages and two names").isEqualTo("corpus:b");
	}

	@Test
	void emptyListOfEmissions_letsNothingOn_alsoIfThereIsAnOutput() {
		Run run = new Run(TWO).listed("a");
		run.publish("first");
		run.result("first", "a", 1, new byte[] { 1 }, List.of());
		assertThat(run.items("second")).isEmpty();
		assertThat(run.items("first")).containsExactly("a DONE");
	}

	@Test
	void emissionToAStageThatDoesNotComeNext_makesTheItemDead_withThoseThatDo() {
		Run run = new Run(TWO).listed("a");
		run.publish("first");
		run.emits("first", "a", to("first"));
		assertThat(run.items("first")).containsExactly("a DEAD");
		assertThat(DATABASE.jobs.items(run.job("first"), null, "", 1).getFirst().reason())
			.isEqualTo("emits to 'first', which is no stage that comes next: there are [second]");
		assertThat(run.items("second")).isEmpty();
	}

	@Test
	void idThatIsTooLongForTheNextStage_makesTheItemDead() {
		Run run = new Run(TWO).listed("a");
		run.publish("first");
		run.emits("first", "a", new Emission(null, "ä".repeat(257), null));
		assertThat(run.items("first")).containsExactly("a DEAD");
	}

	@Test
	void merger_keepsItemsOfTheSameIdApart() {
		Run run = new Run("""
				  - {name: first, type: copier, to: [left, right]}
				  - {name: left, handler: checksum, to: both}
				  - {name: right, handler: checksum, to: both}
				  - {name: both, type: merger, to: end}
				  - {name: end, handler: checksum}
				""").listed("a");
		run.publish("first");
		run.emits("first", "a", to(null));
		run.publish("left");
		run.publish("right");
		run.output("left", "a", "l");
		run.output("right", "a", "r");
		assertThat(run.items("both")).containsExactly("left/a PENDING", "right/a PENDING");
		assertThat(run.content("both", "right/a")).isEqualTo("r");
	}

	@Test
	void stage_waits_whileTheNextHasAsMuchAsItMay_andThenGoesOn() {
		Run run = new Run("""
				  - {name: first, handler: checksum, to: second}
				  - {name: second, handler: checksum, buffer: 2}
				""").listed("a", "b", "c", "d");
		DATABASE.transitions.published(DATABASE.term, run.due("first").subList(0, 2), List.of(), Duration.ZERO);
		run.output("first", "a", "a");
		assertThat(run.due("first")).hasSize(2);
		run.output("first", "b", "b");
		assertThat(run.due("first")).as("two wait in the second stage").isEmpty();
		run.publish("second");
		assertThat(run.due("first")).as("they are under way").hasSize(2);
	}

	@Test
	void orderWithinAKey_isKept_fromStageToStage() {
		Run run = new Run("""
				  - {name: first, handler: checksum, orderBy: folder, to: second}
				  - {name: second, handler: checksum, orderBy: folder}
				""").listed("k/3", "k/1", "k/2");
		for (String id : List.of("k/3", "k/1", "k/2")) {
			assertThat(run.publish("first")).containsExactly(id);
			run.output("first", id, id);
		}
		for (String id : List.of("k/3", "k/1", "k/2")) {
			assertThat(run.publish("second")).containsExactly(id);
			run.outcome("second", id, Result.Outcome.DONE);
		}
	}

	@Test
	void stage_isOver_whenAllBeforeItAre_andThePipelineWithTheLast() {
		Run run = new Run(TWO).listed("a");
		run.publish("first");
		DATABASE.step();
		assertThat(run.state("second")).isEqualTo(JobState.LISTING);
		run.output("first", "a", "x");
		run.publish("second");
		run.outcome("second", "a", Result.Outcome.DONE);
		DATABASE.step();
		assertThat(run.state("first")).isEqualTo(JobState.DONE);
		assertThat(run.state("second")).as("its input ended in the same step").isNotEqualTo(JobState.DONE);
		assertThat(run.view().state()).isEqualTo(JobState.RUNNING);
		DATABASE.step();
		assertThat(run.state("second")).isEqualTo(JobState.DONE);
		assertThat(run.view().state()).isEqualTo(JobState.DONE);
		assertThat(DATABASE.certificates.find(run.stage("second").job())).isPresent();
	}

	@Test
	void stageThatFails_failsAllAfterIt_withItsName() {
		Run run = new Run("""
				  - {name: first, handler: checksum, to: second}
				  - {name: second, handler: checksum, to: third}
				  - {name: third, handler: checksum}
				""");
		DATABASE.fenced.inTransaction(DATABASE.term, () -> {
			DATABASE.jobs.failed(run.job("first"), "no source");
			return true;
		});
		DATABASE.step();
		DATABASE.step();
		assertThat(run.view().state()).isEqualTo(JobState.FAILED);
		assertThat(run.stage("third").job().reason()).isEqualTo("stage 'second' before it failed");
	}

	private static final String JOINED = """
			  - {name: first, handler: checksum, to: held}
			  - {name: held, type: join, to: after}
			  - {name: after, handler: checksum}
			""";

	@Test
	void join_holdsItsItems_untilAllAreThere_andSaysForWhich() {
		Run run = new Run(JOINED).listed("a", "b");
		run.publish("first");
		run.output("first", "a", "x");
		DATABASE.step();
		assertThat(run.items("held")).containsExactly("a PENDING");
		assertThat(run.due("held")).isEmpty();
		Pipeline.WaitsFor waits = Objects.requireNonNull(run.stage("held").waitsFor());
		assertThat(waits.held()).isOne();
		assertThat(waits.open()).isOne();
		assertThat(waits.dead()).isZero();
		assertThat(waits.stragglers()).extracting(Pipeline.Straggler::item).containsExactly("b");
		run.output("first", "b", "y");
		DATABASE.step();
		DATABASE.step();
		assertThat(run.publish("held")).containsExactlyInAnyOrder("a", "b");
		assertThat(run.stage("held").waitsFor()).isNull();
	}

	@Test
	void join_waitsForWhatIsDead_untilItIsPutBack() {
		Run run = new Run(JOINED).listed("a", "b");
		run.publish("first");
		run.output("first", "a", "x");
		run.outcome("first", "b", Result.Outcome.REJECTED);
		DATABASE.step();
		DATABASE.step();
		assertThat(run.state("first")).isEqualTo(JobState.DONE);
		assertThat(run.due("held")).isEmpty();
		Pipeline.WaitsFor waits = Objects.requireNonNull(run.stage("held").waitsFor());
		assertThat(waits.dead()).isOne();
		assertThat(waits.stragglers()).singleElement()
			.satisfies((straggler) -> assertThat(straggler.reason()).isEqualTo("because"));
		assertThat(DATABASE.retry(run.job("first"), "b")).isTrue();
		run.publish("first");
		run.result("first", "b", 2, new byte[] { 1 }, null);
		DATABASE.step();
		DATABASE.step();
		assertThat(run.publish("held")).containsExactlyInAnyOrder("a", "b");
	}

	@Test
	void join_waitsForWhatIsDead_inAnyStageBeforeIt() {
		Run run = new Run("""
				  - {name: first, handler: checksum, to: between}
				  - {name: between, handler: checksum, to: held}
				  - {name: held, type: join, to: after}
				  - {name: after, handler: checksum}
				""").listed("a");
		run.publish("first");
		run.outcome("first", "a", Result.Outcome.REJECTED);
		DATABASE.step();
		DATABASE.step();
		DATABASE.step();
		assertThat(run.state("between")).isEqualTo(JobState.DONE);
		assertThat(run.state("held")).isEqualTo(JobState.LISTING);
		assertThat(DATABASE.retry(run.job("first"), "a")).isTrue();
		assertThat(run.state("first")).isEqualTo(JobState.RUNNING);
		assertThat(run.state("between")).as("what is put back may come through it").isEqualTo(JobState.LISTING);
	}

	@Test
	void joinThatWentOnWithoutADeadItem_takesItForLate_whenItComes() {
		Run run = new Run(JOINED).listed("a", "b");
		run.publish("first");
		run.output("first", "a", "x");
		run.outcome("first", "b", Result.Outcome.REJECTED);
		DATABASE.step();
		assertThat(DATABASE.stages.proceed(run.job("held"))).isTrue();
		DATABASE.step();
		assertThat(run.publish("held")).containsExactly("a");
		run.emits("held", "a", to(null));
		run.publish("after");
		run.outcome("after", "a", Result.Outcome.DONE);
		DATABASE.step();
		DATABASE.step();
		assertThat(run.view().state()).isEqualTo(JobState.DONE);
		assertThat(DATABASE.retry(run.job("first"), "b")).isTrue();
		assertThat(run.state("held")).as("it went on").isEqualTo(JobState.DONE);
		run.publish("first");
		run.result("first", "b", 2, new byte[] { 1 }, null);
		assertThat(run.items("held")).containsExactly("a DONE", "b DEAD");
		assertThat(DATABASE.jobs.items(run.job("held"), ItemState.DEAD, "", 10).getFirst().reason())
			.startsWith("late: stage held went on without it at ");
		assertThat(DATABASE.retry(run.job("held"), "b")).as("late is late").isFalse();
		DATABASE.step();
		assertThat(run.view().state()).isEqualTo(JobState.DONE);
		assertThat(DATABASE.certificates.find(run.stage("held").job()).orElseThrow().proof().dead()).isOne();
		assertThat(DATABASE.stages.proceed(run.job("held"))).isFalse();
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 2, 3, 4, 5, 17, 64, 65 })
	void reduce_makesOneOfAll_eachOnce_inTheOrderOfTheIds(int count) throws IOException {
		Run run = new Run("""
				  - {name: first, handler: checksum, to: total}
				  - {name: total, type: reduce, handler: sum, fanIn: 4, to: end}
				  - {name: end, handler: checksum}
				""").listed(IntStream.range(0, count).mapToObj("%03d"::formatted).toArray(String[]::new));
		run.publish("first");
		for (int i = 0; i < count; i++) {
			run.output("first", "%03d".formatted(i), Integer.toString(i));
		}
		DATABASE.step();
		run.reduceAll("total");
		DATABASE.step();
		String expected = String.join("+", IntStream.range(0, count).mapToObj(Integer::toString).toList());
		if (count == 0) {
			assertThat(run.roots("total")).isEmpty();
		}
		else {
			assertThat(run.roots("total")).containsOnlyKeys("");
			assertThat(run.roots("total").getOrDefault("", "none").replaceAll("[()]", "")).isEqualTo(expected);
			assertThat(run.items("end")).containsExactly("all PENDING");
			assertThat(run.content("end", "all")).isEqualTo(run.roots("total").getOrDefault("", "none"));
		}
		assertThat(run.state("total")).isEqualTo(JobState.DONE);
	}

	@Test
	void reduce_byAKey_makesOneOfEach() throws IOException {
		Run run = new Run("""
				  - {name: first, handler: wordcount, to: total}
				  - {name: total, type: reduce, handler: sum, by: "segment:1", fanIn: 2}
				""").listed("a", "b", "c");
		run.publish("first");
		for (String id : List.of("a", "b", "c")) {
			run.emits("first", id, new Emission(null, "0/" + id, (id + "0").getBytes(StandardCharsets.UTF_8)),
					new Emission(null, "1/" + id, (id + "1").getBytes(StandardCharsets.UTF_8)));
		}
		DATABASE.step();
		run.reduceAll("total");
		assertThat(run.roots("total")).isEqualTo(Map.of("0", "((a0+b0)+(c0))", "1", "((a1+b1)+(c1))"));
	}

	@Test
	void itemWithoutTheKey_isDead() {
		Run run = new Run("""
				  - {name: first, handler: checksum, to: total}
				  - {name: total, type: reduce, handler: sum, by: "segment:2"}
				""").listed("a");
		run.publish("first");
		run.output("first", "a", "x");
		assertThat(DATABASE.jobs.items(run.job("first"), ItemState.DEAD, "", 1).getFirst().reason())
			.isEqualTo("leads to the id 'a', which has no segment:2, by which stage 'total' reduces");
	}

	@Test
	void groupThatIsDead_holdsItsKeyUp_untilItIsPutBack() throws IOException {
		Run run = new Run("""
				  - {name: first, handler: wordcount, to: total}
				  - {name: total, type: reduce, handler: sum, by: "segment:1", fanIn: 2, to: end}
				  - {name: end, handler: checksum}
				""").listed("0/a", "0/b", "0/c", "1/a");
		run.publish("first");
		for (String id : List.of("0/a", "0/b", "0/c", "1/a")) {
			run.output("first", id, id);
		}
		DATABASE.step();
		DATABASE.step();
		List<String> groups = run.publish("total");
		assertThat(groups).hasSize(3);
		run.outcome("total", groups.getFirst(), Result.Outcome.REJECTED);
		run.output("total", groups.get(1), "rest");
		run.output("total", groups.get(2), "one");
		DATABASE.step();
		assertThat(run.state("total")).isEqualTo(JobState.DONE);
		assertThat(run.roots("total")).isEqualTo(Map.of("1", "one"));
		assertThat(run.items("end")).containsExactly("1 PENDING");
		assertThat(DATABASE.retry(run.job("total"), groups.getFirst())).isTrue();
		run.publish("total");
		run.result("total", groups.getFirst(), 2, "pair".getBytes(StandardCharsets.UTF_8), null);
		run.reduceAll("total");
		assertThat(run.roots("total")).isEqualTo(Map.of("0", "(pair+rest)", "1", "one"));
		assertThat(run.items("end")).as("each once").containsExactly("0 PENDING", "1 PENDING");
	}

	@Test
	void resultsThatAreLarge_areReducedInPairs_andUnchangedItemsOfTheSource_too() throws IOException {
		Run run = new Run("""
				  - {name: first, type: filter, when: {id: x}, to: total}
				  - {name: total, type: reduce, handler: sum, fanIn: 64}
				""").listed("a", "b", "c", "d", "e");
		DATABASE.jdbc.sql("update owner.item set size = 1000000 where job = ?").params(run.job("first")).update();
		run.publish("first");
		for (String id : List.of("a", "b", "c", "d", "e")) {
			run.emits("first", id, to(null));
		}
		DATABASE.step();
		DATABASE.step();
		assertThat(run.due("total")).hasSize(3);
		run.reduceAll("total");
		assertThat(run.roots("total").getOrDefault("", "none").replaceAll("[()]", ""))
			.isEqualTo("corpus:a+corpus:b+corpus:c+corpus:d+corpus:e");
	}

	@Test
	void itemThatIsPutBack_whileTheNextStageRuns_isNotLost() {
		Run run = new Run(TWO).listed("a", "b");
		run.publish("first");
		run.output("first", "a", "x");
		run.outcome("first", "b", Result.Outcome.REJECTED);
		DATABASE.step();
		DATABASE.step();
		assertThat(run.state("second")).isEqualTo(JobState.RUNNING);
		run.publish("second");
		assertThat(DATABASE.retry(run.job("first"), "b")).isTrue();
		run.outcome("second", "a", Result.Outcome.DONE);
		DATABASE.step();
		DATABASE.step();
		run.publish("first");
		run.result("first", "b", 2, new byte[] { 1 }, null);
		DATABASE.step();
		DATABASE.step();
		assertThat(run.publish("second")).containsExactly("b");
	}

	@Test
	void groupThatIsPutBack_whileTheOwnerLooks_letsNoPartGoOnAsTheWhole() {
		Run run = new Run("""
				  - {name: first, handler: wordcount, to: total}
				  - {name: total, type: reduce, handler: sum, fanIn: 2, to: end}
				  - {name: end, handler: checksum}
				""").listed("a", "b", "c", "d");
		run.publish("first");
		for (String id : List.of("a", "b", "c", "d")) {
			run.output("first", id, id);
		}
		DATABASE.step();
		DATABASE.step();
		List<String> groups = run.publish("total");
		run.output("total", groups.get(0), "ab");
		run.outcome("total", groups.get(1), Result.Outcome.REJECTED);
		assertThat(DATABASE.jobs.hasOpenItems(run.job("total"))).isFalse();
		assertThat(DATABASE.retry(run.job("total"), groups.get(1))).isTrue();
		DATABASE.transitions.handOnRoots(DATABASE.term, run.job("total"));
		assertThat(run.items("end")).isEmpty();
	}

	@Test
	void lateItem_thatComesWhileACertificateIsMade_isInTheNext() {
		Run run = new Run(JOINED).listed("a", "b");
		run.publish("first");
		run.output("first", "a", "x");
		run.outcome("first", "b", Result.Outcome.REJECTED);
		DATABASE.step();
		DATABASE.stages.proceed(run.job("held"));
		DATABASE.step();
		run.publish("held");
		run.emits("held", "a", to(null));
		assertThat(DATABASE.retry(run.job("first"), "b")).isTrue();
		run.publish("first");
		CertificateStore.Draft draft = DATABASE.certificates.draft(run.job("held"));
		run.result("first", "b", 2, new byte[] { 1 }, null);
		assertThat(DATABASE.fenced.<Boolean>inTransaction(DATABASE.term,
				() -> DATABASE.jobs.finish(run.job("held"), draft)))
			.isFalse();
	}

	@Test
	void twoItemsThatLeadToTheSameOne_areNotOne_theSecondIsDead_andSaysSo() {
		Run run = new Run(TWO).listed("a", "b", "c");
		run.publish("first");
		run.emits("first", "a", new Emission(null, "x", new byte[] { 1 }));
		run.emits("first", "b", new Emission(null, "x", new byte[] { 2 }));
		run.emits("first", "c", new Emission(null, "y", null), new Emission(null, "y", null));
		assertThat(run.items("first")).containsExactly("a DONE", "b DEAD", "c DEAD");
		assertThat(run.items("second")).containsExactly("x PENDING");
		assertThat(DATABASE.jobs.items(run.job("first"), ItemState.DEAD, "", 1).getFirst().reason())
			.isEqualTo("leads to the id 'x' in stage 'second', as something did before it");
	}

	@Test
	void reductionsWithoutOutput_andThoseThatTheNextCannotGroup_areDead() {
		Run run = new Run("""
				  - {name: first, handler: wordcount, to: one}
				  - {name: one, type: reduce, handler: sum, by: folder, to: two}
				  - {name: two, type: reduce, handler: sum, by: "segment:3"}
				""").listed("a", "all/b");
		run.publish("first");
		run.output("first", "a", "a");
		run.output("first", "all/b", "b");
		DATABASE.step();
		DATABASE.step();
		List<String> groups = run.publish("one");
		run.emits("one", groups.getFirst(), to(null));
		assertThat(run.items("one")).contains(groups.getFirst() + " DEAD");
		assertThat(DATABASE.retry(run.job("one"), groups.getFirst())).isTrue();
		run.publish("one");
		run.result("one", groups.getFirst(), 2, new byte[] { 1 }, null);
		run.output("one", groups.getLast(), "b");
		DATABASE.step();
		assertThat(run.items("two")).as("the key that is none, and the one that is called all")
			.containsExactlyInAnyOrder("/all DEAD", "all DEAD");
	}

	@Test
	void sizeOfAGroup_isThatOfWhatIsLeft() {
		Run run = new Run("""
				  - {name: first, handler: wordcount, to: total}
				  - {name: total, type: reduce, handler: sum, fanIn: 256}
				""").listed(IntStream.range(0, 8).mapToObj(Integer::toString).toArray(String[]::new));
		run.publish("first");
		for (int i = 0; i < 8; i++) {
			run.result("first", Integer.toString(i), 1, new byte[300_000], null);
		}
		DATABASE.step();
		DATABASE.step();
		List<String> groups = run.publish("total");
		assertThat(groups).hasSize(4);
		groups.forEach((group) -> run.output("total", group, "tiny"));
		DATABASE.step();
		assertThat(run.due("total")).singleElement().satisfies((last) -> assertThat(last.size()).isEqualTo(16));
	}

	@Test
	void reductionOfMoreThanOneTransactionTakes_groupsEachResultOnce() {
		Run run = new Run("""
				  - {name: first, handler: wordcount, to: total}
				  - {name: total, type: reduce, handler: sum, by: "segment:1", fanIn: 64}
				""").listed("a");
		run.publish("first");
		run.outcome("first", "a", Result.Outcome.DONE);
		DATABASE.jdbc.sql("""
				insert into owner.item (job, id, size, attempt_limit, reduce_key, content, state)
				select ?, k || '/' || n, 1, 1, k, 'x', 'DONE'
				  from (select n, n / 41000 as k from generate_series(1, 45000) as n) as leaf""")
			.param(run.job("total"))
			.update();
		DATABASE.step();
		DATABASE.step();
		List<Integer> sizes = DATABASE.jdbc
			.sql("select count(*)::int from owner.item where job = ? and level = 0 group by reduce_key, reduced_by")
			.param(run.job("total"))
			.query((row, number) -> row.getInt(1))
			.list();
		assertThat(sizes).allMatch((size) -> size <= 64);
		assertThat(sizes.stream().mapToInt(Integer::intValue).sum()).isEqualTo(45_000);
		assertThat(run.publish("total")).hasSize(sizes.size()).hasSizeLessThan(720);
	}

}
