package dev.bootpatterns.benchmarks.load;

/** A row of the report. */
enum Kind {

	READ("GET"), SEARCH("search"), PUT("PUT"), CONDITIONAL_PUT("PUT If-Match"), DELETE("DELETE"),

	/** The documents before the load. */
	PREPARE("before: PUT"),

	/** All documents read again, after the load. */
	CHECK("after: GET"),

	CLEAN_UP("after: DELETE");

	private final String label;

	Kind(String label) {
		this.label = label;
	}

	String label() {
		return this.label;
	}

}
