package dev.bootpatterns.worker;

import jakarta.validation.constraints.AssertTrue;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * How much a handler may hand over to the owner.
 *
 * @param maxOutput an item whose output is larger is rejected; 1B to 1MB, which is the
 * most that an owner takes
 */
@Validated
@ConfigurationProperties("worker")
public record OutputProperties(@DefaultValue("1MB") DataSize maxOutput) {

	private static final DataSize MOST = DataSize.ofMegabytes(1);

	@AssertTrue(message = "worker.max-output must be between 1B and 1MB")
	boolean isMaxOutputUsable() {
		return this.maxOutput.toBytes() >= 1 && this.maxOutput.compareTo(MOST) <= 0;
	}

	/**
	 * Whether this is too much.
	 * @param bytes the size of an output
	 * @return whether it is above the limit
	 */
	public boolean exceededBy(long bytes) {
		return bytes > this.maxOutput.toBytes();
	}

	/**
	 * What becomes of an item whose output is too much.
	 * @param bytes the size of its output
	 * @return rejected, with both numbers
	 */
	public Outcome tooLarge(long bytes) {
		return Outcome
			.rejected("output of %d bytes, more than the limit of %d".formatted(bytes, this.maxOutput.toBytes()));
	}

}
