package dev.bootpatterns.gateway.country;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Disjoint, sorted ranges of addresses of one family, each with a number or with none.
 * <p>
 * Addresses are unsigned numbers of 128 bits in two longs; those of IPv4 use the lower
 * 32. Prefixes nest or are disjoint, so one pass over them in order, with a stack of
 * those that are open, cuts them into ranges in which the innermost is the one that
 * counts.
 */
final class AddressRanges {

	/** No prefix matches. */
	static final int NONE = -1;

	private final int size;

	private final long[] high;

	private final long[] low;

	private final int[] value;

	private AddressRanges(int size, long[] high, long[] low, int[] value) {
		this.size = size;
		this.high = high;
		this.low = low;
		this.value = value;
	}

	/**
	 * Cuts prefixes into ranges.
	 * @param sorted the prefixes, in {@link Prefix#ORDER}
	 * @return the ranges
	 */
	static AddressRanges of(List<Prefix> sorted) {
		Builder ranges = new Builder(2 * sorted.size() + 1);
		Deque<Prefix> open = new ArrayDeque<>();
		for (Prefix prefix : sorted) {
			ranges.close(open, prefix);
			ranges.begin(prefix.high(), prefix.low(), prefix.country());
			open.push(prefix);
		}
		ranges.close(open, null);
		return ranges.build();
	}

	/**
	 * Finds the range of an address.
	 * @param address its bytes
	 * @return the number of the longest prefix that matches, or {@link #NONE}
	 */
	int find(byte[] address) {
		long wantedHigh = high(address);
		long wantedLow = low(address);
		int from = 0;
		int to = this.size;
		// The last range that begins at the address or before.
		while (from < to) {
			int middle = (from + to) >>> 1;
			if (compare(this.high[middle], this.low[middle], wantedHigh, wantedLow) <= 0) {
				from = middle + 1;
			}
			else {
				to = middle;
			}
		}
		return (from == 0) ? NONE : this.value[from - 1];
	}

	/**
	 * An IPv4 address that came as an IPv6 one ({@code ::ffff:192.0.2.1}) as the four
	 * bytes that it is.
	 * @param address 4 or 16 bytes
	 * @return 4 or 16 bytes
	 */
	static byte[] unmapped(byte[] address) {
		return (address.length == 16 && high(address) == 0 && low(address) >>> 32 == 0xffff)
				? Arrays.copyOfRange(address, 12, 16) : address;
	}

	private static long high(byte[] address) {
		return (address.length == 16) ? number(address, 0, 8) : 0;
	}

	private static long low(byte[] address) {
		return (address.length == 16) ? number(address, 8, 16) : number(address, 0, 4);
	}

	private static long number(byte[] address, int from, int to) {
		long number = 0;
		for (int i = from; i < to; i++) {
			number = (number << Byte.SIZE) | (address[i] & 0xff);
		}
		return number;
	}

	private static int compare(long high, long low, long otherHigh, long otherLow) {
		int order = Long.compareUnsigned(high, otherHigh);
		return (order != 0) ? order : Long.compareUnsigned(low, otherLow);
	}

	/**
	 * One line of a table.
	 *
	 * @param high the upper 64 bits of the address; 0 for IPv4
	 * @param low the lower ones
	 * @param hostBits how many bits at its end are open
	 * @param country the number of its country
	 * @param line where it stands
	 */
	record Prefix(long high, long low, int hostBits, int country, int line) {

		/** By address; what encloses before what is within. */
		static final Comparator<Prefix> ORDER = (one, other) -> {
			int order = compare(one.high, one.low, other.high, other.low);
			return (order != 0) ? order : Integer.compare(other.hostBits, one.hostBits);
		};

		static Prefix of(byte[] address, int length, int country, int line) {
			return new Prefix(AddressRanges.high(address), AddressRanges.low(address),
					address.length * Byte.SIZE - length, country, line);
		}

		boolean isAligned() {
			return (this.high & highMask()) == 0 && (this.low & lowMask()) == 0;
		}

		boolean isSameAs(Prefix other) {
			return this.high == other.high && this.low == other.low && this.hostBits == other.hostBits;
		}

		boolean contains(Prefix other) {
			return (other.high & ~highMask()) == this.high && (other.low & ~lowMask()) == this.low;
		}

		long lastHigh() {
			return this.high | highMask();
		}

		long lastLow() {
			return this.low | lowMask();
		}

		private long highMask() {
			return (this.hostBits <= 64) ? 0 : mask(this.hostBits - 64);
		}

		private long lowMask() {
			return mask(Math.min(this.hostBits, 64));
		}

		private static long mask(int bits) {
			return (bits == 64) ? -1 : (1L << bits) - 1;
		}

	}

	/** Where ranges begin, in order. */
	private static final class Builder {

		private int size;

		private final long[] high;

		private final long[] low;

		private final int[] value;

		Builder(int capacity) {
			this.high = new long[capacity];
			this.low = new long[capacity];
			this.value = new int[capacity];
		}

		void begin(long beginHigh, long beginLow, int number) {
			if (this.size > 0 && this.high[this.size - 1] == beginHigh && this.low[this.size - 1] == beginLow) {
				// The range before is empty.
				this.size--;
			}
			this.high[this.size] = beginHigh;
			this.low[this.size] = beginLow;
			this.value[this.size] = number;
			this.size++;
		}

		/** Ends the open prefixes that do not contain the next one. */
		void close(Deque<Prefix> open, @Nullable Prefix next) {
			while (!open.isEmpty() && (next == null || !open.element().contains(next))) {
				Prefix ended = open.pop();
				long afterLow = ended.lastLow() + 1;
				long afterHigh = (afterLow == 0) ? ended.lastHigh() + 1 : ended.lastHigh();
				if (afterHigh != 0 || afterLow != 0) {
					begin(afterHigh, afterLow, open.isEmpty() ? NONE : open.element().country());
				}
			}
		}

		AddressRanges build() {
			return new AddressRanges(this.size, Arrays.copyOf(this.high, this.size), Arrays.copyOf(this.low, this.size),
					Arrays.copyOf(this.value, this.size));
		}

	}

}
