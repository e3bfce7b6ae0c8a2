package dev.bootpatterns.gateway.replicas;

import java.util.Collections;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntUnaryOperator;
import java.util.function.ToDoubleFunction;

/**
 * Chooses by the power of two choices: draws two at random and takes the one that costs
 * less.
 * <p>
 * <b>Guarantee.</b> When n balls are thrown into n bins each at random, the fullest bin
 * has about ln n / ln ln n of them; when each goes into the emptier of two random bins,
 * about ln ln n / ln 2: exponentially better, and a third choice hardly adds to that. One
 * that is slow or hangs loses every draw against one that is well; with two to choose
 * from it is always drawn, and always loses.
 * <p>
 * <b>Cost.</b> Two random numbers and two costs, however many there are to choose from.
 * <p>
 * <b>Trade-off.</b> To take the best of all would be better if what is known were true.
 * It is as old as the last answer, and each router knows only its own requests: so all
 * routers would run to the same one, and on to the next (herding). Two random choices
 * forgive old knowledge. The price is that the best is not always taken. Taking turns,
 * which needs no knowledge, gives a slow replica the same share as all others.
 * <p>
 * References: M. Mitzenmacher, <i>The Power of Two Choices in Randomized Load
 * Balancing</i>, IEEE TPDS 12(10), 2001; Y. Azar et al., <i>Balanced Allocations</i>,
 * SIAM J. Comput. 29(1), 1999.
 *
 * @see ReplicaLoad what a replica costs
 */
final class PowerOfTwoChoices {

	private final IntUnaryOperator random;

	/**
	 * Chooses by this source.
	 * @param random from 0 up to, and without, the number it is given
	 */
	PowerOfTwoChoices(IntUnaryOperator random) {
		this.random = random;
	}

	/** Chooses by the thread's own source, which needs no lock. */
	static PowerOfTwoChoices atRandom() {
		return new PowerOfTwoChoices((bound) -> ThreadLocalRandom.current().nextInt(bound));
	}

	/**
	 * Puts the choice first, and what it was chosen over second. The rest is for when
	 * both fail, in any order.
	 * @param <T> what is chosen
	 * @param all what there is to choose from, to be put into order
	 * @param cost what one costs now
	 */
	<T> void choose(List<T> all, ToDoubleFunction<T> cost) {
		choose(all, 0, cost);
	}

	/**
	 * As {@link #choose(List, ToDoubleFunction)}, but the first draw is among those that
	 * come first: with few of them and many others, two draws from all would hardly ever
	 * see one.
	 * @param <T> what is chosen
	 * @param all what there is to choose from, to be put into order
	 * @param favoured how many of the first are favoured; if none, the first draw is from
	 * all
	 * @param cost what one costs now
	 */
	<T> void choose(List<T> all, int favoured, ToDoubleFunction<T> cost) {
		int count = all.size();
		if (count < 2) {
			return;
		}
		Collections.swap(all, 0, this.random.applyAsInt((favoured > 0) ? favoured : count));
		Collections.swap(all, 1, 1 + this.random.applyAsInt(count - 1));
		if (cost.applyAsDouble(all.get(1)) < cost.applyAsDouble(all.get(0))) {
			Collections.swap(all, 0, 1);
		}
	}

}
