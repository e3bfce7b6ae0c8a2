package dev.bootpatterns.fault;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;
import org.springframework.boot.convert.DurationStyle;

/**
 * {@code /actuator/faults}: GET tells the fault, POST sets it, DELETE takes it away. On
 * the management port, which no router knows.
 */
@WebEndpoint(id = "faults")
final class FaultsEndpoint {

	private final Faults faults;

	FaultsEndpoint(Faults faults) {
		this.faults = faults;
	}

	@ReadOperation
	Description fault() {
		return Description.of(this.faults.current());
	}

	@WriteOperation
	Description inject(@Nullable String delay, @Nullable String abort, @Nullable String percent) {
		try {
			this.faults.replace(Fault.of(delay, abort, percent));
		}
		catch (IllegalArgumentException ex) {
			String reason = String.valueOf(ex.getMessage());
			throw new InvalidEndpointRequestException(reason, reason);
		}
		return fault();
	}

	@DeleteOperation
	void remove() {
		this.faults.replace(Fault.NONE);
	}

	/**
	 * The fault as JSON.
	 *
	 * @param delay such as {@code 500ms}; absent when there is none
	 * @param abort the status; absent when there is none
	 * @param percent 0 when there is no fault
	 */
	record Description(@Nullable String delay, @Nullable Integer abort,
			double percent) implements OperationResponseBody {

		static Description of(Fault fault) {
			return new Description(fault.delay().isZero() ? null : DurationStyle.SIMPLE.print(fault.delay()),
					(fault.abort() != 0) ? fault.abort() : null, fault.percent());
		}

	}

}
