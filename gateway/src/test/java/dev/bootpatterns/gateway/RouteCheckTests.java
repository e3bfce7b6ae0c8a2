package dev.bootpatterns.gateway;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.builder.SpringApplicationBuilder;

import static org.assertj.core.api.Assertions.assertThatException;

class RouteCheckTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "ShardBy=foo|Route users: ShardBy=foo: 'foo' is unknown",
					"Bulkhead=cleints|Bulkhead=cleints: resilience4j.bulkhead.instances does not have it",
					"Bulkhead|Bulkhead: a name is required",
					"ShardBy=path,a,b,c|Route users: ShardBy does not know so many: c" })
	void badRoute_failsTheStart_andIsNamed(String filter, String message) {
		String route = "--spring.cloud.gateway.server.webflux.routes[0].";
		SpringApplicationBuilder gateway = new SpringApplicationBuilder(GatewayApplication.class);
		assertThatException()
			.isThrownBy(() -> gateway.run("--server.port=0", "--management.server.port=0", route + "id=users",
					route + "uri=no://op", route + "predicates[0]=Path=/users/**", route + "filters[0]=" + filter))
			.withMessageContaining(message);
	}

}
