package dev.bootpatterns.gateway.country;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.netty.util.NetUtil;
import org.jspecify.annotations.Nullable;

/**
 * Addresses to countries, by the longest prefix that matches.
 * <p>
 * The file has one {@code CIDR,country} a line, IPv4 and IPv6 mixed, in any order; empty
 * lines and lines that begin with {@code #} do not count. A country is any text of up to
 * {@value #MAX_NAME} characters without a comma: an ISO 3166 code, or a region's name.
 * Prefixes may lie within others, the longer one wins. What is ambiguous or malformed is
 * refused with file and line.
 * <p>
 * <b>Cost.</b> Reading flattens the prefixes into disjoint ranges, so that a lookup is
 * one binary search: about twenty steps among a million prefixes, no garbage. A prefix
 * makes two ranges at most, of 20 bytes each.
 */
final class CountryTable {

	private static final int MAX_NAME = 64;

	private final AddressRanges v4;

	private final AddressRanges v6;

	private final List<String> countries;

	private CountryTable(AddressRanges v4, AddressRanges v6, List<String> countries) {
		this.v4 = v4;
		this.v6 = v6;
		this.countries = countries;
	}

	/**
	 * The country of an address.
	 * @param address 4 or 16 bytes
	 * @return its country; null if no prefix of the table matches
	 */
	@Nullable String find(byte[] address) {
		byte[] plain = AddressRanges.unmapped(address);
		int country = (plain.length == 4) ? this.v4.find(plain) : this.v6.find(plain);
		return (country != AddressRanges.NONE) ? this.countries.get(country) : null;
	}

	/**
	 * Reads a table.
	 * @param file the CSV file
	 * @param maxEntries how many prefixes it may have
	 * @return the table
	 * @throws IllegalArgumentException if it cannot be read, naming file, line and value
	 */
	static CountryTable read(Path file, int maxEntries) {
		Reading reading = new Reading(file, maxEntries);
		try (BufferedReader lines = Files.newBufferedReader(file)) {
			String line;
			while ((line = lines.readLine()) != null) {
				reading.line(line.strip());
			}
		}
		catch (CharacterCodingException ex) {
			throw new IllegalArgumentException("%s: not a text file in UTF-8".formatted(file), ex);
		}
		catch (IOException ex) {
			throw new IllegalArgumentException("%s: cannot be read".formatted(file), ex);
		}
		return reading.finish();
	}

	/** What was read so far. */
	private static final class Reading {

		private final Path file;

		private final int maxEntries;

		private final List<AddressRanges.Prefix> v4 = new ArrayList<>();

		private final List<AddressRanges.Prefix> v6 = new ArrayList<>();

		private final Map<String, Integer> numbers = new HashMap<>();

		private final List<String> countries = new ArrayList<>();

		private int number;

		Reading(Path file, int maxEntries) {
			this.file = file;
			this.maxEntries = maxEntries;
		}

		void line(String line) {
			this.number++;
			if (line.isEmpty() || line.startsWith("#")) {
				return;
			}
			if (this.v4.size() + this.v6.size() == this.maxEntries) {
				throw bad("more than %d entries".formatted(this.maxEntries));
			}
			String[] fields = line.split(",", -1);
			if (fields.length != 2) {
				throw bad("'%s' is not CIDR,country".formatted(abbreviated(line)));
			}
			String country = fields[1].strip();
			if (country.isEmpty() || country.length() > MAX_NAME) {
				throw bad("'%s' is no country of 1 to %d characters".formatted(abbreviated(country), MAX_NAME));
			}
			int known = this.numbers.computeIfAbsent(country, (name) -> {
				this.countries.add(name);
				return this.countries.size() - 1;
			});
			prefix(fields[0].strip(), known);
		}

		private void prefix(String cidr, int country) {
			int slash = cidr.indexOf('/');
			byte[] address = (slash > 0 && cidr.indexOf('%') < 0 && cidr.charAt(0) != '[')
					? NetUtil.createByteArrayFromIpAddressString(cidr.substring(0, slash)) : null;
			if (address == null) {
				throw bad("'%s' is no CIDR such as 192.0.2.0/24 or 2001:db8::/32".formatted(abbreviated(cidr)));
			}
			if (AddressRanges.unmapped(address).length != address.length) {
				throw bad("'%s' is IPv4 and has to be written so".formatted(abbreviated(cidr)));
			}
			int length = length(cidr.substring(slash + 1), address.length * Byte.SIZE);
			if (length < 0) {
				throw bad("'%s': a prefix's length is from 0 to %d".formatted(abbreviated(cidr),
						address.length * Byte.SIZE));
			}
			AddressRanges.Prefix prefix = AddressRanges.Prefix.of(address, length, country, this.number);
			if (!prefix.isAligned()) {
				throw bad("'%s' has bits behind its prefix".formatted(cidr));
			}
			((address.length == 4) ? this.v4 : this.v6).add(prefix);
		}

		private static int length(String text, int max) {
			if (text.isEmpty() || text.length() > 3 || !text.chars().allMatch((c) -> c >= '0' && c <= '9')) {
				return -1;
			}
			int length = Integer.parseInt(text);
			return (length <= max) ? length : -1;
		}

		CountryTable finish() {
			return new CountryTable(ranges(this.v4), ranges(this.v6), List.copyOf(this.countries));
		}

		private AddressRanges ranges(List<AddressRanges.Prefix> prefixes) {
			prefixes.sort(AddressRanges.Prefix.ORDER);
			for (int i = 1; i < prefixes.size(); i++) {
				AddressRanges.Prefix one = prefixes.get(i - 1);
				AddressRanges.Prefix other = prefixes.get(i);
				if (one.isSameAs(other) && one.country() != other.country()) {
					throw new IllegalArgumentException("%s: the lines %d and %d give the same prefix to %s and %s"
						.formatted(this.file, one.line(), other.line(), this.countries.get(one.country()),
								this.countries.get(other.country())));
				}
			}
			return AddressRanges.of(prefixes);
		}

		private IllegalArgumentException bad(String why) {
			return new IllegalArgumentException("%s, line %d: %s".formatted(this.file, this.number, why));
		}

		private static String abbreviated(String text) {
			return (text.length() > 60) ? text.substring(0, 60) + "…" : text;
		}

	}

}
