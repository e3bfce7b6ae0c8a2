package dev.bootpatterns.shard.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import dev.bootpatterns.sharding.SlotSet;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.queryparser.simple.SimpleQueryParser;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.FieldDoc;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.search.TopFieldCollectorManager;
import org.apache.lucene.search.TopFieldDocs;
import org.apache.lucene.util.BytesRef;

import org.springframework.stereotype.Component;

/**
 * Finds the best documents of this leaf.
 * <p>
 * The query language is Lucene's {@code SimpleQueryParser}: words are all demanded;
 * {@code |} is or, {@code -} not, {@code "…"} a phrase, {@code word*} a prefix,
 * {@code word~1} a near spelling, parentheses group. It never fails on what a person
 * types. The order is by score and then by id, so that pages are stable and the replicas
 * agree.
 */
@Component
class Searcher {

	private static final Map<String, Float> WEIGHTS = Map.of(SlotIndex.TITLE, 3f, SlotIndex.BODY, 1f);

	private static final Sort BY_SCORE_THEN_ID = new Sort(SortField.FIELD_SCORE,
			new SortField(SlotIndex.ID, SortField.Type.STRING));

	private final SlotIndex index;

	private final Analyzer analyzer = SourceAnalyzer.forQueries();

	Searcher(SlotIndex index) {
		this.index = index;
	}

	/**
	 * Finds the best documents.
	 * @param text the query
	 * @param slots where to look
	 * @param offset how many of the best to leave out
	 * @param limit how many to return at most
	 * @return the number of all matches, and the hits
	 * @throws IOException if the index cannot be read
	 * @throws IndexSearcher.TooManyClauses if the query has more than 1,024 clauses
	 */
	Found search(String text, SlotSet slots, int offset, int limit) throws IOException {
		SimpleQueryParser parser = new SimpleQueryParser(this.analyzer, WEIGHTS);
		parser.setDefaultOperator(BooleanClause.Occur.MUST);
		Query query = parser.parse(text);
		// Read before and after the searcher is taken: it may have what was in either.
		SlotSet before = this.index.slots();
		return this.index.search((searcher) -> search(searcher, query,
				within(slots, before.or(this.index.slots()), query), offset, limit));
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

	record Found(long total, List<SearchResult.Hit> hits) {
	}

}
