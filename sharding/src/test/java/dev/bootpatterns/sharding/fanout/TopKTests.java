package dev.bootpatterns.sharding.fanout;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class TopKTests {

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 10, 64 * 100, 10_000 })
	void best_areThoseOfAllTogether_inWhateverOrderTheRunsCome(int size) {
		Random random = new Random(3);
		List<List<Integer>> runs = new ArrayList<>();
		for (int run = 0; run < 64; run++) {
			// Few different numbers, so that many are equal.
			runs.add(random.ints(100, 0, 1000).boxed().sorted().toList());
		}
		TopK<Integer> best = new TopK<>(size, Comparator.naturalOrder());
		runs.forEach(best::add);
		assertThat(best.best()).isEqualTo(runs.stream().flatMap(List::stream).sorted().limit(size).toList());
	}

	@Test
	void run_isLeftWhereItGetsWorse() {
		TopK<Integer> best = new TopK<>(3, Comparator.naturalOrder());
		best.add(List.of(1, 2, 3));
		AtomicInteger taken = new AtomicInteger();
		best.add(() -> counting(IntStream.of(0, 5, 6, 7, 8).iterator(), taken));
		assertThat(best.best()).containsExactly(0, 1, 2);
		assertThat(taken).hasValue(2);
	}

	private static Iterator<Integer> counting(Iterator<Integer> items, AtomicInteger taken) {
		return new Iterator<>() {

			@Override
			public boolean hasNext() {
				return items.hasNext();
			}

			@Override
			public Integer next() {
				taken.incrementAndGet();
				return items.next();
			}

		};
	}

}
