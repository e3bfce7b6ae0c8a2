package dev.bootpatterns.worker.exec;

import java.util.List;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Whether there is a program, in whichever of the ways to write a list.
 */
class CommandGiven implements Condition {

	@Override
	public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
		List<String> command = Binder.get(context.getEnvironment())
			.bind("worker.exec.command", Bindable.listOf(String.class))
			.orElse(List.of());
		return !command.isEmpty();
	}

}
