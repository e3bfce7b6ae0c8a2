package dev.bootpatterns.shard.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.ExitableDirectoryReader;
import org.apache.lucene.index.QueryTimeout;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.CollectionStatistics;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MultiPhraseQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.TermStatistics;
import org.apache.lucene.search.Weight;
import org.apache.lucene.search.similarities.Similarity;
import org.jspecify.annotations.Nullable;

/**
 * Lucene's searcher for one search: it stops when it is told to, and scores by the
 * statistics that it is given instead of the leaf's own.
 * <p>
 * <b>Stopping.</b> Whoever collects matches is asked every some hundred documents
 * ({@link IndexSearcher#setTimeout}), and whoever looks up terms or values through the
 * reader at each look-up, which covers the expansion of {@code prefix*} and each snippet.
 * The price is a call of the clock for each of these.
 * <p>
 * <b>Global scores.</b> BM25 weighs a term by how rare it is and a document by how long
 * it is beside the others, so scores of leaves with different documents cannot be
 * compared: a word that is rare in one shard is too dear there. With the sum of all
 * leaves' statistics they can: the score of a document is then a function of the document
 * and of the sum, and merging the leaves' best is the best of one index over everything.
 * What this needs beyond handing out given numbers is a look at phrases: Lucene weighs
 * one by all forms of its words, plural and singular, but leaves out those that a leaf
 * does not have, so that the weight would depend on the leaf. Here it is weighed by all
 * that any leaf has. A single word needs no such care: Lucene takes its most frequent
 * form, which is the singular, and the index has that wherever it has the plural.
 * <p>
 * The cost is a request more to each leaf, whose answers can be cached: a term's weight
 * changes slowly. This is the "DFS query then fetch" of Elasticsearch; see also J. P.
 * Callan, "Distributed Information Retrieval", 2000, on collection statistics.
 */
final class BoundedSearcher extends IndexSearcher {

	private final @Nullable Statistics statistics;

	BoundedSearcher(IndexSearcher searcher, QueryTimeout over, @Nullable Statistics statistics) throws IOException {
		super(ExitableDirectoryReader.wrap((DirectoryReader) searcher.getIndexReader(), over));
		setTimeout(over);
		this.statistics = statistics;
	}

	@Override
	public @Nullable CollectionStatistics collectionStatistics(String field) throws IOException {
		Statistics given = this.statistics;
		Statistics.FieldCount count = (given != null) ? given.fields().get(field) : null;
		// BM25 takes the number of documents and of tokens from it, nothing else.
		return (given != null && count != null && count.documents() > 0) ? new CollectionStatistics(field,
				given.documents(), count.documents(), count.tokens(), count.documents())
				: super.collectionStatistics(field);
	}

	@Override
	public TermStatistics termStatistics(Term term, int documents, long occurrences) throws IOException {
		TermStatistics given = given(term);
		return (given != null) ? given : own(term, documents, occurrences);
	}

	private @Nullable TermStatistics given(Term term) {
		Statistics.TermCount count = (this.statistics != null) ? this.statistics.terms().get(Statistics.key(term))
				: null;
		return (count != null && count.documents() > 0)
				? new TermStatistics(term.bytes(), count.documents(), count.occurrences()) : null;
	}

	/** Never in more documents than the field, which would make a negative score. */
	private TermStatistics own(Term term, long documents, long occurrences) throws IOException {
		CollectionStatistics field = collectionStatistics(term.field());
		long bounded = (field != null) ? Math.min(documents, field.docCount()) : documents;
		return new TermStatistics(term.bytes(), bounded, occurrences);
	}

	@Override
	public Weight createWeight(Query query, ScoreMode mode, float boost) throws IOException {
		if (this.statistics == null || !mode.needsScores()) {
			return super.createWeight(query, mode, boost);
		}
		return switch (query) {
			case BoostQuery boosted -> createWeight(boosted.getQuery(), mode, boost * boosted.getBoost());
			case MultiPhraseQuery phrase ->
				createWeight(query, mode, boost, everywhere(Stream.of(phrase.getTermArrays()).flatMap(Stream::of)));
			default -> super.createWeight(query, mode, boost);
		};
	}

	private Weight createWeight(Query query, ScoreMode mode, float boost, List<TermStatistics> terms)
			throws IOException {
		Similarity similarity = getSimilarity();
		if (!terms.isEmpty()) {
			setSimilarity(new Similarity() {

				@Override
				public SimScorer scorer(float boost, CollectionStatistics field, TermStatistics... present) {
					return similarity.scorer(boost, field, terms.toArray(TermStatistics[]::new));
				}

			});
		}
		try {
			return super.createWeight(query, mode, boost);
		}
		finally {
			setSimilarity(similarity);
		}
	}

	/** The terms that are in any leaf, whether this one has them or not. */
	private List<TermStatistics> everywhere(Stream<Term> terms) throws IOException {
		List<TermStatistics> found = new ArrayList<>();
		for (Term term : terms.toList()) {
			int documents = getIndexReader().docFreq(term);
			TermStatistics given = given(term);
			if (given != null) {
				found.add(given);
			}
			else if (documents > 0) {
				found.add(own(term, documents, getIndexReader().totalTermFreq(term)));
			}
		}
		return found;
	}

}
