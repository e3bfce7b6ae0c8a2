package dev.bootpatterns.benchmarks;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import dev.bootpatterns.sharding.fanout.TopK;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The root's merge of the leaves' best hits, as they are read from JSON. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class MergeBenchmark {

	private static final int HITS = 100;

	private static final Comparator<JsonNode> BEST_FIRST = Comparator
		.comparingDouble((JsonNode hit) -> hit.path("score").asDouble())
		.reversed()
		.thenComparing((hit) -> hit.path("id").asString());

	@Param({ "3", "64" })
	private int leaves;

	private final List<JsonNode> answers = new ArrayList<>();

	@Setup
	public void read() {
		Random random = new Random(1);
		for (int leaf = 0; leaf < this.leaves; leaf++) {
			int shard = leaf;
			List<Hit> hits = IntStream.range(0, HITS)
				.mapToObj((hit) -> new Hit("module/package/%d/File%d.java".formatted(shard, hit),
						20 * random.nextDouble()))
				.sorted(Comparator.comparingDouble(Hit::score).reversed())
				.toList();
			this.answers.add(JsonMapper.shared().valueToTree(hits));
		}
	}

	/**
	 * The best hundred of a hundred of each leaf.
	 * @return them
	 */
	@Benchmark
	public List<JsonNode> best() {
		TopK<JsonNode> best = new TopK<>(HITS, BEST_FIRST);
		this.answers.forEach(best::add);
		return best.best();
	}

	/** A hit as far as it matters for the order. */
	private record Hit(String id, double score) {
	}

}
