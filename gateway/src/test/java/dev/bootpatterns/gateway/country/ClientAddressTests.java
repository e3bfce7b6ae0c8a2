package dev.bootpatterns.gateway.country;

import java.net.InetSocketAddress;

import io.netty.util.NetUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.mock.http.server.reactive.MockServerHttpRequest;

import static org.assertj.core.api.Assertions.assertThat;

class ClientAddressTests {

	/** The example in Spring Cloud Gateway's documentation, and its limits. */
	@ParameterizedTest
	@CsvSource({ "0,192.0.2.9", "1,0.0.0.3", "2,0.0.0.2", "3,0.0.0.1", "4,0.0.0.1", "100,0.0.0.1" })
	void trustedProxies_decideWhichEntryCounts(int trusted, String address) {
		assertThat(client(trusted, "0.0.0.1, 0.0.0.2,0.0.0.3 ")).isEqualTo(address);
		assertThat(client(trusted, "0.0.0.1", "0.0.0.2, 0.0.0.3")).isEqualTo(address);
		assertThat(client(trusted, "0.0.0.1", "0.0.0.2", "0.0.0.3")).isEqualTo(address);
	}

	@Test
	void withoutTheHeader_itIsTheOtherEnd() {
		assertThat(client(1)).isEqualTo("192.0.2.9");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "2001:db8::1|2001:db8::1", "1.2.3.4,|-", "unknown|-", "example.org|-", "''|-",
			",|-", "1.2.3|-", "1.2.3.4:80|-" })
	void entryThatIsNoAddress_isNobody_andNoNameIsLookedUp(String header, String address) {
		assertThat(client(1, header)).isEqualTo(address);
	}

	@Test
	void otherEndWithoutAnAddress_isNobody() {
		MockServerHttpRequest request = MockServerHttpRequest.get("/")
			.remoteAddress(InetSocketAddress.createUnresolved("example.org", 80))
			.build();
		assertThat(new ClientAddress(0).of(request)).isNull();
		assertThat(new ClientAddress(0).of(MockServerHttpRequest.get("/").build())).isNull();
	}

	private static String client(int trusted, String... lines) {
		MockServerHttpRequest request = MockServerHttpRequest.get("/")
			.remoteAddress(new InetSocketAddress("192.0.2.9", 5000))
			.header("X-Forwarded-For", lines)
			.build();
		byte[] address = new ClientAddress(trusted).of(request);
		return (address != null) ? NetUtil.bytesToIpAddress(address) : "-";
	}

}
