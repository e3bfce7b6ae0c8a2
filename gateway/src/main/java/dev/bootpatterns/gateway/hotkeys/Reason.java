package dev.bootpatterns.gateway.hotkeys;

import java.util.Locale;

/**
 * Why a read of a hot key went to a replica by itself.
 */
enum Reason {

	/** The request is one that no shared answer may be given to. */
	REQUEST(false),

	/** The same key by another path, or the client does not accept this type. */
	VARIANT(false),

	/** Too many wait for the fetch already. */
	CROWDED(false),

	/** The fetch did not begin in time. */
	WAITED(false),

	/** The answer broke off. */
	BROKEN(false),

	/** An answer a moment ago could not be shared. */
	REMEMBERED(false),

	/** The answer's status: 304, 406 and the like are an answer to one request. */
	STATUS(true),

	/** The answer has no version. */
	ETAG(true),

	/** The answer forbids it. */
	CACHE_CONTROL(true),

	/** The answer sets a cookie. */
	COOKIE(true),

	/** The answer depends on more than the path. */
	VARY(true),

	/** The answer is too large. */
	SIZE(true);

	private final boolean lasting;

	Reason(boolean lasting) {
		this.lasting = lasting;
	}

	/** Whether the next answer could most likely not be shared, either. */
	boolean isLasting() {
		return this.lasting;
	}

	String tag() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

}
