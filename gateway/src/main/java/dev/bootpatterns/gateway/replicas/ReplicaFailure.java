package dev.bootpatterns.gateway.replicas;

import java.net.ConnectException;
import java.util.Set;

import io.github.resilience4j.bulkhead.BulkheadFullException;
import io.netty.channel.ConnectTimeoutException;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatusCode;

/**
 * How an attempt at a replica failed, as far as it matters for another attempt.
 * <p>
 * An attempt that never reached the replica may be repeated elsewhere whatever the
 * request. One that may have reached it may be repeated only if the request is idempotent
 * (RFC 9110, section 9.2.2) and carries no precondition: the effect of the first attempt
 * would make the precondition of the second fail.
 */
public enum ReplicaFailure {

	/**
	 * Nothing was sent: refused, not connected, bulkhead full; or the replica said that
	 * it is not its.
	 */
	NOT_REACHED,

	/** The replica, or something on the way, failed while or after it got the request. */
	FAILED,

	/** An answer that another replica would give as well. */
	NONE;

	private static final Set<HttpMethod> IDEMPOTENT = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS,
			HttpMethod.PUT, HttpMethod.DELETE);

	/**
	 * Judges an answer.
	 * @param status the answer's status
	 * @return how the attempt failed
	 */
	public static ReplicaFailure of(HttpStatusCode status) {
		return switch (status.value()) {
			case 421 -> NOT_REACHED;
			case 502, 503, 504 -> FAILED;
			default -> NONE;
		};
	}

	/**
	 * Judges an exception.
	 * @param failure what was thrown in place of an answer
	 * @return how the attempt failed
	 */
	public static ReplicaFailure of(Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof ConnectException || cause instanceof ConnectTimeoutException
					|| cause instanceof BulkheadFullException) {
				return NOT_REACHED;
			}
		}
		return FAILED;
	}

	/**
	 * Whether the request may be sent to another replica.
	 * @param method the request's method
	 * @param headers its headers
	 * @return whether it may
	 */
	public boolean allowsRetry(HttpMethod method, HttpHeaders headers) {
		return switch (this) {
			case NOT_REACHED -> true;
			case FAILED -> IDEMPOTENT.contains(method)
					&& (method.equals(HttpMethod.GET) || !(headers.containsHeader(HttpHeaders.IF_MATCH)
							|| headers.containsHeader(HttpHeaders.IF_NONE_MATCH)));
			case NONE -> false;
		};
	}

}
