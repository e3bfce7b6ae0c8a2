package dev.bootpatterns.owner.web;

import tools.jackson.databind.json.JsonMapper;

/**
 * Gives tests of other features the writer.
 */
public final class ProblemWriterAccess {

	private ProblemWriterAccess() {
	}

	public static ProblemWriter writer() {
		return new ProblemWriter(JsonMapper.shared());
	}

}
