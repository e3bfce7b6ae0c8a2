package dev.bootpatterns.sharding;

import java.util.BitSet;
import java.util.stream.IntStream;

/**
 * An immutable set of slots, written as sorted ranges: {@code 0-340,512,700-1023}. The
 * empty set is the empty string.
 */
public final class SlotSet {

	/** No slot. */
	public static final SlotSet EMPTY = new SlotSet(new BitSet());

	private final BitSet slots;

	private SlotSet(BitSet slots) {
		this.slots = slots;
	}

	/**
	 * The set of these slots.
	 * @param slots slots from 0 to {@link Slots#COUNT} - 1
	 * @return the set
	 * @throws IllegalArgumentException if one is out of range
	 */
	public static SlotSet of(IntStream slots) {
		BitSet set = new BitSet(Slots.COUNT);
		slots.forEach((slot) -> {
			Slots.check(slot);
			set.set(slot);
		});
		return new SlotSet(set);
	}

	/**
	 * The set of one slot.
	 * @param slot a slot from 0 to {@link Slots#COUNT} - 1
	 * @return the set
	 * @throws IllegalArgumentException if it is out of range
	 */
	public static SlotSet of(int slot) {
		return of(IntStream.of(slot));
	}

	/**
	 * Reads the written form.
	 * @param ranges for instance {@code 0-340,512}
	 * @return the set
	 * @throws IllegalArgumentException naming the part that is not a range of slots
	 */
	public static SlotSet parse(String ranges) {
		BitSet set = new BitSet(Slots.COUNT);
		if (ranges.isEmpty()) {
			return EMPTY;
		}
		for (String range : ranges.split(",", -1)) {
			int dash = range.indexOf('-');
			try {
				int first = Integer.parseInt((dash < 0) ? range : range.substring(0, dash));
				int last = (dash < 0) ? first : Integer.parseInt(range.substring(dash + 1));
				Slots.check(first);
				Slots.check(last);
				set.set(first, last + 1);
			}
			catch (IllegalArgumentException | IndexOutOfBoundsException ex) {
				throw new IllegalArgumentException(
						"'%s' in '%s' is not a range of slots such as 0-340".formatted(range, ranges), ex);
			}
		}
		return new SlotSet(set);
	}

	/**
	 * Whether a slot is in the set.
	 * @param slot the slot
	 * @return whether it is
	 */
	public boolean contains(int slot) {
		return this.slots.get(slot);
	}

	/**
	 * How many slots there are.
	 * @return their number
	 */
	public int size() {
		return this.slots.cardinality();
	}

	/**
	 * The slots in ascending order.
	 * @return the slots
	 */
	public IntStream stream() {
		return this.slots.stream();
	}

	/**
	 * The slots that are in this set and not in another.
	 * @param other the other set
	 * @return the difference
	 */
	public SlotSet minus(SlotSet other) {
		BitSet difference = (BitSet) this.slots.clone();
		difference.andNot(other.slots);
		return new SlotSet(difference);
	}

	/**
	 * The slots that are in this set and in another.
	 * @param other the other set
	 * @return the intersection
	 */
	public SlotSet and(SlotSet other) {
		BitSet both = (BitSet) this.slots.clone();
		both.and(other.slots);
		return new SlotSet(both);
	}

	/**
	 * The slots that are in this set or in another.
	 * @param other the other set
	 * @return the union
	 */
	public SlotSet or(SlotSet other) {
		BitSet either = (BitSet) this.slots.clone();
		either.or(other.slots);
		return new SlotSet(either);
	}

	@Override
	public boolean equals(Object other) {
		return other instanceof SlotSet that && this.slots.equals(that.slots);
	}

	@Override
	public int hashCode() {
		return this.slots.hashCode();
	}

	@Override
	public String toString() {
		StringBuilder text = new StringBuilder();
		for (int first = this.slots.nextSetBit(0); first >= 0;) {
			int end = this.slots.nextClearBit(first);
			text.append(text.isEmpty() ? "" : ",").append(first);
			if (end - first > 1) {
				text.append('-').append(end - 1);
			}
			first = this.slots.nextSetBit(end);
		}
		return text.toString();
	}

}
