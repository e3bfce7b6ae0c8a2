package dev.bootpatterns.gateway.country;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;

import io.netty.util.NetUtil;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class CountryTableTests {

	@TempDir
	private static Path folder;

	private static CountryTable read(String csv, int maxEntries) {
		try {
			return CountryTable.read(Files.writeString(folder.resolve("countries.csv"), csv), maxEntries);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static @Nullable String find(CountryTable table, String address) {
		return table.find(Objects.requireNonNull(NetUtil.createByteArrayFromIpAddressString(address)));
	}

	@ParameterizedTest
	@CsvSource(nullValues = "-", value = { "9.255.255.255,-", "10.0.0.0,A", "10.0.255.255,A", "10.1.0.0,B",
			"10.1.2.2,B", "10.1.2.3,C", "10.1.2.4,B", "10.1.255.255,B", "10.2.0.0,A", "10.255.255.255,A", "11.0.0.0,-",
			"0.0.0.0,-", "223.255.255.255,-", "224.0.0.0,Z 9", "255.255.255.255,Z 9", "2001:db7:ffff::,-",
			"2001:db8::,A", "2001:db8:0:1::,B", "2001:db8:0:1:ffff:ffff:ffff:ffff,B", "2001:db8:0:2::,A",
			"2001:db8:ffff:ffff:ffff:ffff:ffff:ffff,A", "2001:db9::,-", "ffff::1,D", "::ffff:10.1.2.3,C", "::a00:1,-" })
	void longestPrefix_wins(String address, String country) {
		CountryTable table = read("""
				# made up
				10.1.0.0/16,B
				10.0.0.0/8, A

				10.1.2.3/32,C
				224.0.0.0/3,Z 9
				10.1.0.0/16,B
				2001:db8::/32,A
				2001:DB8:0:1::/64,B
				ffff::/16,D
				""", 8);
		assertThat(find(table, address)).isEqualTo(country);
	}

	@Test
	void wholeFamilies_areDistinct() {
		CountryTable table = read("0.0.0.0/0,A\n::/0,B\n", 2);
		assertThat(find(table, "255.255.255.255")).isEqualTo("A");
		assertThat(find(table, "0.0.0.0")).isEqualTo("A");
		assertThat(find(table, "::")).isEqualTo("B");
		assertThat(find(table, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")).isEqualTo("B");
	}

	@Test
	void emptyTable_hasNobody() {
		assertThat(find(read("", 1), "192.0.2.1")).isNull();
	}

	/** Against the definition, on a dense corner of the address space. */
	@Test
	void anyTable_agreesWithLookingAtEveryPrefix() {
		Random random = new Random(7);
		for (int round = 0; round < 200; round++) {
			List<int[]> prefixes = new ArrayList<>();
			StringBuilder csv = new StringBuilder();
			for (int i = 0; i < 20; i++) {
				int length = 24 + random.nextInt(9);
				int start = random.nextInt(256) & -(1 << (32 - length));
				if (prefixes.stream().noneMatch((known) -> known[0] == start && known[1] == length)) {
					prefixes.add(new int[] { start, length });
					csv.append("192.0.2.%d/%d,%d-%d%n".formatted(start, length, start, length));
				}
			}
			CountryTable table = read(csv.toString(), 20);
			for (int address = 0; address < 256; address++) {
				assertThat(find(table, "192.0.2." + address)).isEqualTo(longest(prefixes, address));
			}
		}
	}

	private static @Nullable String longest(List<int[]> prefixes, int address) {
		int[] best = null;
		for (int[] prefix : prefixes) {
			if ((address & -(1 << (32 - prefix[1]))) == prefix[0] && (best == null || prefix[1] > best[1])) {
				best = prefix;
			}
		}
		return (best != null) ? best[0] + "-" + best[1] : null;
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "10.0.0.0/8|line 2: '10.0.0.0/8' is not CIDR,country",
			"10.0.0.0/8,A,B|line 2: '10.0.0.0/8,A,B' is not CIDR,country",
			"10.0.0.0/8,|line 2: '' is no country of 1 to 64 characters",
			"network,country|line 2: 'network' is no CIDR", "10.0.0.0,A|line 2: '10.0.0.0' is no CIDR",
			"10.0.0/8,A|line 2: '10.0.0/8' is no CIDR", "example.org/8,A|line 2: 'example.org/8' is no CIDR",
			"[::1]/128,A|line 2: '[::1]/128' is no CIDR", "fe80::1%eth0/64,A|line 2: 'fe80::1%eth0/64' is no CIDR",
			"10.0.0.0/33,A|line 2: '10.0.0.0/33': a prefix's length is from 0 to 32",
			"10.0.0.0/-1,A|line 2: '10.0.0.0/-1': a prefix's length is from 0 to 32",
			"10.0.0.0/,A|line 2: '10.0.0.0/': a prefix's length is from 0 to 32",
			"2001:db8::/129,A|line 2: '2001:db8::/129': a prefix's length is from 0 to 128",
			"10.0.0.1/8,A|line 2: '10.0.0.1/8' has bits behind its prefix",
			"2001:db8::1/64,A|line 2: '2001:db8::1/64' has bits behind its prefix",
			"::ffff:10.0.0.0/104,A|line 2: '::ffff:10.0.0.0/104' is IPv4" })
	void badLine_isNamedWithItsFile(String line, String message) {
		assertThatIllegalArgumentException().isThrownBy(() -> read("192.0.2.0/24,X\n" + line + "\n", 9))
			.withMessageStartingWith(folder.resolve("countries.csv") + ", ")
			.withMessageContaining(message);
	}

	@Test
	void prefixOfTwoCountries_isNamedWithBothLines() {
		assertThatIllegalArgumentException().isThrownBy(() -> read("192.0.2.0/24,X\n# -\n192.0.2.0/24,Y\n", 9))
			.withMessageContaining("the lines 1 and 3 give the same prefix to X and Y");
	}

	@Test
	void tableIsBounded() {
		assertThatIllegalArgumentException().isThrownBy(() -> read("192.0.2.0/24,X\n192.0.3.0/24,X\n", 1))
			.withMessageContaining("line 2: more than 1 entries");
	}

	@ParameterizedTest
	@ValueSource(strings = { "missing.csv", "" })
	void fileThatCannotBeRead_isNamed(String name) {
		Path file = folder.resolve(name);
		assertThatIllegalArgumentException().isThrownBy(() -> CountryTable.read(file, 1))
			.withMessage(file + ": cannot be read");
	}

	@Test
	void fileThatIsNoText_isNamed() throws IOException {
		Path file = Files.write(folder.resolve("latin.csv"), "192.0.2.0/24,Å".getBytes(StandardCharsets.ISO_8859_1));
		assertThatIllegalArgumentException().isThrownBy(() -> CountryTable.read(file, 1))
			.withMessage(file + ": not a text file in UTF-8");
	}

}
