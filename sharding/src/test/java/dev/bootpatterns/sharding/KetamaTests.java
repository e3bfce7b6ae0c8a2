package dev.bootpatterns.sharding;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Against vectors that others have published. */
class KetamaTests {

	/** {@code ketama.servers} of libketama; libmemcached uses the same, without ports. */
	private static List<Backend> servers(String port) {
		int[] weights = { 600, 300, 200, 350, 1000, 800, 950, 100 };
		return IntStream.range(0, weights.length)
			.mapToObj((i) -> new Backend("10.0.1." + (i + 1) + port, weights[i]))
			.toList();
	}

	/**
	 * The test of libketama itself (github.com/RJ/ketama, libketama/test.sh and
	 * ketama_test.c): the MD5 of an empty line and a line for each of a million keys:
	 * position of the key, position of its point, server.
	 */
	@Test
	void ring_givesWhatTheTestOfLibketamaExpects() throws NoSuchAlgorithmException {
		List<Backend> servers = servers(":11211");
		Ketama ketama = new Ketama(servers);
		MessageDigest md5 = MessageDigest.getInstance("MD5");
		md5.update((byte) '\n');
		for (int i = 0; i < 1_000_000; i++) {
			String key = Integer.toString(i);
			int point = ketama.pointOf(key);
			md5.update((Ketama.hash(key) + " " + ketama.positionOf(point) + " "
					+ servers.get(ketama.shardAt(point)).name() + "\n")
				.getBytes(StandardCharsets.US_ASCII));
		}
		assertThat(HexFormat.of().formatHex(md5.digest())).isEqualTo("5672b131391f5aa2b280936aec1eea74");
	}

	/** github.com/RJ/ketama, python_ketama/tests.py. */
	@Test
	void ring_givesWhatTheTestOfPythonKetamaExpects() {
		Ketama ketama = new Ketama(List.of(new Backend("127.0.0.1:11211", 600), new Backend("127.0.0.1:11212", 400)));
		int point = ketama.pointOf("test");
		assertThat(Ketama.hash("test")).isEqualTo(3446378249L);
		assertThat(ketama.positionOf(point)).isEqualTo(3454255383L);
		assertThat(ketama.shardAt(point)).isZero();
		assertThat(ketama.points()).isEqualTo(320);
	}

	/**
	 * Some of the 99 of libmemcached (github.com/awesomized/libmemcached,
	 * test/fixtures/ketama.hpp), which leaves the default port out of the name.
	 */
	@ParameterizedTest
	@CsvSource(quoteCharacter = '"',
			value = { "SVa_]_V41),443691461,445379617,10.0.1.7", "30C1*Z*S/_,1473165754,1480075959,10.0.1.2",
					"P1[Ma3=K1/,1989324036,1994028240,10.0.1.8", "D[HE+cFXDK,2117036136,2117124014,10.0.1.3",
					"EM75N0+[X1,1558531507,1559308507,10.0.1.4", "8*6a;Sc*X+,4223431086,4230156966,10.0.1.2" })
	void ring_givesWhatTheTestOfLibmemcachedExpects(String key, long hash, long position, String server) {
		List<Backend> servers = servers("");
		Ketama ketama = new Ketama(servers);
		int point = ketama.pointOf(key);
		assertThat(Ketama.hash(key)).isEqualTo(hash);
		assertThat(ketama.positionOf(point)).isEqualTo(position);
		assertThat(servers.get(ketama.shardAt(point)).name()).isEqualTo(server);
	}

	/** Also from libmemcached: this key lies behind the last point. */
	@Test
	void keyBehindTheLastPoint_belongsToTheFirst() {
		Ketama ketama = new Ketama(servers(""));
		assertThat(Ketama.hash("VDEAAAAA")).isEqualTo(0xfffcd1b5L);
		assertThat(ketama.pointOf("VDEAAAAA")).isZero();
	}

	/** As libketama's arithmetic comes out; of these only 61 is not what one expects. */
	@ParameterizedTest
	@CsvSource({ "1, 160", "3, 160", "10, 160", "11, 160", "25, 160", "61, 156" })
	void equalBackends_haveThisManyPointsEach(int backends, int points) {
		Ketama ketama = new Ketama(
				IntStream.range(0, backends).mapToObj((i) -> new Backend("10.0.0." + i + ":11211")).toList());
		assertThat(ketama.points()).isEqualTo(backends * points);
	}

	@Test
	void backendOfLessThanAFortiethOfTheAverage_getsNoKey() {
		ShardingFunction ketama = ShardingAlgorithm.KETAMA
			.over(List.of(new Backend("large", 1000), new Backend("small", 1)));
		assertThat(Stream.iterate(0, (i) -> i + 1).limit(10_000).map((i) -> ketama.shardOf("key-" + i)))
			.containsOnly(0);
	}

}
