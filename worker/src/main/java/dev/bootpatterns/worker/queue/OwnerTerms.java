package dev.bootpatterns.worker.queue;

import java.util.LinkedHashMap;
import java.util.Map;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.stereotype.Component;

/**
 * The highest term of an owner that this worker has seen. What an older one sent is
 * refused: it may have been sent by an owner that was paused, and does not know that
 * another has taken over.
 * <p>
 * Terms are counted in the owners' database. One that was made anew begins again at one,
 * so each database's are compared among themselves.
 */
@Component
class OwnerTerms {

	private static final Logger logger = LoggerFactory.getLogger(OwnerTerms.class);

	/** Whoever sends many names of databases is not an owner. */
	private static final int MOST_DATABASES = 16;

	private final Map<String, Long> highest = new LinkedHashMap<>(MOST_DATABASES, 0.75f, true);

	/**
	 * Notes a term.
	 * @param database that the term is of
	 * @param term of an item
	 * @return whether it is older than one that was seen before
	 */
	synchronized boolean isOver(String database, long term) {
		Long seen = this.highest.get(database);
		if (seen != null && seen > term) {
			return true;
		}
		if (seen == null && !this.highest.isEmpty()) {
			logger.warn("Items of an owner with another database ({}) arrive, under term {}: "
					+ "terms of this one are compared among themselves", database, term);
		}
		this.highest.put(database, term);
		if (this.highest.size() > MOST_DATABASES) {
			this.highest.remove(this.highest.keySet().iterator().next());
		}
		return false;
	}

}
