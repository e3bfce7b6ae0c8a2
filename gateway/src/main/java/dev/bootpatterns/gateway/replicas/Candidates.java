package dev.bootpatterns.gateway.replicas;

import java.util.List;
import java.util.Set;

import reactor.core.publisher.Mono;

import org.springframework.http.HttpHeaders;

/**
 * The replicas that may answer one request.
 */
@FunctionalInterface
public interface Candidates {

	/**
	 * Lists them as they are known now.
	 * @return the replicas, in any order
	 */
	List<Replica> list();

	/**
	 * Those of them that are left when some were tried. Whoever decides who is next only
	 * when one has failed overrides this.
	 * @param tried the replicas that were tried
	 * @return the others, in the order in which to try them
	 */
	default List<Replica> untried(Set<Replica> tried) {
		return list().stream().filter((replica) -> !tried.contains(replica)).toList();
	}

	/**
	 * Says to the replica by what it was chosen.
	 * @param headers of the request that it gets
	 */
	default void describe(HttpHeaders headers) {
	}

	/**
	 * A replica said that the request is not for it (421): whoever made the list gets
	 * better knowledge, if there is any.
	 * @return completes when {@link #list()} is worth another look
	 */
	default Mono<Void> misdirected() {
		return Mono.empty();
	}

}
