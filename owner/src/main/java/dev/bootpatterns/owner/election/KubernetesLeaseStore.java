package dev.bootpatterns.owner.election;

import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpecBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Leases as {@code coordination.k8s.io/v1} Lease objects, one for each role.
 * <p>
 * <b>Guarantee.</b> One holder at a time. The API server has no clock to judge by, so
 * each process judges by its own monotonic one: a lease that is held is over when this
 * process has seen it unchanged for the whole duration that the object names. It starts
 * to count after the answer came, a holder before it sends its renewal, so no process
 * finds a lease over before its holder does, whatever the wall clocks say; {@code
 * renewTime} is written for people and never read. Every change is a compare-and-swap by
 * {@code resourceVersion}: of two that take a lease one is refused. "Unchanged" means the
 * {@code resourceVersion}, too, not the content: two renewals may look the same where a
 * wall clock stands still.
 * <p>
 * <b>Terms</b> are the object's {@code spec.leaseTransitions}: it changes together with
 * the holder, the API server checks that it is a number, and {@code kubectl} shows it. An
 * annotation would be lost to whoever replaces annotations. An object that was deleted
 * cannot make terms begin anew: a new term is also above the {@linkplain Fence fence's}.
 * <p>
 * <b>The fence.</b> A grant counts when the database refuses all older terms, and a
 * renewal asks whether it still knows this one: so a replica that is cut off from the
 * database, and can do nothing for its role, cannot keep it either.
 * <p>
 * <b>Cost.</b> One request for each look; a renewal is one request and one statement.
 * <p>
 * <b>Trade-off.</b> A process that has just started must watch a lease for its whole
 * duration before it can find it over.
 *
 * @see <a href= "https://pkg.go.dev/k8s.io/client-go/tools/leaderelection">client-go's
 * leader election</a>, which judges expiry in this way
 */
class KubernetesLeaseStore implements LeaseStore {

	private static final Log log = LogFactory.getLog(KubernetesLeaseStore.class);

	private final KubernetesClient client;

	private final ElectionProperties.Kubernetes place;

	private final Fence fence;

	private final LongSupplier nanoTime;

	private final InstantSource wallClock;

	private final Map<String, Observed> observed = new ConcurrentHashMap<>();

	/**
	 * A store as one process sees it.
	 * @param client of the API server
	 * @param place where the objects are
	 * @param fence what refuses older terms
	 * @param nanoTime the process's monotonic clock, which judges
	 * @param wallClock only for what people read in the object
	 */
	KubernetesLeaseStore(KubernetesClient client, ElectionProperties.Kubernetes place, Fence fence,
			LongSupplier nanoTime, InstantSource wallClock) {
		this.client = client;
		this.place = place;
		this.fence = fence;
		this.nanoTime = nanoTime;
		this.wallClock = wallClock;
	}

	@Override
	public OptionalLong acquire(String name, String holder, Duration duration) {
		Observed seen = look(name);
		if (seen != null && remaining(seen) > 0) {
			return OptionalLong.empty();
		}
		long last = (seen != null) ? seen.term() : 0;
		long term = Math.max(last, this.fence.highest(name)) + 1;
		Observed granted = write(name, seen,
				spec(duration).withHolderIdentity(holder)
					.withAcquireTime(now())
					.withLeaseTransitions(Math.toIntExact(term))
					.build());
		if (granted == null) {
			return OptionalLong.empty();
		}
		boolean raised = false;
		try {
			raised = this.fence.raise(name, holder, term);
		}
		finally {
			if (!raised) {
				giveUp(name, granted);
			}
		}
		return raised ? OptionalLong.of(term) : OptionalLong.empty();
	}

	@Override
	public boolean renew(String name, String holder, long term, Duration duration) {
		if (!this.fence.isInForce(name, term)) {
			return false;
		}
		Observed seen = this.observed.get(name);
		if (renew(name, holder, term, duration, seen)) {
			return true;
		}
		// Something else of the object was changed, or the answer to a renewal was lost.
		return renew(name, holder, term, duration, look(name));
	}

	private boolean renew(String name, String holder, long term, Duration duration, @Nullable Observed seen) {
		if (seen == null || !seen.isOf(holder, term) || remaining(seen) <= 0) {
			return false;
		}
		return write(name, seen,
				spec(duration).withHolderIdentity(holder)
					.withAcquireTime(seen.spec().getAcquireTime())
					.withLeaseTransitions(seen.spec().getLeaseTransitions())
					.build()) != null;
	}

	@Override
	public void release(String name, String holder, long term) {
		Observed seen = look(name);
		if (seen != null && seen.isOf(holder, term)) {
			giveUp(name, seen);
			this.fence.end(name, term);
		}
	}

	/** Keeps the term: the next one is above it. */
	private void giveUp(String name, Observed held) {
		try {
			write(name, held, new LeaseSpecBuilder().withLeaseTransitions(held.spec().getLeaseTransitions()).build());
		}
		catch (KubernetesClientException ex) {
			log.warn("The lease %s could not be released; it will expire".formatted(name), ex);
		}
	}

	@Override
	public Optional<Lease> find(String name) {
		Observed seen = look(name);
		long remaining = (seen != null) ? remaining(seen) : 0;
		return (seen != null && remaining > 0) ? Optional.of(seen.lease(Duration.ofNanos(remaining)))
				: Optional.empty();
	}

	private @Nullable Observed look(String name) {
		io.fabric8.kubernetes.api.model.coordination.v1.@Nullable Lease found = resource(
				new ObjectMetaBuilder().withName(objectName(name)).build(), null)
			.get();
		if (found == null) {
			this.observed.remove(name);
			return null;
		}
		return observe(name, found);
	}

	/** Nanoseconds; the time at which it was seen first is after it was changed. */
	private Observed observe(String name, io.fabric8.kubernetes.api.model.coordination.v1.Lease answer) {
		Observed now = new Observed(answer.getMetadata(),
				Objects.requireNonNullElseGet(answer.getSpec(), LeaseSpec::new), this.nanoTime.getAsLong());
		return Objects
			.requireNonNull(this.observed.merge(name, now, (before, after) -> before.isSameAs(after) ? before : after));
	}

	/** Null if somebody else was faster. */
	private @Nullable Observed write(String name, @Nullable Observed before, LeaseSpec spec) {
		ObjectMeta metadata = (before != null) ? before.metadata()
				: new ObjectMetaBuilder().withName(objectName(name))
					.withNamespace(this.place.namespace())
					.addToLabels("app.kubernetes.io/managed-by", "boot-patterns-owner")
					.build();
		try {
			Resource<io.fabric8.kubernetes.api.model.coordination.v1.Lease> resource = resource(metadata, spec);
			return observe(name, (before != null) ? resource.update() : resource.create());
		}
		catch (KubernetesClientException ex) {
			if (ex.getCode() == HttpURLConnection.HTTP_CONFLICT || ex.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
				return null;
			}
			throw ex;
		}
	}

	private Resource<io.fabric8.kubernetes.api.model.coordination.v1.Lease> resource(ObjectMeta metadata,
			@Nullable LeaseSpec spec) {
		return this.client.leases()
			.inNamespace(this.place.namespace())
			.resource(new LeaseBuilder().withMetadata(metadata).withSpec(spec).build());
	}

	/** The object knows whole seconds: rounded up, so that nobody finds it over early. */
	private LeaseSpecBuilder spec(Duration duration) {
		return new LeaseSpecBuilder().withLeaseDurationSeconds((int) Math.ceilDiv(duration.toMillis(), 1000L))
			.withRenewTime(now());
	}

	private ZonedDateTime now() {
		return this.wallClock.instant().atZone(ZoneOffset.UTC);
	}

	private long remaining(Observed seen) {
		return seen.isHeld() ? seen.since() + seen.nanos() - this.nanoTime.getAsLong() : 0;
	}

	private String objectName(String name) {
		return this.place.prefix() + "-" + name;
	}

	/**
	 * What the API server said, and when this process first heard it.
	 *
	 * @param metadata of the object, with the version to compare and swap
	 * @param spec the lease
	 * @param since by the monotonic clock
	 */
	private record Observed(ObjectMeta metadata, LeaseSpec spec, long since) {

		boolean isSameAs(Observed other) {
			return Objects.equals(this.metadata.getUid(), other.metadata.getUid())
					&& Objects.equals(this.metadata.getResourceVersion(), other.metadata.getResourceVersion());
		}

		boolean isHeld() {
			String holder = this.spec.getHolderIdentity();
			return holder != null && !holder.isEmpty() && this.spec.getLeaseDurationSeconds() != null;
		}

		boolean isOf(String holder, long term) {
			return holder.equals(this.spec.getHolderIdentity()) && term() == term;
		}

		long term() {
			Integer transitions = this.spec.getLeaseTransitions();
			return (transitions != null) ? transitions : 0;
		}

		long nanos() {
			return TimeUnit.SECONDS.toNanos(this.spec.getLeaseDurationSeconds());
		}

		Lease lease(Duration remaining) {
			ZonedDateTime acquired = this.spec.getAcquireTime();
			return new Lease(this.spec.getHolderIdentity(), term(),
					(acquired != null) ? acquired.toInstant() : Instant.EPOCH, remaining);
		}

	}

}
