package dev.bootpatterns.gateway.shard;

import java.net.URI;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class BackendsTests {

	private static Backends backends(String function, String... uris) {
		List<StaticServicesProperties.Backend> backends = Stream.of(uris).map((uri) -> {
			String[] parts = uri.split(" ", -1);
			return new StaticServicesProperties.Backend(URI.create(parts[0]),
					(parts.length > 1) ? Integer.parseInt(parts[1]) : 1, (parts.length > 2) ? parts[2] : null);
		}).toList();
		return new Backends("cache", new StaticServicesProperties.Service(backends, function, 0.25,
				StaticServicesProperties.Next.RETRIABLE));
	}

	@ParameterizedTest
	@ValueSource(strings = { "modulo", "ketama", "rendezvous", "maglev", "jump-back", "slots", "bounded-load" })
	void withoutThoseThatFailed_theOthersShareTheKeys(String function) {
		Backends backends = backends(function, "http://a:80", "http://b:80", "http://c:80", "http://d:80");
		for (List<Integer> failed : List.of(List.<Integer>of(), List.of(1), List.of(3, 0), List.of(0, 3))) {
			Chooser chooser = backends.without(failed);
			List<Integer> chosen = IntStream.range(0, 200).map((i) -> {
				int backend = chooser.acquire("key-" + i);
				chooser.release(backend);
				return backend;
			}).distinct().sorted().boxed().toList();
			assertThat(chosen).isEqualTo(IntStream.range(0, 4).boxed().filter((i) -> !failed.contains(i)).toList());
		}
	}

	@Test
	void namesAreHashed_notAddresses() {
		Backends here = backends("rendezvous", "http://a:80 1 one", "http://b:80 1 two");
		Backends there = backends("rendezvous", "http://c:80 1 one", "http://d:80 1 two");
		assertThat(IntStream.range(0, 100).map((i) -> here.without(List.of()).acquire("key-" + i)))
			.containsExactlyElementsOf(
					IntStream.range(0, 100).map((i) -> there.without(List.of()).acquire("key-" + i)).boxed().toList());
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', value = {
			"md5|http://a:80|the function 'md5' is unknown; known are [modulo, ketama, rendezvous, maglev, jump-back, slots] and bounded-load",
			"ketama|http://a:80/x|'http://a:80/x' is not like http://host:port",
			"ketama|ftp://a:80|'ftp://a:80' is not like http://host:port",
			"ketama|a:80|'a:80' is not like http://host:port",
			"ketama|http://a:80?b|'http://a:80?b' is not like http://host:port",
			"ketama|http://a:80,https://a:80 1 b|'https://a:80' is there twice",
			"ketama|http://a:80 1 x,http://b:80 1 x|two backends are named 'x'",
			"ketama|http://a:80 0|1 backends, none with a weight above 0",
			"modulo|http://a:80 2,http://b:80|modulo knows no weights" })
	void whatCannotWork_isRefused_andNamed(String function, String uris, String message) {
		assertThatIllegalArgumentException().isThrownBy(() -> backends(function, uris.split(",")))
			.withMessageContaining(message);
	}

}
