package dev.bootpatterns.benchmarks.load;

import java.io.PrintWriter;
import java.net.URI;
import java.util.List;
import java.util.Map;

/**
 * What came of a mixed load.
 *
 * @param url what was loaded
 * @param rate requests per second
 * @param seed of the order of requests
 * @param requests how many were sent
 * @param late how many of them more than 100 ms after they were due
 * @param failures how many failed, or showed that something is wrong
 * @param unknown how many have an outcome that is not known
 * @param kinds by kind of request
 * @param findings how often each was found
 * @param incidents the first of each
 */
record MixedReport(URI url, int rate, long seed, long requests, long late, long failures, long unknown,
		Map<String, Tally.Row> kinds, Map<Finding, Long> findings, List<Tally.Incident> incidents) {

	static MixedReport of(URI url, int rate, long seed, OpenLoop.Sent sent, Tally tally) {
		Map<Finding, Long> findings = tally.findings();
		long failures = findings.entrySet()
			.stream()
			.filter((entry) -> entry.getKey().isFailure())
			.mapToLong(Map.Entry::getValue)
			.sum();
		return new MixedReport(url, rate, seed, sent.requests(), sent.late(), failures,
				findings.getOrDefault(Finding.UNKNOWN, 0L), tally.rows(), findings, tally.incidents());
	}

	void print(PrintWriter out) {
		out.printf("%-16s %9s %9s %9s %9s %9s %9s%n", "", "requests", "failures", "unknown", "p50 ms", "p99 ms",
				"max ms");
		this.kinds.forEach((kind, row) -> out.printf("%-16s %9d %9d %9d %9.1f %9.1f %9.1f%n", kind, row.requests(),
				row.failures(), row.unknown(), row.p50Ms(), row.p99Ms(), row.maxMs()));
		out.printf("%d requests at %d/s, %d sent late; %d failures, %d unknown outcomes %s%n", this.requests, this.rate,
				this.late, this.failures, this.unknown, this.findings.isEmpty() ? "" : this.findings);
		out.flush();
	}

}
