package dev.bootpatterns.shard.search;

import java.util.Map;

import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.index.Term;
import org.apache.lucene.queryparser.simple.SimpleQueryParser;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.FuzzyQuery;
import org.apache.lucene.search.MultiTermQuery;
import org.apache.lucene.search.Query;

/**
 * Reads what a person types as a query.
 * <p>
 * The language is Lucene's {@code SimpleQueryParser}: words are all demanded; {@code |}
 * is or, {@code -} not, {@code "…"} a phrase, {@code word*} a prefix, {@code word~1} a
 * near spelling, parentheses group. It never fails on what a person types.
 * <p>
 * Near spellings score by how near they are, and not by how rare: which words are near
 * differs from leaf to leaf, and a rare word that is near is most likely a mistake.
 */
final class QueryParser extends SimpleQueryParser {

	private static final Map<String, Float> WEIGHTS = Map.of(SlotIndex.TITLE, 3f, SlotIndex.BODY, 1f);

	/** A leaf looks for the nearest ones only. */
	private static final int MAX_SPELLINGS = 50;

	QueryParser(Analyzer analyzer) {
		super(analyzer, WEIGHTS);
		setDefaultOperator(BooleanClause.Occur.MUST);
	}

	@Override
	protected Query newFuzzyQuery(String text, int edits) {
		BooleanQuery.Builder fields = new BooleanQuery.Builder();
		this.weights.forEach((field, weight) -> {
			Term term = new Term(field, getAnalyzer().normalize(field, text));
			Query near = new FuzzyQuery(term, edits, FuzzyQuery.defaultPrefixLength, MAX_SPELLINGS,
					FuzzyQuery.defaultTranspositions,
					new MultiTermQuery.TopTermsBoostOnlyBooleanQueryRewrite(MAX_SPELLINGS));
			fields.add(new BoostQuery(near, weight), BooleanClause.Occur.SHOULD);
		});
		return fields.build();
	}

}
