package dev.bootpatterns.shard.search;

import java.util.Map;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import org.apache.lucene.index.Term;

import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;

/**
 * What BM25 scores a query by, of one leaf or added up over several: all its numbers can
 * be added. They are what Lucene counts, so a replaced or deleted document counts until
 * its segment is merged.
 *
 * @param documents the number of documents
 * @param fields by the field's name
 * @param terms by the field's name, {@code :} and the term, {@code body:concurrent}; at
 * most 1,024
 */
record Statistics(@Min(0) @Max(MAX_COUNT) long documents,
		@NotNull @Size(max = 16) Map<String, @NotNull @Valid FieldCount> fields,
		@NotNull @Size(max = MAX_TERMS) Map<String, @NotNull @Valid TermCount> terms) {

	static final int MAX_TERMS = 1024;

	/** Of this, a thousand can be added. */
	private static final long MAX_COUNT = 1L << 50;

	static String key(Term term) {
		return term.field() + ":" + term.text();
	}

	/** Refuses numbers that cannot be, which scores would make no sense with. */
	void requireConsistent() {
		this.fields.forEach(
				(name, field) -> require(field.documents() <= this.documents && field.documents() <= field.tokens(),
						"fields." + name, "has more documents than there are, or than it has tokens"));
		this.terms.forEach((key, term) -> {
			FieldCount field = this.fields.get(key.substring(0, Math.max(0, key.indexOf(':'))));
			require(field != null, "terms." + key, "names no field of 'statistics.fields'");
			require(field != null && term.documents() <= field.documents() && term.documents() <= term.occurrences(),
					"terms." + key, "has more documents than its field, or than it has occurrences");
		});
	}

	private static void require(boolean condition, String name, String otherwise) {
		if (!condition) {
			throw new ResponseStatusException(HttpStatus.BAD_REQUEST, "'statistics.%s' %s".formatted(name, otherwise));
		}
	}

	/**
	 * A field.
	 *
	 * @param documents how many documents have it
	 * @param tokens how many terms they have in it, each as often as it occurs
	 */
	record FieldCount(@Min(0) @Max(MAX_COUNT) long documents, @Min(0) @Max(MAX_COUNT) long tokens) {
	}

	/**
	 * A term of a field.
	 *
	 * @param documents how many documents have it there
	 * @param occurrences how often it occurs there
	 */
	record TermCount(@Min(0) @Max(MAX_COUNT) long documents, @Min(0) @Max(MAX_COUNT) long occurrences) {
	}

}
