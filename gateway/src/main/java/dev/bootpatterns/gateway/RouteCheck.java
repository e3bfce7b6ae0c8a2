package dev.bootpatterns.gateway;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.cloud.gateway.filter.FilterDefinition;
import org.springframework.cloud.gateway.filter.factory.GatewayFilterFactory;
import org.springframework.cloud.gateway.route.RouteDefinition;
import org.springframework.cloud.gateway.route.RouteDefinitionLocator;
import org.springframework.cloud.gateway.support.NameUtils;
import org.springframework.stereotype.Component;

/**
 * An argument that a filter of ours does not know, such as a misspelt one, fails the
 * start. The gateway itself would ignore it, and the filter do something else than the
 * route says. What a filter refuses by itself fails the start already.
 */
@Component
class RouteCheck implements SmartInitializingSingleton {

	private final RouteDefinitionLocator definitions;

	private final Map<String, GatewayFilterFactory<?>> ours;

	RouteCheck(RouteDefinitionLocator definitions, List<GatewayFilterFactory<?>> factories) {
		this.definitions = definitions;
		this.ours = factories.stream()
			.filter((factory) -> factory.getClass().getName().startsWith(RouteCheck.class.getPackageName()))
			.collect(Collectors.toMap(GatewayFilterFactory::name, Function.identity()));
	}

	@Override
	public void afterSingletonsInstantiated() {
		// Routes come from the configuration: this is done when subscribe returns.
		AtomicReference<Throwable> failure = new AtomicReference<>();
		this.definitions.getRouteDefinitions().subscribe(this::check, failure::set);
		Throwable found = failure.get();
		if (found != null) {
			throw new IllegalStateException(String.valueOf(found.getMessage()), found);
		}
	}

	private void check(RouteDefinition route) {
		for (FilterDefinition filter : route.getFilters()) {
			GatewayFilterFactory<?> factory = this.ours.get(filter.getName());
			if (factory != null) {
				check(route, filter, factory.shortcutFieldOrder());
			}
		}
	}

	private static void check(RouteDefinition route, FilterDefinition filter, List<String> known) {
		Set<String> positions = Set
			.copyOf(known.stream().map((name) -> NameUtils.generateName(known.indexOf(name))).toList());
		filter.getArgs().forEach((name, value) -> {
			if (!known.contains(name) && !positions.contains(name)) {
				boolean generated = name.startsWith(NameUtils.GENERATED_NAME_PREFIX);
				throw new IllegalArgumentException("Route %s: %s does not know %s; its arguments are %s".formatted(
						route.getId(), filter.getName(), generated ? "so many: " + value : "'" + name + "'", known));
			}
		});
	}

}
