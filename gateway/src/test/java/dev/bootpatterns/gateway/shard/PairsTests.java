package dev.bootpatterns.gateway.shard;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class PairsTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "-",
			value = { "user=7|7", "a=1&user=7|7", "user=7&user=8|7", "user=|''", "user|-", "xuser=7|-", "users=7|-",
					"User=7|-", "a=user&b=user=7|-", "&&user=7&|7", "us%65r=7|7", "user=a%20b+c%2B|a b c+",
					"user=a=b|a=b", "user=%C3%BC|ü", "a=user%3D7|-", "=7|-" })
	void query_theFirstOfAName_decoded(String query, String value) {
		assertThat(Pairs.ofQuery(query, "user")).isEqualTo(value);
	}

	@Test
	void query_namesAreDecodedToo() {
		assertThat(Pairs.ofQuery("a%20b=1", "a b")).isEqualTo("1");
		assertThat(Pairs.ofQuery("a+b=1", "a b")).isEqualTo("1");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "-",
			value = { "session=7|7", "a=1; session=7|7", "a=1;session=7|7", "session=7; session=8|7", "session=|''",
					"xsession=7|-", "sessions=7|-", "SESSION=7|-", "a=\"b\"; session=\"7 8\"; c=d|7 8",
					"session=a=b|a=b", "session=%41|%41", "; ;session=7 ;|7", "session|-", "a=session=7|-" })
	void cookie_theFirstOfAName_asItStands(String header, String value) {
		assertThat(Pairs.ofCookies(header, "session")).isEqualTo(value);
	}

}
