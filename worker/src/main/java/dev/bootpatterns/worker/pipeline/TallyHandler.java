package dev.bootpatterns.worker.pipeline;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

import dev.bootpatterns.worker.Outcome;
import dev.bootpatterns.worker.Parameters;
import dev.bootpatterns.worker.RejectedException;
import dev.bootpatterns.worker.WorkHandler;
import dev.bootpatterns.worker.WorkItem;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.stereotype.Component;

/**
 * How many keys a JSON object of whole numbers has, and what the numbers are together.
 */
@Component
class TallyHandler implements WorkHandler {

	private final JsonMapper json;

	private final WholeNumbers reader;

	TallyHandler(JsonMapper json) {
		this.json = json;
		this.reader = new WholeNumbers(json);
	}

	@Override
	public String name() {
		return "tally";
	}

	@Override
	public Outcome handle(WorkItem item) throws RejectedException {
		Parameters.of(item);
		List<Long> numbers = new ArrayList<>();
		this.reader.read(new ByteArrayInputStream(item.bytes()), "the content", (_, number) -> numbers.add(number));
		BigInteger sum = numbers.stream().map(BigInteger::valueOf).reduce(BigInteger.ZERO, BigInteger::add);
		return Outcome
			.done(this.json.writeValueAsBytes(new Tally(numbers.size(), WholeNumbers.exact(sum, "of all numbers"))));
	}

	private record Tally(int keys, long sum) {
	}

}
