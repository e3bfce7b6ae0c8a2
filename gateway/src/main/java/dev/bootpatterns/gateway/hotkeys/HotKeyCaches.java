package dev.bootpatterns.gateway.hotkeys;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;
import reactor.util.function.Tuple2;

import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * The hot-key cache of each sharded service, whichever routes lead to it; once a period
 * each decides anew which keys are hot.
 */
@Component
public class HotKeyCaches implements SmartLifecycle {

	private final HotKeyProperties properties;

	private final MeterRegistry meters;

	private final ConcurrentMap<String, HotKeyCache> caches = new ConcurrentHashMap<>();

	private volatile @Nullable Disposable deciding;

	HotKeyCaches(HotKeyProperties properties, MeterRegistry meters) {
		this.properties = properties;
		this.meters = meters;
	}

	/**
	 * The cache of a service.
	 * @param service the service's name
	 * @return its cache, always the same
	 */
	public HotKeyCache of(String service) {
		return this.caches.computeIfAbsent(service,
				(name) -> new HotKeyCache(name, this.properties, System::nanoTime, this.meters));
	}

	@Override
	public void start() {
		if (this.properties.enabled()) {
			this.deciding = Flux.interval(this.properties.period(), Schedulers.parallel())
				.onBackpressureDrop()
				.elapsed()
				.map(Tuple2::getT1)
				.filter((millis) -> millis > 0)
				.subscribe(
						(millis) -> this.caches.values().forEach((cache) -> cache.update(Duration.ofMillis(millis))));
		}
	}

	@Override
	public void stop() {
		Disposable current = this.deciding;
		if (current != null) {
			current.dispose();
			this.deciding = null;
		}
	}

	@Override
	public boolean isRunning() {
		return this.deciding != null;
	}

}
