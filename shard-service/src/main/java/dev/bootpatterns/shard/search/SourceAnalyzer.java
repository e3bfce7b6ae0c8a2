package dev.bootpatterns.shard.search;

import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.en.EnglishMinimalStemFilter;
import org.apache.lucene.analysis.miscellaneous.ASCIIFoldingFilter;
import org.apache.lucene.analysis.miscellaneous.ConditionalTokenFilter;
import org.apache.lucene.analysis.miscellaneous.KeywordRepeatFilter;
import org.apache.lucene.analysis.miscellaneous.RemoveDuplicatesTokenFilter;
import org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.analysis.util.CharTokenizer;

/**
 * Splits source code and prose into terms.
 * <p>
 * A word is a run of letters, digits and {@code _}, cut at 256. When indexing, an
 * identifier gives itself and its parts: {@code ConcurrentHashMap} gives
 * {@code concurrenthashmap}, {@code concurrent}, {@code hash}, {@code map}; so it is
 * found by its whole name and by {@code concurrent map}. A query is not split at its
 * humps: who asks for {@code ConcurrentHashMap} wants that name and not each document
 * about maps. Plurals are also indexed as singulars, accents are folded. Stop words are
 * kept: {@code for} and {@code if} are words that people look for in code.
 * <p>
 * The price is an index with about twice the terms.
 */
final class SourceAnalyzer extends Analyzer {

	private static final int SPLIT = WordDelimiterGraphFilter.GENERATE_WORD_PARTS
			| WordDelimiterGraphFilter.GENERATE_NUMBER_PARTS | WordDelimiterGraphFilter.SPLIT_ON_CASE_CHANGE
			| WordDelimiterGraphFilter.PRESERVE_ORIGINAL;

	private final boolean splitting;

	private SourceAnalyzer(boolean splitting) {
		this.splitting = splitting;
	}

	static Analyzer forIndexing() {
		return new SourceAnalyzer(true);
	}

	static Analyzer forQueries() {
		return new SourceAnalyzer(false);
	}

	@Override
	protected TokenStreamComponents createComponents(String fieldName) {
		Tokenizer words = CharTokenizer.fromTokenCharPredicate((c) -> Character.isLetterOrDigit(c) || c == '_');
		TokenStream terms = words;
		if (this.splitting) {
			// A graph of one chain of parts beside the whole is flat as it is: no
			// FlattenGraphFilter, which takes a third of the time of indexing.
			terms = new WordDelimiterGraphFilter(terms, SPLIT, CharArraySet.EMPTY_SET);
		}
		return new TokenStreamComponents(words, normalized(terms));
	}

	private static TokenStream normalized(TokenStream terms) {
		return new PluralFilter(new ASCIIFoldingFilter(new LowerCaseFilter(terms)));
	}

	@Override
	protected TokenStream normalize(String fieldName, TokenStream in) {
		return new ASCIIFoldingFilter(new LowerCaseFilter(in));
	}

	/**
	 * Adds its singular to a plural. Only to what may be one: the repetition copies a
	 * token with all its attributes, and would take half the time of the analysis.
	 */
	private static final class PluralFilter extends ConditionalTokenFilter {

		private final CharTermAttribute term = addAttribute(CharTermAttribute.class);

		PluralFilter(TokenStream input) {
			super(input, (plurals) -> new RemoveDuplicatesTokenFilter(
					new EnglishMinimalStemFilter(new KeywordRepeatFilter(plurals))));
		}

		@Override
		protected boolean shouldFilter() {
			return !this.term.isEmpty() && this.term.charAt(this.term.length() - 1) == 's';
		}

	}

}
