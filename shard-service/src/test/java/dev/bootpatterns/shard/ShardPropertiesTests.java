package dev.bootpatterns.shard;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.bind.validation.BindValidationException;

import static org.assertj.core.api.Assertions.assertThatException;

class ShardPropertiesTests {

	@ParameterizedTest
	@CsvSource({ "id,''", "replica,''", "indexDirectory,''", "replica,a b", "id,-1", "zone,a b" })
	void missingOrBadProperty_failsTheStartNamingIt(String property, String value) {
		String[] arguments = { argument("id", "0", property, value), argument("replica", "a", property, value),
				argument("indexDirectory", "/tmp/x", property, value), argument("zone", "east", property, value) };
		assertThatException()
			.isThrownBy(() -> new SpringApplicationBuilder(ShardServiceApplication.class).run(arguments))
			.havingRootCause()
			.isInstanceOf(BindValidationException.class)
			.withMessageContaining("on field '" + property + "'");
	}

	private static String argument(String name, String good, String property, String value) {
		return "--shard." + name + "=" + (name.equals(property) ? value : good);
	}

}
