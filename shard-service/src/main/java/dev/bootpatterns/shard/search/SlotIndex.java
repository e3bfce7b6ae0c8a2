package dev.bootpatterns.shard.search;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.bootpatterns.shard.ShardProperties;
import dev.bootpatterns.shard.documents.Document;
import dev.bootpatterns.sharding.SlotSet;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.SortedDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.TieredMergePolicy;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.Lock;
import org.apache.lucene.store.LockObtainFailedException;
import org.apache.lucene.store.NIOFSDirectory;
import org.apache.lucene.store.NRTCachingDirectory;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.IOUtils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;
import org.springframework.util.FileSystemUtils;

/**
 * The Lucene index over the documents of some slots.
 * <p>
 * It is derived data, filled from the system of record; what was committed is kept over a
 * restart, together with how far it is, so that only what changed meanwhile is loaded. A
 * commit that does not fit any more, or cannot be read, is thrown away. It lives in files
 * rather than on the heap, so that the operating system's page cache holds it and a small
 * heap is enough. What an answer shows, title and body, is in doc values, which are not
 * compressed: larger on disk, and nothing to unpack.
 */
@Component
class SlotIndex implements DisposableBean {

	private static final Logger logger = LoggerFactory.getLogger(SlotIndex.class);

	static final String ID = "id";

	static final String SLOT = "slot";

	static final String TITLE = "title";

	static final String BODY = "body";

	private static final double RAM_BUFFER_MB = 16;

	/**
	 * Segments smaller than this count as being of this size when merges are chosen.
	 * Lucene's own 16 MB suit an index that is refreshed once in a while: at a refresh a
	 * second it would write a shard of that size anew every few seconds.
	 */
	private static final double FLOOR_SEGMENT_MB = 0.5;

	/**
	 * Segments of a refresh or two are kept in memory until they are merged or committed:
	 * a dozen files for each would be made, read and deleted every second.
	 */
	private static final double CACHED_SEGMENT_MB = 0.5;

	private static final double CACHED_MB = 4;

	/**
	 * What the fields are and how text becomes terms. To be raised with any change of
	 * either: an index of another format is built anew.
	 */
	private static final String FORMAT = "1";

	private static final FieldType TITLE_TEXT = text(IndexOptions.DOCS_AND_FREQS_AND_POSITIONS);

	/**
	 * Positions and offsets are indexed, so that a snippet needs no second analysis of
	 * the text.
	 */
	private static final FieldType BODY_TEXT = text(IndexOptions.DOCS_AND_FREQS_AND_POSITIONS_AND_OFFSETS);

	private final Path path;

	private volatile Open open;

	private volatile SlotSet slots = SlotSet.EMPTY;

	SlotIndex(ShardProperties properties) throws IOException {
		// Only what was made here is ever deleted.
		this.path = properties.indexDirectory().resolve("lucene");
		this.open = Open.at(this.path);
		this.slots = this.open.committed.slots();
	}

	/**
	 * What the index had when it was opened.
	 * @return how far it was when it was committed last
	 */
	IndexCommit committed() {
		return this.open.committed;
	}

	/**
	 * Keeps all that was applied over a restart.
	 * @param commit how far that is
	 * @throws IOException if the index cannot be written
	 */
	void commit(IndexCommit commit) throws IOException {
		Map<String, String> data = new HashMap<>(commit.toUserData());
		data.put("format", FORMAT);
		this.open.writer.setLiveCommitData(data.entrySet());
		this.open.writer.commit();
	}

	/**
	 * Whether it can still be written. After a failure to write, a full disk for example,
	 * Lucene closes it for good.
	 */
	boolean isOpen() {
		return this.open.writer.isOpen();
	}

	/**
	 * Begins anew, empty.
	 * @throws IOException if that is not possible yet
	 */
	void reopen() throws IOException {
		this.open.close();
		this.open = Open.anew(this.path);
	}

	private static FieldType text(IndexOptions options) {
		FieldType type = new FieldType();
		type.setIndexOptions(options);
		type.setTokenized(true);
		type.freeze();
		return type;
	}

	/**
	 * Brings the index to what a document now is.
	 * @param document the document, or the trace of its deletion
	 * @throws IOException if the index cannot be written
	 */
	void apply(Document document) throws IOException {
		Term id = new Term(ID, document.id());
		if (document.deleted()) {
			this.open.writer.deleteDocuments(id);
			return;
		}
		var indexed = new org.apache.lucene.document.Document();
		indexed.add(new StringField(ID, document.id(), Field.Store.NO));
		indexed.add(new SortedDocValuesField(ID, new BytesRef(document.id())));
		indexed.add(new StringField(SLOT, Integer.toString(document.slot()), Field.Store.NO));
		indexed.add(new Field(TITLE, document.title(), TITLE_TEXT));
		indexed.add(new BinaryDocValuesField(TITLE, new BytesRef(document.title())));
		indexed.add(new Field(BODY, document.body(), BODY_TEXT));
		indexed.add(new BinaryDocValuesField(BODY, new BytesRef(document.body())));
		this.open.writer.updateDocument(id, indexed);
	}

	/**
	 * Says of which slots a search may find documents from now on. It is said before the
	 * first document of a slot is applied, and after the last one has been removed from
	 * what searches see.
	 * @param slots the slots
	 */
	void mayHave(SlotSet slots) {
		this.slots = slots;
	}

	/**
	 * Of which slots a search may find documents.
	 * @return the slots
	 */
	SlotSet slots() {
		return this.slots;
	}

	/**
	 * What is in some slots, for a filter.
	 * @param slots the slots
	 * @return a query that matches their documents
	 */
	static Query in(SlotSet slots) {
		return new TermInSetQuery(SLOT,
				slots.stream().mapToObj((slot) -> new BytesRef(Integer.toString(slot))).toList());
	}

	void removeSlot(int slot) throws IOException {
		this.open.writer.deleteDocuments(new Term(SLOT, Integer.toString(slot)));
	}

	/** Makes all that was applied visible to searches that begin from now on. */
	void refresh() throws IOException {
		this.open.searchers.maybeRefreshBlocking();
	}

	/**
	 * How many documents a search can find.
	 * @return their number
	 */
	int size() {
		try {
			return search((searcher) -> searcher.getIndexReader().numDocs());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * What was indexed as a document's title or body.
	 * @param searcher the searcher that found the document
	 * @param document its number there
	 * @param field the field
	 * @return the text
	 * @throws IOException if the index cannot be read
	 */
	static String value(IndexSearcher searcher, int document, String field) throws IOException {
		List<LeafReaderContext> segments = searcher.getIndexReader().leaves();
		LeafReaderContext segment = segments.get(ReaderUtil.subIndex(document, segments));
		BinaryDocValues values = DocValues.getBinary(segment.reader(), field);
		if (!values.advanceExact(document - segment.docBase)) {
			return "";
		}
		BytesRef value = values.binaryValue();
		// Not utf8ToString(), which goes through an array of chars.
		return new String(value.bytes, value.offset, value.length, StandardCharsets.UTF_8);
	}

	<T extends @Nullable Object> T search(Search<T> search) throws IOException {
		SearcherManager searchers = this.open.searchers;
		IndexSearcher searcher = searchers.acquire();
		try {
			return search.in(searcher);
		}
		finally {
			searchers.release(searcher);
		}
	}

	@Override
	public void destroy() throws IOException {
		this.open.close();
	}

	/** Files, their writer, and what reads what it wrote. */
	private record Open(Directory directory, IndexWriter writer, SearcherManager searchers,
			IndexCommit committed) implements Closeable {

		/**
		 * Opens what was kept, or begins anew.
		 * @throws LockObtainFailedException if another process has it open
		 */
		static Open at(Path path) throws IOException {
			Files.createDirectories(path);
			try {
				Optional<IndexCommit> committed = committed(path);
				if (committed.isPresent()) {
					return open(path, committed.get());
				}
			}
			catch (LockObtainFailedException ex) {
				throw ex;
			}
			catch (IOException | IllegalArgumentException ex) {
				logger.warn("The index cannot be read and is built anew", ex);
			}
			return anew(path);
		}

		static Open anew(Path path) throws IOException {
			FileSystemUtils.deleteRecursively(path);
			Files.createDirectories(path);
			return open(path, IndexCommit.NONE);
		}

		private static Optional<IndexCommit> committed(Path path) throws IOException {
			try (Directory directory = new NIOFSDirectory(path);
					Lock lock = directory.obtainLock(IndexWriter.WRITE_LOCK_NAME)) {
				lock.ensureValid();
				if (!DirectoryReader.indexExists(directory)) {
					return Optional.empty();
				}
				Map<String, String> data = SegmentInfos.readLatestCommit(directory).getUserData();
				return FORMAT.equals(data.get("format")) ? IndexCommit.of(data) : Optional.empty();
			}
		}

		private static Open open(Path path, IndexCommit committed) throws IOException {
			Directory directory = new NRTCachingDirectory(new NIOFSDirectory(path), CACHED_SEGMENT_MB, CACHED_MB);
			IndexWriter writer = null;
			try {
				writer = new IndexWriter(directory,
						new IndexWriterConfig(SourceAnalyzer.forIndexing()).setRAMBufferSizeMB(RAM_BUFFER_MB)
							.setMergePolicy(new TieredMergePolicy().setFloorSegmentMB(FLOOR_SEGMENT_MB))
							.setCommitOnClose(false));
				return new Open(directory, writer, new SearcherManager(writer, null), committed);
			}
			catch (IOException | IllegalArgumentException ex) {
				// The writer too, which may have opened files that nobody can read: it
				// has the lock.
				IOUtils.closeWhileHandlingException(writer, directory);
				throw ex;
			}
		}

		@Override
		public void close() throws IOException {
			IOUtils.close(this.searchers, this.writer, this.directory);
		}

	}

	interface Search<T extends @Nullable Object> {

		T in(IndexSearcher searcher) throws IOException;

	}

}
