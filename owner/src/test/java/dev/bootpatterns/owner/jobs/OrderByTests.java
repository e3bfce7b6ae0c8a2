package dev.bootpatterns.owner.jobs;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class OrderByTests {

	@ParameterizedTest
	@CsvSource(nullValues = "null", value = { "all, a/b/c, ''", "folder, a/b/c, a/b", "folder, c, ''",
			"segment:1, a/b/c, a", "segment:3, a/b/c, c", "segment:4, a/b/c, null", "segment:2, a//c, ''" })
	void key_isAPartOfTheId(String orderBy, String id, String key) {
		OrderBy by = OrderBy.of(orderBy).orElseThrow();
		assertThat(by.key(id)).isEqualTo(key);
		assertThat(by).hasToString(orderBy);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "segment", "segment:0", "segment:100", "segment:-1", "segment:01", "Folder", "all " })
	void whatIsNone_isNone(String text) {
		assertThat(OrderBy.of(text)).isEmpty();
	}

}
