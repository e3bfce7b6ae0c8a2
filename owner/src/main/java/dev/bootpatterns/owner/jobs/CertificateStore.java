package dev.bootpatterns.owner.jobs;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.PreparedStatement;
import java.util.HexFormat;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/**
 * Certificates, computed from the items themselves.
 * <p>
 * A proof is read outside of the fence, since it takes as long as the job is large, and
 * becomes the job's {@linkplain JobStore#finish with its end}, if no item was put back in
 * between: an item that has ended changes in no other way. So there is no moment at which
 * a job is DONE without a certificate, or with one of other items.
 * <p>
 * <b>Cost.</b> One pass over the job's items, sorted; memory does not grow with them.
 */
@Repository
class CertificateStore {

	private static final String ALGORITHM = "SHA-256";

	private static final int FETCH = 1000;

	private final JdbcClient jdbc;

	private final JdbcTemplate streaming;

	private final JsonMapper json;

	CertificateStore(JdbcTemplate jdbc, JsonMapper json) {
		this.jdbc = JdbcClient.create(jdbc);
		this.streaming = jdbc;
		this.json = json;
	}

	/**
	 * What a job whose items have all ended proves, if it stays as it is. In a
	 * transaction, for else the driver would fetch all items at once.
	 */
	@Transactional(readOnly = true)
	Draft draft(long job) {
		int reopened = this.jdbc.sql("select reopened from owner.job where id = :id")
			.param("id", job)
			.query(Integer.class)
			.single();
		Digests digests = new Digests();
		this.streaming.query((connection) -> {
			PreparedStatement items = connection
				.prepareStatement("select state, id from owner.item where job = ? order by id collate \"C\"");
			items.setFetchSize(FETCH);
			items.setLong(1, job);
			return items;
		}, (RowCallbackHandler) (row) -> digests.add(row.getString(1), row.getString(2)));
		return new Draft(reopened, this.json.writeValueAsString(digests.proof()));
	}

	/** Of a job that is DONE; one that ended before there were certificates has none. */
	Optional<Certificate> find(Job job) {
		Optional<String> proof = this.jdbc
			.sql("select certificate from owner.job where id = :id and certificate is not null")
			.param("id", Long.parseLong(job.id()))
			.query(String.class)
			.optional();
		return proof.flatMap((found) -> certificate(job, this.json.readValue(found, new TypeReference<>() {
		})));
	}

	private static Optional<Certificate> certificate(Job job, Certificate.Proof proof) {
		return Optional.ofNullable(job.finishedAt())
			.map((end) -> new Certificate(job.id(), job.source(), job.handler(), job.createdAt(), end, job.skipped(),
					proof));
	}

	/**
	 * A certificate that is not issued yet.
	 *
	 * @param reopened of the job when its items were read
	 * @param proof as JSON
	 */
	record Draft(int reopened, String proof) {
	}

	private static final class Digests {

		private final MessageDigest items = digest();

		private final MessageDigest outcomes = digest();

		private long done;

		private long dead;

		void add(@Nullable String state, String id) {
			byte[] line = (id + "\n").getBytes(StandardCharsets.UTF_8);
			this.items.update(line);
			this.outcomes.update((state + " ").getBytes(StandardCharsets.UTF_8));
			this.outcomes.update(line);
			if ("DONE".equals(state)) {
				this.done++;
			}
			else {
				this.dead++;
			}
		}

		Certificate.Proof proof() {
			return new Certificate.Proof(this.done + this.dead, this.done, this.dead, ALGORITHM, hex(this.items),
					hex(this.outcomes));
		}

		private static String hex(MessageDigest digest) {
			return HexFormat.of().formatHex(digest.digest());
		}

		private static MessageDigest digest() {
			try {
				return MessageDigest.getInstance(ALGORITHM);
			}
			catch (NoSuchAlgorithmException ex) {
				throw new IllegalStateException("every Java platform has it", ex);
			}
		}

	}

}
