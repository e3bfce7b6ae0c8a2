package dev.bootpatterns.benchmarks.load;

import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** {@code mixed}. */
@Command(name = "mixed", mixinStandardHelpOptions = true,
		description = { "Reads, writes and searches documents of its own at a constant rate, and verifies all answers.",
				"Ends with 1 if one was wrong, 2 if the options are." })
public class MixedCommand implements Callable<Integer> {

	private static final int MAX_RATE = 10_000;

	private static final int MAX_DOCUMENTS = 10_000;

	@Option(names = "--url", defaultValue = "http://127.0.0.1:8080", description = "the gateway (${DEFAULT-VALUE})")
	private URI url = URI.create("http://127.0.0.1:8080");

	@Option(names = "--rate", defaultValue = "200", description = "requests per second (${DEFAULT-VALUE})")
	private int rate;

	@Option(names = "--duration", converter = Seconds.class,
			description = "such as 60s, 10m or 1h (until Ctrl-C or SIGTERM, which end it early, too)")
	private @Nullable Duration duration;

	@Option(names = "--documents", defaultValue = "200",
			description = "how many are written to, each by one writer at a time (${DEFAULT-VALUE})")
	private int documents;

	@Option(names = "--in-flight", defaultValue = "" + OpenLoop.MAX_IN_FLIGHT,
			description = "at most so many at a time; the next ones wait (${DEFAULT-VALUE})")
	private int inFlight;

	@Option(names = "--seed", defaultValue = "1", description = "of the order of requests (${DEFAULT-VALUE})")
	private long seed;

	@Option(names = "--keep", description = "leave the documents there")
	private boolean keep;

	@Option(names = "--json", description = "report as JSON")
	private boolean json;

	@Spec
	@SuppressWarnings("NullAway.Init") // by picocli
	private CommandSpec spec;

	@Override
	public Integer call() throws InterruptedException {
		require(("http".equals(this.url.getScheme()) || "https".equals(this.url.getScheme()))
				&& this.url.getHost() != null, "--url must be such as http://127.0.0.1:8080, not " + this.url);
		require(this.rate >= 1 && this.rate <= MAX_RATE,
				"--rate must be 1 to %d, not %d".formatted(MAX_RATE, this.rate));
		require(this.documents >= 1 && this.documents <= MAX_DOCUMENTS,
				"--documents must be 1 to %d, not %d".formatted(MAX_DOCUMENTS, this.documents));
		require(this.inFlight >= 1 && this.inFlight <= OpenLoop.MAX_IN_FLIGHT,
				"--in-flight must be 1 to %d, not %d".formatted(OpenLoop.MAX_IN_FLIGHT, this.inFlight));
		Tally tally = new Tally(InstantSource.system(), (incident) -> tell(incident.toString()));
		try (MixedRun run = new MixedRun(this.url, this.rate, this.inFlight, this.documents, this.seed, tally);
				Interruption interruption = new Interruption(run::stop)) {
			return interruption.exitCode(run(run, tally) ? 0 : 1);
		}
		catch (LoadFailure ex) {
			tell("mixed: " + ex.getMessage());
			return 1;
		}
	}

	private void require(boolean condition, String otherwise) {
		if (!condition) {
			throw new ParameterException(this.spec.commandLine(), otherwise);
		}
	}

	private boolean run(MixedRun run, Tally tally) throws InterruptedException {
		tell("writing documents to %s".formatted(this.url));
		run.prepare();
		tell("loading at %d/s %s".formatted(this.rate,
				(this.duration != null) ? "for %d s".formatted(this.duration.toSeconds()) : "until stopped"));
		OpenLoop.Sent sent = run.load((this.duration != null) ? this.rate * this.duration.toSeconds() : Long.MAX_VALUE);
		tell("reading all documents again");
		run.verify();
		if (!this.keep) {
			run.cleanUp();
		}
		MixedReport report = MixedReport.of(this.url, this.rate, this.seed, sent, tally);
		print(report);
		return report.failures() == 0;
	}

	private void print(MixedReport report) {
		if (this.json) {
			this.spec.commandLine()
				.getOut()
				.println(JsonMapper.builder()
					.enable(SerializationFeature.INDENT_OUTPUT)
					.build()
					.writeValueAsString(report));
			this.spec.commandLine().getOut().flush();
		}
		else {
			report.print(this.spec.commandLine().getOut());
		}
	}

	private void tell(String message) {
		this.spec.commandLine().getErr().println(message);
		this.spec.commandLine().getErr().flush();
	}

	/** A number with its unit. */
	static final class Seconds implements ITypeConverter<Duration> {

		private static final Pattern PATTERN = Pattern.compile("([1-9]\\d{0,5})([smh])");

		@Override
		public Duration convert(String value) {
			Matcher matcher = PATTERN.matcher(value);
			if (!matcher.matches()) {
				throw new TypeConversionException("'%s' must be a number with s, m or h, such as 60s".formatted(value));
			}
			return Duration.parse("PT" + value);
		}

	}

}
