package dev.bootpatterns.owner.jobs;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * The contents of items that other items have led to: kept with them, or an output, or a
 * source's item that went through unchanged, or, to be reduced, a zip of results, each
 * under its id. Nothing is copied from stage to stage.
 */
@Repository
class StoredContents {

	private static final String SELECT = """
			select i.job, i.id, i.level, j.source,
			       case when i.origin_job is null then coalesce(i.origin_item, i.id) end as source_item,
			       coalesce(i.content, o.output) as content, i.output
			  from owner.item i join owner.job j on j.id = i.job
			  left join owner.item o on o.job = i.origin_job and o.id = i.origin_item
			""";

	private final JdbcClient jdbc;

	StoredContents(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Reads one.
	 * @param item to be enqueued
	 * @param source reads an item of the job's source
	 */
	byte[] read(DueItem item, SourceReader source) throws IOException {
		Row row = this.jdbc.sql(SELECT + " where i.job = :job and i.id = :id")
			.param("job", item.key().job())
			.param("id", item.key().item())
			.query(Row.class)
			.single();
		return (row.level() > 0) ? group(item.key(), source) : content(row, source);
	}

	/** In the order of the ids, so that the same group is the same bytes. */
	private byte[] group(ItemKey group, SourceReader source) throws IOException {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
			for (String id : members(group)) {
				Row member = this.jdbc.sql(SELECT + " where i.job = :job and i.id = :id")
					.param("job", group.job())
					.param("id", id)
					.query(Row.class)
					.single();
				byte[] content = (member.level() > 0) ? member.output() : content(member, source);
				ZipEntry entry = new ZipEntry(id);
				entry.setTime(0);
				zip.putNextEntry(entry);
				zip.write(Objects.requireNonNullElse(content, new byte[0]));
				zip.closeEntry();
			}
		}
		return bytes.toByteArray();
	}

	private List<String> members(ItemKey group) {
		return this.jdbc
			.sql("select id from owner.item where job = :job and reduced_by = :group order by id collate \"C\"")
			.param("job", group.job())
			.param("group", group.item())
			.query((row, number) -> row.getString("id"))
			.list();
	}

	private static byte[] content(Row row, SourceReader source) throws IOException {
		byte[] stored = row.content();
		return (stored != null) ? stored : source.read(row.source(), Objects.requireNonNull(row.sourceItem()));
	}

	@FunctionalInterface
	interface SourceReader {

		byte[] read(String source, String item) throws IOException;

	}

	@SuppressWarnings("ArrayRecordComponent")
	private record Row(long job, String id, int level, String source, @Nullable String sourceItem,
			byte @Nullable [] content, byte @Nullable [] output) {
	}

}
