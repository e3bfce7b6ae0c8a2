package dev.bootpatterns.owner.election;

import java.time.InstantSource;
import java.util.function.LongSupplier;

class InMemoryLeaseStoreTests extends LeaseStoreContract {

	@Override
	LeaseWorld world() {
		return new InMemory();
	}

	@Override
	int seeds() {
		return 50;
	}

	private static final class InMemory implements LeaseWorld {

		private long now;

		private final InMemoryLeaseStore store = new InMemoryLeaseStore(() -> this.now);

		@Override
		public LeaseStore process(LongSupplier nanoTime, InstantSource wallClock, Runnable hiccup) {
			return this.store;
		}

		@Override
		public void time(long nanos) {
			this.now = nanos;
		}

		@Override
		public boolean effect(Term term) {
			return this.store.find(term.lease()).filter((lease) -> lease.term() == term.number()).isPresent();
		}

		@Override
		public void close() {
		}

	}

}
