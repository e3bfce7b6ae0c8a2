package dev.bootpatterns.gateway.scatter;

import org.springframework.util.MultiValueMap;
import org.springframework.web.server.ResponseStatusException;

/**
 * A way to make one answer of those of the leaves. A route names it:
 * {@code ScatterGather=shards,top-k}; a bean of this type adds one.
 */
public interface Gatherer {

	/**
	 * The name by which a route asks for it.
	 * @return such as {@code top-k}
	 */
	String name();

	/**
	 * Begins to gather for one request. It may be begun once more for the same request,
	 * when slots moved meanwhile.
	 * @param parameters of the client's query, decoded
	 * @return what gathers
	 * @throws ResponseStatusException with 400, naming the parameter, if one is wrong
	 */
	Gathering begin(MultiValueMap<String, String> parameters);

}
