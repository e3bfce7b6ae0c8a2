package dev.bootpatterns.gateway.hotkeys;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.server.ServerWebExchange;

import static org.assertj.core.api.Assertions.assertThat;

class HotKeyCacheOffTests {

	/** A fetch is for nobody in particular: its exchange is another. */
	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void readsOfAHotKey_areForwardedAsTheyAre_onlyIfOff(boolean enabled) {
		HotKeyCache cache = new HotKeyCache("shards",
				FlightsTests.properties(Map.of("enabled", Boolean.toString(enabled))), System::nanoTime,
				new SimpleMeterRegistry());
		List<ServerWebExchange> forwarded = new ArrayList<>();
		MockServerWebExchange exchange = MockServerWebExchange.from(MockServerHttpRequest.get("/documents/key"));
		for (int i = 0; i < 1000; i++) {
			cache.route(exchange, "key", (request) -> Mono.fromRunnable(() -> forwarded.add(request))).block();
		}
		assertThat(forwarded).containsOnly(exchange);
		forwarded.clear();
		cache.update(Duration.ofMillis(1));
		cache.route(exchange, "key", (request) -> Mono.fromRunnable(() -> forwarded.add(request))).block();
		assertThat(forwarded.getFirst() == exchange).isEqualTo(!enabled);
	}

}
