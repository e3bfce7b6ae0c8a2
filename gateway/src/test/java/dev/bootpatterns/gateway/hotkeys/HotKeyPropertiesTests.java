package dev.bootpatterns.gateway.hotkeys;

import java.util.Map;

import jakarta.validation.Validation;
import jakarta.validation.ValidatorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class HotKeyPropertiesTests {

	@Test
	void defaults_areValid_andShowNothingOld() {
		assertThat(FlightsTests.properties(Map.of()).ttl()).isZero();
		assertThat(violations(FlightsTests.properties(Map.of()))).isZero();
	}

	@ParameterizedTest
	@CsvSource({ "ttl,61s", "ttl,-1s", "rate,0", "share,0", "share,1.5", "half-life,0s", "period,0s", "patience,-1s",
			"max-readers,0" })
	void settingThatCannotWork_isRefused(String name, String value) {
		assertThat(violations(FlightsTests.properties(Map.of(name, value)))).isOne();
	}

	private static int violations(HotKeyProperties properties) {
		try (ValidatorFactory factory = Validation.buildDefaultValidatorFactory()) {
			return factory.getValidator().validate(properties).size();
		}
	}

}
