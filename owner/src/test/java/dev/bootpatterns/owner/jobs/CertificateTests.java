package dev.bootpatterns.owner.jobs;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class CertificateTests {

	/** In UTF-16 it comes before U+FF21, in UTF-8 after it. */
	private static final String BEYOND = "\uD83D\uDE00";

	private static final JobsOnDatabase DATABASE = new JobsOnDatabase();

	@AfterAll
	static void close() {
		DATABASE.close();
	}

	@Test
	void jobThatIsDone_hasOne_thatAnyProgramCanRepeat() throws Exception {
		long job = DATABASE.job();
		DATABASE.list(job, BEYOND, "b/1", "\uFF21", "B", "a b");
		DATABASE.listed(job);
		DATABASE.publish(job);
		for (String id : new String[] { BEYOND, "b/1", "\uFF21", "B" }) {
			DATABASE.apply(job, id, 1, Result.Outcome.DONE);
		}
		assertThat(DATABASE.finish(job)).as("one item is open").isFalse();
		assertThat(DATABASE.certificates.find(DATABASE.jobs.find(job).orElseThrow())).isEmpty();
		DATABASE.apply(job, "a b", 1, Result.Outcome.REJECTED);
		assertThat(DATABASE.finish(job)).isTrue();
		assertThat(proof(job))
			.isEqualTo(new Certificate.Proof(5, 4, 1, "SHA-256", digest("B\na b\nb/1\n\uFF21\n" + BEYOND + "\n"),
					digest("DONE B\nDEAD a b\nDONE b/1\nDONE \uFF21\nDONE " + BEYOND + "\n")));
	}

	@Test
	void jobWithoutItems_hasOneOfNothing() throws Exception {
		long job = DATABASE.job();
		DATABASE.listed(job);
		assertThat(DATABASE.finish(job)).isTrue();
		assertThat(proof(job)).isEqualTo(new Certificate.Proof(0, 0, 0, "SHA-256", digest(""), digest("")));
	}

	@Test
	void itemThatIsPutBack_voidsIt_andTheNextEndIssuesAnother() {
		long job = deadJob();
		assertThat(DATABASE.finish(job)).isTrue();
		String before = proof(job).outcomes();
		DATABASE.retry(job, "a");
		assertThat(DATABASE.certificates.find(DATABASE.jobs.find(job).orElseThrow())).isEmpty();
		DATABASE.publish(job);
		DATABASE.apply(job, "a", 2, Result.Outcome.DONE);
		assertThat(DATABASE.finish(job)).isTrue();
		assertThat(proof(job).done()).isEqualTo(1);
		assertThat(proof(job).outcomes()).isNotEqualTo(before);
	}

	@Test
	void itemThatIsPutBackWhileItIsMade_makesItVoid() {
		long job = deadJob();
		CertificateStore.Draft outdated = DATABASE.certificates.draft(job);
		DATABASE.retry(job, "a");
		DATABASE.publish(job);
		DATABASE.apply(job, "a", 2, Result.Outcome.DONE);
		assertThat(DATABASE.fenced.inTransaction(DATABASE.term, () -> DATABASE.jobs.finish(job, outdated))).isFalse();
		assertThat(DATABASE.jobs.find(job).orElseThrow().state()).isEqualTo(JobState.RUNNING);
		assertThat(DATABASE.finish(job)).isTrue();
	}

	private static long deadJob() {
		long job = DATABASE.job();
		DATABASE.list(job, "a");
		DATABASE.listed(job);
		DATABASE.publish(job);
		DATABASE.apply(job, "a", 1, Result.Outcome.REJECTED);
		return job;
	}

	private static Certificate.Proof proof(long job) {
		return DATABASE.certificates.find(DATABASE.jobs.find(job).orElseThrow()).orElseThrow().proof();
	}

	private static String digest(String lines) throws Exception {
		return HexFormat.of()
			.formatHex(MessageDigest.getInstance("SHA-256").digest(lines.getBytes(StandardCharsets.UTF_8)));
	}

}
