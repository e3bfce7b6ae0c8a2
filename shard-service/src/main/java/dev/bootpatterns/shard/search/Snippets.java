package dev.bootpatterns.shard.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.uhighlight.CustomSeparatorBreakIterator;
import org.apache.lucene.search.uhighlight.DefaultPassageFormatter;
import org.apache.lucene.search.uhighlight.UnifiedHighlighter;

/**
 * Cuts the best lines out of the documents that were found.
 * <p>
 * Where the words are is in the index, and the text in doc values: Lucene's own way, from
 * stored fields, spends half of a snippet's time on decompressing what lies around it.
 */
final class Snippets extends UnifiedHighlighter {

	private static final int LINES = 3;

	Snippets(IndexSearcher searcher, Analyzer analyzer) {
		super(UnifiedHighlighter.builder(searcher, analyzer)
			.withFieldMatcher(SlotIndex.BODY::equals)
			.withScorer(new LineScorer())
			.withBreakIterator(() -> new CustomSeparatorBreakIterator('\n'))
			.withFormatter(new DefaultPassageFormatter("<mark>", "</mark>", "… ", true))
			.withMaxLength(Integer.MAX_VALUE - 1)
			.withMaxNoHighlightPassages(1));
	}

	/**
	 * The snippets of some documents.
	 * @param query what they were found by
	 * @param documents the documents
	 * @return for each document its best lines, as HTML
	 * @throws IOException if the index cannot be read
	 */
	String[] of(Query query, TopDocs documents) throws IOException {
		return (documents.scoreDocs.length > 0) ? highlight(SlotIndex.BODY, query, documents, LINES) : new String[0];
	}

	/** Known, so that it need not be looked up in each segment for each search. */
	@Override
	protected OffsetSource getOffsetSource(String field) {
		return OffsetSource.POSTINGS;
	}

	@Override
	protected List<CharSequence[]> loadFieldValues(String[] fields, DocIdSetIterator documents, int enough)
			throws IOException {
		List<CharSequence[]> loaded = new ArrayList<>();
		int length = 0;
		while (length <= enough) {
			int document = documents.nextDoc();
			if (document == DocIdSetIterator.NO_MORE_DOCS) {
				break;
			}
			String body = SlotIndex.value(getIndexSearcher(), document, SlotIndex.BODY);
			loaded.add(new CharSequence[] { body });
			length += body.length();
		}
		return loaded;
	}

}
