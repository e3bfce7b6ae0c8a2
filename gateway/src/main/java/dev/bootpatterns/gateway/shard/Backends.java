package dev.bootpatterns.gateway.shard;

import java.net.URI;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

import dev.bootpatterns.gateway.replicas.Replica;
import dev.bootpatterns.sharding.Backend;
import org.jspecify.annotations.Nullable;

/**
 * The backends of a service, and the sharding function over all or some of them.
 * <p>
 * <b>Cost.</b> The function over all is made at start. One without backends that failed
 * is made when it is first needed, which takes up to some milliseconds for hundreds of
 * backends; at most {@value #MAX_REDUCED} of them are kept.
 */
final class Backends {

	private static final int MAX_REDUCED = 128;

	private final List<Backend> shares;

	private final List<Replica> replicas;

	private final Map<String, Integer> numbers = new HashMap<>();

	private final Chooser.Factory factory;

	private final Chooser all;

	private final Map<Set<Integer>, Chooser> reduced = new ConcurrentHashMap<>();

	/**
	 * Backends of a service.
	 * @param name the service's name
	 * @param service what it consists of
	 * @throws IllegalArgumentException naming what is wrong with it
	 */
	Backends(String name, StaticServicesProperties.Service service) {
		List<StaticServicesProperties.Backend> backends = service.backends();
		this.shares = backends.stream().map((backend) -> new Backend(nameOf(backend), backend.weight())).toList();
		this.replicas = IntStream.range(0, backends.size())
			.mapToObj((i) -> new Replica(name + "-" + this.shares.get(i).name(), name, i, this.shares.get(i).name(),
					null, backends.get(i).uri()))
			.toList();
		for (Replica replica : this.replicas) {
			if (this.numbers.put(replica.uri().getRawAuthority(), this.numbers.size()) != null) {
				throw new IllegalArgumentException("'%s' is there twice".formatted(replica.uri()));
			}
		}
		this.factory = Chooser.Factory.named(service.function(), service.epsilon());
		this.all = this.factory.over(this.shares);
	}

	private static String nameOf(StaticServicesProperties.Backend backend) {
		URI uri = backend.uri();
		boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
		if (!http || uri.getHost() == null || uri.getRawUserInfo() != null || uri.getRawQuery() != null
				|| uri.getRawFragment() != null || !(uri.getRawPath().isEmpty() || uri.getRawPath().equals("/"))) {
			throw new IllegalArgumentException("'%s' is not like http://host:port".formatted(uri));
		}
		String name = (backend.name() != null) ? backend.name() : uri.getRawAuthority();
		if (name.isEmpty() || name.chars().anyMatch((c) -> c <= ' ' || c > '~')) {
			throw new IllegalArgumentException("the name '%s' is not of printable ASCII characters".formatted(name));
		}
		return name;
	}

	/**
	 * How many get keys.
	 * @return their number
	 */
	int inService() {
		return (int) this.shares.stream().filter((share) -> share.weight() > 0).count();
	}

	Replica replica(int number) {
		return this.replicas.get(number);
	}

	String name(int number) {
		return this.shares.get(number).name();
	}

	/**
	 * The backend at an address.
	 * @param uri any address at it
	 * @return its number; null if there is none
	 */
	@Nullable Integer at(URI uri) {
		return this.numbers.get(uri.getRawAuthority());
	}

	/**
	 * The function as it would be without some of them.
	 * @param failed the numbers of those
	 * @return the function over the others
	 */
	Chooser without(Collection<Integer> failed) {
		if (failed.isEmpty()) {
			return this.all;
		}
		if (this.reduced.size() >= MAX_REDUCED) {
			this.reduced.clear();
		}
		return this.reduced.computeIfAbsent(Set.copyOf(failed), (left) -> {
			int[] others = IntStream.range(0, this.shares.size()).filter((i) -> !left.contains(i)).toArray();
			return new Renumbered(this.factory.over(IntStream.of(others).mapToObj(this.shares::get).toList()), others);
		});
	}

	/** A function over some of the backends. */
	private static final class Renumbered implements Chooser {

		private final Chooser function;

		private final int[] numbers;

		Renumbered(Chooser function, int[] numbers) {
			this.function = function;
			this.numbers = numbers;
		}

		@Override
		public int acquire(String key) {
			return this.numbers[this.function.acquire(key)];
		}

		@Override
		public void release(int backend) {
			this.function.release(Arrays.binarySearch(this.numbers, backend));
		}

	}

}
