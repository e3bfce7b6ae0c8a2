package dev.bootpatterns.shard.documents;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import javax.sql.DataSource;

import dev.bootpatterns.sharding.SlotSet;
import dev.bootpatterns.sharding.Slots;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The documents in PostgreSQL, the system of record.
 * <p>
 * Every change takes the next version of its slot and holds the slot's row until it
 * commits. So within a slot the versions become visible in their order, and a reader that
 * has seen everything up to version <i>v</i> misses nothing by asking for what is greater
 * than <i>v</i>; a plain sequence would not give that, since its numbers are drawn before
 * the commit. The price is that writes to one slot of 1024 wait for each other.
 */
@Component
public class DocumentStore {

	private static final TypeReference<Map<String, String>> ATTRIBUTES = new TypeReference<>() {
	};

	/** Rows that the driver holds at a time while it streams changes. */
	private static final int FETCH_SIZE = 64;

	private final JdbcClient jdbc;

	private final JdbcTemplate streaming;

	private final TransactionTemplate transaction;

	private final TransactionTemplate reading;

	private final JsonMapper json;

	private final OwnerTerm ownerTerm;

	DocumentStore(DataSource dataSource, PlatformTransactionManager transactions, JsonMapper json,
			OwnerTerm ownerTerm) {
		this.jdbc = JdbcClient.create(dataSource);
		this.streaming = new JdbcTemplate(dataSource);
		this.streaming.setFetchSize(FETCH_SIZE);
		this.transaction = new TransactionTemplate(transactions);
		this.reading = new TransactionTemplate(transactions);
		this.reading.setReadOnly(true);
		this.json = json;
		this.ownerTerm = ownerTerm;
	}

	/**
	 * The document with this id.
	 * @param id the id
	 * @return the document, unless there is none or it was deleted
	 */
	Optional<Document> find(String id) {
		return this.jdbc.sql("select * from documents.document where id = ? and not deleted")
			.param(id)
			.query((row, number) -> read(row))
			.optional();
	}

	/**
	 * Creates or replaces a document. The same content again changes nothing and keeps
	 * the version.
	 * @param slot the id's slot
	 * @param id the id
	 * @param content the new content
	 * @param demands what must hold when it takes effect
	 * @return the outcome
	 */
	WriteResult put(int slot, String id, DocumentContent content, Demands demands) {
		String attributes = this.json.writeValueAsString(content.attributes());
		return write(slot, id, demands, (present, version) -> {
			if (present.isPresent() && present.get().content().equals(content)) {
				return new WriteResult.Unchanged(present.get().version());
			}
			this.jdbc.sql("""
					insert into documents.document (id, slot, version, title, body, attributes)
					values (?, ?, ?, ?, ?, ?::jsonb)
					on conflict (id) do update set version = excluded.version, deleted = false, title = excluded.title,
					    body = excluded.body, attributes = excluded.attributes, updated_at = now()
					""").params(id, slot, version, content.title(), content.body(), attributes).update();
			return present.isPresent() ? new WriteResult.Replaced(version) : new WriteResult.Created(version);
		});
	}

	/**
	 * Deletes a document.
	 * @param slot the id's slot
	 * @param id the id
	 * @param demands what must hold when it takes effect
	 * @return the outcome
	 */
	WriteResult delete(int slot, String id, Demands demands) {
		return write(slot, id, demands, (present, version) -> {
			if (present.isEmpty()) {
				return new WriteResult.Absent();
			}
			this.jdbc.sql("""
					update documents.document
					set version = ?, deleted = true, title = '', body = '', attributes = '{}', updated_at = now()
					where id = ?
					""").params(version, id).update();
			return new WriteResult.Deleted(version);
		});
	}

	/**
	 * A router that gave up waiting may have sent the write to another replica, and its
	 * client may have written anew since. So a write must not take effect after the
	 * router's deadline: it is looked at when the slot is locked, by the database's
	 * clock, and a session that then pauses for longer than a second is ended by the
	 * database, which undoes it.
	 */
	private WriteResult write(int slot, String id, Demands demands, Change change) {
		return this.transaction.execute((status) -> {
			Locked locked = this.jdbc.sql("""
					update documents.slot_version set version = version + 1 where slot = ?
					returning version, clock_timestamp() < ? as in_time,
					          set_config('idle_in_transaction_session_timeout', '1s', true)""")
				.params(slot, demands.deadline().atOffset(ZoneOffset.UTC))
				.query((row, number) -> new Locked(row.getLong("version"), row.getBoolean("in_time")))
				.single();
			if (!locked.inTime()) {
				status.setRollbackOnly();
				return new WriteResult.TooLate();
			}
			if (this.ownerTerm.isOver(demands.ownerTerm())) {
				status.setRollbackOnly();
				return new WriteResult.StaleOwner();
			}
			long version = locked.version();
			Optional<Present> present = this.jdbc
				.sql("select version, title, body, attributes from documents.document where id = ? and not deleted")
				.param(id)
				.query((row, number) -> new Present(row.getLong("version"),
						new DocumentContent(row.getString("title"), row.getString("body"),
								attributes(row.getString("attributes")))))
				.optional();
			WriteResult result = demands.precondition().holds(present.map(Present::version))
					? change.apply(present, version) : new WriteResult.PreconditionFailed();
			if (!(result instanceof WriteResult.Changed)) {
				status.setRollbackOnly();
			}
			return result;
		});
	}

	/**
	 * Streams what changed in some slots since given versions, each slot's changes in the
	 * order of their versions. A document that changed more than once comes once, as it
	 * is now.
	 * @param slots the slots
	 * @param after by slot, the version after which changes are wanted
	 * @param consumer takes each document
	 */
	public void changes(SlotSet slots, long[] after, Consumer<Document> consumer) {
		Integer[] slot = slots.stream().boxed().toArray(Integer[]::new);
		Long[] version = IntStream.of(slots.stream().toArray())
			.mapToObj((number) -> after[number])
			.toArray(Long[]::new);
		this.reading.executeWithoutResult((status) -> this.streaming.query((connection) -> {
			var statement = connection.prepareStatement("""
					select document.* from unnest(?, ?) as known (slot, version)
					join documents.document on document.slot = known.slot and document.version > known.version
					order by document.slot, document.version
					""");
			statement.setArray(1, connection.createArrayOf("int2", slot));
			statement.setArray(2, connection.createArrayOf("int8", version));
			return statement;
		}, (row) -> {
			consumer.accept(read(row));
		}));
	}

	/**
	 * Which database this is: another one, or one that was made anew, has another name.
	 * @return its name
	 */
	public String database() {
		return this.jdbc.sql("select id from documents.identity").query(String.class).single();
	}

	/**
	 * How far the slots are.
	 * @return the latest version of each
	 */
	public long[] versions() {
		long[] versions = new long[Slots.COUNT];
		this.jdbc.sql("select slot, version from documents.slot_version").query((row) -> {
			versions[row.getInt("slot")] = row.getLong("version");
		});
		return versions;
	}

	private Document read(ResultSet row) throws SQLException {
		return new Document(row.getString("id"), row.getInt("slot"), row.getLong("version"), row.getBoolean("deleted"),
				row.getString("title"), row.getString("body"), attributes(row.getString("attributes")));
	}

	private Map<String, String> attributes(String text) {
		return this.json.readValue(text, ATTRIBUTES);
	}

	private record Present(long version, DocumentContent content) {
	}

	private record Locked(long version, boolean inTime) {
	}

	private interface Change {

		WriteResult apply(Optional<Present> present, long version);

	}

}
