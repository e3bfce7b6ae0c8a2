package dev.bootpatterns.sharding;

import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class SlotSetTests {

	@ParameterizedTest
	@ValueSource(strings = { "", "0", "1023", "0-1023", "0-340,512,700-1023" })
	void writtenForm_parsed_isWrittenTheSame(String ranges) {
		assertThat(SlotSet.parse(ranges)).hasToString(ranges);
	}

	@Test
	void adjacentRanges_areJoined() {
		assertThat(SlotSet.parse("3,1-2,4")).hasToString("1-4").isEqualTo(SlotSet.of(IntStream.of(1, 2, 3, 4)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "1024", "-1", "5-3", "a", "1,,2", "1-", " 1", "0-1024" })
	void notARange_isRefusedNamingIt(String ranges) {
		assertThatIllegalArgumentException().isThrownBy(() -> SlotSet.parse(ranges)).withMessageContaining(ranges);
	}

	@Test
	void minus_leavesWhatOnlyTheFirstHas() {
		assertThat(SlotSet.parse("0-9").minus(SlotSet.parse("3-4,20"))).hasToString("0-2,5-9");
	}

}
