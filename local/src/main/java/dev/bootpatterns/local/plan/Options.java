package dev.bootpatterns.local.plan;

import dev.bootpatterns.local.SuiteFailure;
import org.jspecify.annotations.Nullable;

/**
 * What {@code up} was asked for.
 *
 * @param shards how many shards, 1 to 16
 * @param replicas of each shard, 1 to 8
 * @param workers how many workers, 0 to 32
 * @param corpus the documents' source, absolute; null for none
 * @param corpusPrefixes what of it is taken, comma-separated; empty for everything
 */
public record Options(int shards, int replicas, int workers, @Nullable String corpus, String corpusPrefixes) {

	public Options {
		check("--shards", shards, 1, 16);
		check("--replicas", replicas, 1, 8);
		check("--workers", workers, 0, 32);
	}

	private static void check(String option, int value, int least, int most) {
		if (value < least || value > most) {
			throw new SuiteFailure("%s %d: give %d to %d".formatted(option, value, least, most));
		}
	}

	/**
	 * The same with other numbers of processes.
	 * @param shards how many shards
	 * @param replicas of each shard
	 * @param workers how many workers
	 * @return the options
	 */
	public Options sized(int shards, int replicas, int workers) {
		return new Options(shards, replicas, workers, this.corpus, this.corpusPrefixes);
	}

	/**
	 * How many processes a loop of {@code suite.yaml} has.
	 * @param count {@code shards}, {@code replicas}, {@code workers} or a number
	 * @return the number
	 */
	int count(String count) {
		return switch (count) {
			case "shards" -> this.shards;
			case "replicas" -> this.replicas;
			case "workers" -> this.workers;
			default -> number(count);
		};
	}

	private static int number(String count) {
		try {
			return Integer.parseInt(count);
		}
		catch (NumberFormatException ex) {
			throw new SuiteFailure(
					"suite.yaml: '%s' is neither shards, replicas, workers nor a number".formatted(count), null, ex);
		}
	}

}
