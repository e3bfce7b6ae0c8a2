package dev.bootpatterns.system.kubernetes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;

/**
 * Builds what {@code kubectl apply -k} would send, with the {@code kustomize} of this
 * machine, or with its {@code kubectl} if that knows components.
 */
final class Kustomize {

	static final Path FOLDER = Path.of(System.getProperty("checkout", ".."), "k8s").toAbsolutePath().normalize();

	private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();

	private static final Optional<List<String>> COMMAND = Stream
		.of(List.of("kustomize", "build"), List.of("kubectl", "kustomize"))
		.filter(Kustomize::works)
		.findFirst();

	private Kustomize() {
	}

	static boolean isThere() {
		return COMMAND.isPresent();
	}

	/** An old kubectl does not know components, nor what these labels are for. */
	private static boolean works(List<String> command) {
		try {
			Path probe = Files.createTempDirectory("kustomize-");
			Path file = Files.writeString(probe.resolve("kustomization.yaml"), """
					components: []
					labels: [{ pairs: { a: b }, includeTemplates: true }]
					configMapGenerator: [{ name: probe, literals: [a=b] }]
					""");
			try {
				run(command, probe);
			}
			finally {
				Files.delete(file);
				Files.delete(probe);
			}
			return true;
		}
		catch (IOException | UncheckedIOException | AssertionError ex) {
			return false;
		}
	}

	/** The kustomization of the base with these components. */
	static String baseWith(List<String> components) {
		return """
				apiVersion: kustomize.config.k8s.io/v1beta1
				kind: Kustomization
				namespace: some
				resources: [../../base]
				components: [%s]
				"""
			.formatted(components.stream().map("../../components/%s"::formatted).collect(Collectors.joining(", ")));
	}

	/** The objects that a folder stands for, in their order. */
	static List<HasMetadata> build(Path folder) {
		Object objects = SERIALIZATION.unmarshal(run(COMMAND.orElseThrow(), folder));
		return (objects instanceof Collection<?> several) ? several.stream().map(HasMetadata.class::cast).toList()
				: List.of((HasMetadata) objects);
	}

	/**
	 * Builds a kustomization that is written for this.
	 * @param content of the {@code kustomization.yaml} in a folder beside the overlays
	 */
	static List<HasMetadata> build(String content, Path... files) {
		try {
			// Kustomize takes no absolute paths, and nothing from outside its root but
			// folders.
			Path folder = Files.createTempDirectory(FOLDER.resolve("overlays"), ".test-");
			try {
				for (Path file : files) {
					Files.copy(file, folder.resolve(file.getFileName()));
				}
				Files.writeString(folder.resolve("kustomization.yaml"), content);
				return build(folder);
			}
			finally {
				try (Stream<Path> made = Files.list(folder)) {
					for (Path file : made.toList()) {
						Files.delete(file);
					}
				}
				Files.delete(folder);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String run(List<String> command, Path folder) {
		try {
			Path output = Files.createTempFile("kustomize-", ".yaml");
			Path errors = Files.createTempFile("kustomize-", ".err");
			try {
				int exit = new ProcessBuilder(Stream.concat(command.stream(), Stream.of(folder.toString())).toList())
					.redirectOutput(output.toFile())
					.redirectError(errors.toFile())
					.start()
					.waitFor();
				if (exit != 0) {
					throw new AssertionError("%s %s: %s".formatted(command, folder, Files.readString(errors)));
				}
				return Files.readString(output);
			}
			finally {
				Files.delete(output);
				Files.delete(errors);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

}
