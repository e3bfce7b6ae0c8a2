package dev.bootpatterns.shard.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

import dev.bootpatterns.shard.admission.StoppedException;
import dev.bootpatterns.sharding.SlotSet;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.index.ExitableDirectoryReader.ExitingReaderException;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.CollectionStatistics;
import org.apache.lucene.search.FieldDoc;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.search.TopFieldCollectorManager;
import org.apache.lucene.search.TopFieldDocs;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * Finds the best documents of this leaf. The order is by score and then by id, so that
 * pages are stable and the replicas agree.
 */
@Component
class Searcher {

	private static final List<String> FIELDS = List.of(SlotIndex.BODY, SlotIndex.TITLE);

	private static final Sort BY_SCORE_THEN_ID = new Sort(SortField.FIELD_SCORE,
			new SortField(SlotIndex.ID, SortField.Type.STRING));

	private final SlotIndex index;

	private final Analyzer analyzer = SourceAnalyzer.forQueries();

	Searcher(SlotIndex index) {
		this.index = index;
	}

	/**
	 * Finds the best documents.
	 * @param asked what to find, and where
	 * @param over asked often whether to stop
	 * @return the number of all matches, and the hits
	 * @throws IOException if the index cannot be read
	 * @throws IndexSearcher.TooManyClauses if the query has more than 1,024 clauses
	 * @throws StoppedException if it stopped
	 */
	Found search(Asked asked, BooleanSupplier over) throws IOException {
		Query query = new QueryParser(this.analyzer).parse(asked.text());
		// Read before and after the searcher is taken: it may have what was in either.
		SlotSet before = this.index.slots();
		try {
			return this.index
				.search((searcher) -> search(new BoundedSearcher(searcher, over::getAsBoolean, asked.statistics()),
						query, within(asked.slots(), before.or(this.index.slots()), query), asked.offset(),
						asked.limit()));
		}
		catch (ExitingReaderException ex) {
			throw new StoppedException(ex);
		}
	}

	/** Only while slots move there is more in the index than a search asks for. */
	private static Query within(SlotSet wanted, SlotSet present, Query query) {
		return (present.minus(wanted).size() > 0) ? new BooleanQuery.Builder().add(query, BooleanClause.Occur.MUST)
			.add(SlotIndex.in(wanted), BooleanClause.Occur.FILTER)
			.build() : query;
	}

	private Found search(IndexSearcher searcher, Query query, Query within, int offset, int limit) throws IOException {
		TopFieldDocs top = searcher.search(within,
				new TopFieldCollectorManager(BY_SCORE_THEN_ID, Math.max(1, offset + limit), Integer.MAX_VALUE));
		if (searcher.timedOut()) {
			throw new StoppedException();
		}
		int from = Math.min(offset, top.scoreDocs.length);
		int to = Math.min(offset + limit, top.scoreDocs.length);
		TopFieldDocs page = new TopFieldDocs(top.totalHits, Arrays.copyOfRange(top.scoreDocs, from, to), top.fields);
		String[] snippets = new Snippets(searcher, this.analyzer).of(query, page);
		List<SearchResult.Hit> hits = new ArrayList<>();
		for (int i = 0; i < snippets.length; i++) {
			FieldDoc doc = (FieldDoc) page.scoreDocs[i];
			hits.add(new SearchResult.Hit(((BytesRef) doc.fields[1]).utf8ToString(),
					SlotIndex.value(searcher, doc.doc, SlotIndex.TITLE), (Float) doc.fields[0], snippets[i].strip()));
		}
		return new Found(top.totalHits.value(), hits);
	}

	/**
	 * What the leaf's documents say about the terms that a query scores by; also of those
	 * that it only holds a copy of while slots move.
	 * @param text the query
	 * @return the numbers of all its terms
	 * @throws IOException if the index cannot be read
	 */
	Statistics statistics(String text) throws IOException {
		Set<Term> terms = new TreeSet<>();
		new QueryParser(this.analyzer).parse(text).visit(QueryVisitor.termCollector(terms));
		return this.index.search((searcher) -> {
			IndexReader reader = searcher.getIndexReader();
			Map<String, Statistics.FieldCount> fields = new TreeMap<>();
			for (String field : FIELDS) {
				CollectionStatistics counted = searcher.collectionStatistics(field);
				fields.put(field,
						(counted != null) ? new Statistics.FieldCount(counted.docCount(), counted.sumTotalTermFreq())
								: new Statistics.FieldCount(0, 0));
			}
			Map<String, Statistics.TermCount> counts = new TreeMap<>();
			for (Term term : terms) {
				counts.put(Statistics.key(term),
						new Statistics.TermCount(reader.docFreq(term), reader.totalTermFreq(term)));
			}
			return new Statistics(reader.maxDoc(), fields, counts);
		});
	}

	/**
	 * What is asked for.
	 *
	 * @param text the query
	 * @param slots where to look
	 * @param offset how many of the best to leave out
	 * @param limit how many to return at most
	 * @param statistics what to score by; the leaf's own without
	 */
	record Asked(String text, SlotSet slots, int offset, int limit, @Nullable Statistics statistics) {
	}

	record Found(long total, List<SearchResult.Hit> hits) {
	}

}
