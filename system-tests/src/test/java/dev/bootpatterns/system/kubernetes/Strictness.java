package dev.bootpatterns.system.kubernetes;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import org.jspecify.annotations.Nullable;

/**
 * Finds what an object has and its kind does not know: the model keeps such fields, where
 * an API server drops them or refuses the object.
 */
final class Strictness {

	private Strictness() {
	}

	/** The paths of the fields that are unknown; empty for a custom resource. */
	static List<String> unknown(Object object) {
		List<String> found = new ArrayList<>();
		if (!(object instanceof GenericKubernetesResource)) {
			look(object, "", found);
		}
		return found;
	}

	private static void look(@Nullable Object value, String path, List<String> found) {
		if (value instanceof Collection<?> elements) {
			elements.forEach((element) -> look(element, path + "[]", found));
		}
		else if (value instanceof Map<?, ?> entries) {
			entries.forEach((key, entry) -> look(entry, path + "." + key, found));
		}
		else if (value != null && value.getClass().getPackageName().startsWith("io.fabric8.kubernetes.api.model")) {
			for (Method method : value.getClass().getMethods()) {
				if (isGetter(method)) {
					visit(value, method, path, found);
				}
			}
		}
	}

	private static boolean isGetter(Method method) {
		return method.getName().startsWith("get") && method.getParameterCount() == 0
				&& !Modifier.isStatic(method.getModifiers()) && !method.getName().equals("getClass");
	}

	private static void visit(Object value, Method getter, String path, List<String> found) {
		try {
			Object member = getter.invoke(value);
			if (getter.getName().equals("getAdditionalProperties")) {
				((Map<?, ?>) member).keySet().forEach((name) -> found.add(path + "." + name));
			}
			else {
				String name = getter.getName().substring("get".length());
				look(member, path + "." + name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1), found);
			}
		}
		catch (IllegalAccessException | InvocationTargetException ex) {
			throw new IllegalStateException(path, ex);
		}
	}

}
