package dev.bootpatterns.worker;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import org.awaitility.Awaitility;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.support.GenericApplicationContext;

/**
 * The whole worker in this JVM, but for the web servers, with one handler more.
 */
class RunningWorker implements AutoCloseable {

	static {
		// When a context closes, Spring AMQP may reject a task of its own on a thread of
		// its own (PublisherCallbackChannelImpl
		// after the factory's executor has ended). That is no failure of whichever test
		// waits at that moment.
		Awaitility.doNotCatchUncaughtExceptionsByDefault();
	}

	private final CountDownLatch stopping = new CountDownLatch(1);

	private final ConfigurableApplicationContext context;

	RunningWorker(int brokerPort, WorkHandler handler, String... properties) {
		this(brokerPort, handler, Clock.SYSTEM, properties);
	}

	RunningWorker(int brokerPort, WorkHandler handler, Clock clock, String... properties) {
		this.context = new SpringApplicationBuilder(WorkerApplication.class).web(WebApplicationType.NONE)
			.initializers((context) -> {
				((GenericApplicationContext) context).registerBean("testHandler", WorkHandler.class, () -> handler);
				((GenericApplicationContext) context).registerBean("testClock", Clock.class, () -> clock);
			})
			.run(arguments(brokerPort, properties));
		this.context.addApplicationListener((event) -> {
			if (event instanceof ContextClosedEvent) {
				this.stopping.countDown();
			}
		});
	}

	private static String[] arguments(int brokerPort, String... properties) {
		Map<String, String> settings = new HashMap<>(Map.of("spring.rabbitmq.host", "127.0.0.1", "spring.rabbitmq.port",
				Integer.toString(brokerPort), "worker.id", "worker-test", "worker.gateway-url", "http://127.0.0.1:1"));
		for (String property : properties) {
			settings.put(property.substring(0, property.indexOf('=')), property.substring(property.indexOf('=') + 1));
		}
		return settings.entrySet()
			.stream()
			.map((setting) -> "--%s=%s".formatted(setting.getKey(), setting.getValue()))
			.toArray(String[]::new);
	}

	<T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	double count(String meter) {
		return bean(MeterRegistry.class).find(meter)
			.counters()
			.stream()
			.mapToDouble((counter) -> counter.count())
			.sum();
	}

	double gauge(String meter) {
		return bean(MeterRegistry.class).get(meter).gauge().value();
	}

	/**
	 * Begins to stop, as on SIGTERM.
	 * @return when it has stopped
	 */
	CompletableFuture<Void> stop() throws InterruptedException {
		CompletableFuture<Void> stopped = CompletableFuture.runAsync(this.context::close);
		this.stopping.await();
		return stopped;
	}

	@Override
	public void close() {
		this.context.close();
	}

}
