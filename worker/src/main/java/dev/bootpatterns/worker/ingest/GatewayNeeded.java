package dev.bootpatterns.worker.ingest;

import java.util.List;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.StringUtils;

/**
 * Whether there is a handler {@code ingest}: always, so that nobody forgets the gateway,
 * but for a worker that was given other work and no gateway.
 */
class GatewayNeeded implements Condition {

	@Override
	public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
		Environment environment = context.getEnvironment();
		boolean otherWork = StringUtils.hasText(environment.getProperty("worker.http.url"))
				|| Binder.get(environment).bind("worker.exec.command", Bindable.listOf(String.class)).isBound();
		return !otherWork || StringUtils.hasText(environment.getProperty("worker.gateway-url"));
	}

}
