package dev.bootpatterns.worker.queue;

import org.springframework.amqp.rabbit.config.ContainerCustomizer;
import org.springframework.amqp.rabbit.listener.SimpleMessageListenerContainer;
import org.springframework.boot.autoconfigure.context.LifecycleProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.backoff.ExponentialBackOff;

/**
 * What Boot has no property for.
 */
@Configuration(proxyBeanMethods = false)
class ListenerConfiguration {

	private static final long FIRST_RECONNECT_MILLIS = 500;

	private static final long LAST_RECONNECT_MILLIS = 10_000;

	/**
	 * What is left of the shutdown phase for settling, after handlers had their share.
	 */
	private static final long SETTLING_MILLIS = 1_000;

	@Bean
	ContainerCustomizer<SimpleMessageListenerContainer> itemsContainer(LifecycleProperties lifecycle) {
		long phase = lifecycle.getTimeoutPerShutdownPhase().toMillis();
		return (container) -> {
			ExponentialBackOff reconnect = new ExponentialBackOff(FIRST_RECONNECT_MILLIS, 2);
			reconnect.setMaxInterval(LAST_RECONNECT_MILLIS);
			container.setRecoveryBackOff(reconnect);
			// The default of 5 s would interrupt items that may still finish in time.
			container.setShutdownTimeout(Math.max(phase / 2, phase - SETTLING_MILLIS));
			// A password being rotated must not end consumption for good.
			container.setPossibleAuthenticationFailureFatal(false);
		};
	}

}
