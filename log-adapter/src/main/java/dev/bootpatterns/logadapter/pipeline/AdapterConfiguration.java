package dev.bootpatterns.logadapter.pipeline;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.function.LongSupplier;

import dev.bootpatterns.logadapter.follow.FileIdentity;
import dev.bootpatterns.logadapter.follow.FileSet;
import dev.bootpatterns.logadapter.follow.OwnFiles;
import dev.bootpatterns.logadapter.follow.PathGlobs;
import dev.bootpatterns.logadapter.format.EntryJoiner;
import dev.bootpatterns.logadapter.format.LineFormats;
import dev.bootpatterns.logadapter.live.LiveEntries;
import dev.bootpatterns.logadapter.output.EntryStore;
import io.micrometer.core.instrument.MeterRegistry;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Puts the adapter together.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(AdapterProperties.class)
class AdapterConfiguration {

	private static final InstantSource CLOCK = InstantSource.system();

	private static final LongSupplier NANOS = System::nanoTime;

	@Bean
	Ledger ledger(MeterRegistry registry) {
		return new Ledger(registry);
	}

	// Closed by the adapter's thread, which alone uses it.
	@Bean(destroyMethod = "")
	EntryStore entryStore(AdapterProperties properties, JsonMapper json, Ledger ledger) throws IOException {
		AdapterProperties.Output output = properties.output();
		return new EntryStore(
				new EntryStore.Settings(output.directory(), output.maxFileSize().toBytes(), output.maxFiles()), json,
				ledger::fileDeleted);
	}

	@Bean
	Outbox outbox(EntryStore store, LiveEntries live, Ledger ledger, JsonMapper json) {
		return new Outbox(json::writeValueAsBytes, store, live::publish, ledger);
	}

	@Bean
	AdapterLifecycle logAdapter(AdapterProperties properties, EntryStore store, Outbox outbox, Ledger ledger,
			OwnLogs ownLogs, ApplicationContext context, MeterRegistry registry) throws IOException {
		AdapterProperties.Output output = properties.output();
		OwnFiles ownFiles = OwnFiles.find(output.directory(),
				PathGlobs.parse(properties.exclude() + "," + ownLogs.globs()));
		FileSet files = new FileSet(
				new FileSet.Settings(PathGlobs.parse(properties.files()), properties.maxFiles(),
						(int) properties.maxLine().toBytes(), properties.goneGrace()),
				ownFiles, (path, identity) -> joiner(properties, ownLogs, path, identity), ledger, NANOS,
				store.recovered());
		Adapter adapter = new Adapter(new Adapter.Timing(properties.pollInterval(), properties.scanInterval(),
				output.checkpointInterval(), output.retryInterval()), files, outbox, store, ledger, CLOCK, NANOS);
		return new AdapterLifecycle(adapter, context, registry);
	}

	private static EntryJoiner joiner(AdapterProperties properties, OwnLogs ownLogs, Path path, FileIdentity identity) {
		AdapterProperties.Join join = properties.join();
		String name = path.getFileName().toString();
		int dot = name.indexOf('.');
		return new EntryJoiner(new LineFormats(properties.accessDurationUnit().millis()),
				new EntryJoiner.Limits(join.maxLines(), join.maxSize().toBytes(), join.silence()),
				new EntryJoiner.Origin(path.toString(), identity.value(), (dot > 0) ? name.substring(0, dot) : name,
						ownLogs.service(), ProcessHandle.current().pid()),
				CLOCK, NANOS);
	}

	@Bean
	OwnLogs ownLogs(@Value("${spring.application.name}") String service, @Value("${logging.file.name:}") String logFile,
			@Value("${server.tomcat.accesslog.directory:}") String accessLogDirectory,
			@Value("${server.tomcat.accesslog.prefix:access_log}") String accessLogPrefix) {
		return OwnLogs.of(service, logFile, accessLogDirectory, accessLogPrefix);
	}

	/**
	 * What the adapter itself logs.
	 *
	 * @param service its name
	 * @param globs its log files, as far as the configuration names them
	 */
	record OwnLogs(String service, String globs) {

		static OwnLogs of(String service, String logFile, String accessLogDirectory, String accessLogPrefix) {
			String log = logFile.isBlank() ? "" : Path.of(logFile).toAbsolutePath() + "*";
			String access = accessLogDirectory.isBlank() ? ""
					: Path.of(accessLogDirectory).toAbsolutePath().normalize() + "/" + accessLogPrefix + "*";
			return new OwnLogs(service, log + "," + access);
		}

	}

}
