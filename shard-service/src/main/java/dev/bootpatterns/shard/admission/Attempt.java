package dev.bootpatterns.shard.admission;

import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;

/**
 * What a router says about a request that is one of its attempts at a search.
 *
 * @param deadline until when it waits for the answer, by {@link System#nanoTime()}
 * @param id names this attempt, so that it can be cancelled
 * @param tiedTo the other copy of the same request, at another replica of the shard
 */
public record Attempt(long deadline, @Nullable String id, @Nullable Tied tiedTo) {

	/** The remaining budget in milliseconds, 1 to 60,000. */
	static final String DEADLINE = "X-Deadline-Ms";

	/** 1 to 64 characters of {@code [A-Za-z0-9_.-]}. */
	static final String ID = "X-Search-Id";

	/** {@code <replica>/<search id>}. */
	static final String TIED_TO = "X-Tied-To";

	/** Also of a request that states no budget: every wait ends. */
	private static final int MAX_BUDGET_MILLIS = 60_000;

	private static final Pattern MILLIS = Pattern.compile("[0-9]{1,5}");

	private static final String ID_SYNTAX = "[A-Za-z0-9_.-]{1,64}";

	private static final Pattern IDS = Pattern.compile(ID_SYNTAX);

	private static final Pattern TIED = Pattern.compile("([a-zA-Z0-9._-]{1,63})/(" + ID_SYNTAX + ")");

	/**
	 * Reads the headers of a request.
	 * @param request the request
	 * @return what they say
	 * @throws ResponseStatusException 400 if one of them is malformed
	 */
	public static Attempt of(HttpServletRequest request) {
		long budget = TimeUnit.MILLISECONDS.toNanos(millis(request.getHeader(DEADLINE)));
		String id = request.getHeader(ID);
		if (id != null) {
			requireId(id, ID);
		}
		return new Attempt(ArrivalFilter.of(request) + budget, id, tied(request.getHeader(TIED_TO)));
	}

	private static int millis(@Nullable String header) {
		if (header == null) {
			return MAX_BUDGET_MILLIS;
		}
		int millis = MILLIS.matcher(header).matches() ? Integer.parseInt(header) : 0;
		require(millis >= 1 && millis <= MAX_BUDGET_MILLIS,
				"%s must be a number of milliseconds from 1 to %d".formatted(DEADLINE, MAX_BUDGET_MILLIS));
		return millis;
	}

	/** Refuses with 400 what cannot be the id of an attempt. */
	static void requireId(String id, String name) {
		require(IDS.matcher(id).matches(), "%s must be 1 to 64 characters of [A-Za-z0-9_.-]".formatted(name));
	}

	private static @Nullable Tied tied(@Nullable String header) {
		if (header == null) {
			return null;
		}
		Matcher matcher = TIED.matcher(header);
		require(matcher.matches(), TIED_TO + " must be the name of a replica, '/', and the id of a search");
		return new Tied(matcher.group(1), matcher.group(2));
	}

	private static void require(boolean condition, String otherwise) {
		if (!condition) {
			throw new ResponseStatusException(HttpStatus.BAD_REQUEST, otherwise);
		}
	}

	/**
	 * The other copy of a tied request.
	 *
	 * @param replica where it is
	 * @param id its name there
	 */
	public record Tied(String replica, String id) {
	}

}
