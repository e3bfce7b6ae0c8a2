package dev.bootpatterns.shard.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.analysis.tokenattributes.OffsetAttribute;
import org.apache.lucene.analysis.tokenattributes.PositionIncrementAttribute;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class SourceAnalyzerTests {

	/** Each term with its position: parts lie beside the whole, the next word after. */
	@ParameterizedTest
	@CsvSource({ "ConcurrentHashMap of, concurrenthashmap@0 concurrent@0 hash@1 map@2 of@3",
			"MAXIMUM_CAPACITY = 1, maximum_capacity@0 maximum@0 capacity@1 1@2", "__init__ x, __init__@0 init@0 x@1",
			"café, cafe@0", "maps, maps@0 map@0", "queries of classes, queries@0 query@0 of@1 classes@2 classe@2",
			"class status s, class@0 status@1 s@2" })
	void indexing_keepsTheWhole_andAddsItsParts(String text, String expected) throws IOException {
		assertThat(String.join(" ", terms(SourceAnalyzer.forIndexing(), text))).isEqualTo(expected);
	}

	@Test
	void query_isNotSplitAtHumps() throws IOException {
		assertThat(terms(SourceAnalyzer.forQueries(), "ConcurrentHashMap maps")).containsExactly("concurrenthashmap@0",
				"maps@1", "map@1");
	}

	private static List<String> terms(Analyzer analyzer, String text) throws IOException {
		List<String> terms = new ArrayList<>();
		try (analyzer; TokenStream stream = analyzer.tokenStream("body", text)) {
			var term = stream.addAttribute(CharTermAttribute.class);
			var increment = stream.addAttribute(PositionIncrementAttribute.class);
			var offset = stream.addAttribute(OffsetAttribute.class);
			stream.reset();
			int position = -1;
			int start = 0;
			while (stream.incrementToken()) {
				position += increment.getPositionIncrement();
				// What the index demands of a stream that it can take as it is.
				assertThat(offset.startOffset()).isGreaterThanOrEqualTo(start);
				start = offset.startOffset();
				terms.add(term + "@" + position);
			}
			stream.end();
		}
		return terms;
	}

}
