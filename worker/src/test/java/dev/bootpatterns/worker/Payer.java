package dev.bootpatterns.worker;

import dev.bootpatterns.worker.ledger.Ledger;

import org.springframework.boot.SpringApplication;
import org.springframework.context.annotation.Bean;

/**
 * A worker as a fork would make it: one handler more, whose effect is not the same when
 * it is had twice. It has half of its effect before it needs the locked line.
 */
class Payer {

	static void main(String[] args) {
		SpringApplication.run(new Class<?>[] { WorkerApplication.class, Payer.class }, args);
	}

	@Bean
	WorkHandler payHandler(Ledger ledger) {
		return new WorkHandler() {

			@Override
			public String name() {
				return "pay";
			}

			@Override
			public Outcome handle(WorkItem item) {
				return ledger.once(item, (database) -> {
					database.sql("update account set balance = balance - 1 where name = 'payer'").update();
					database.sql("update account set balance = balance + 1 where name = 'payee'").update();
					return Outcome.done();
				});
			}

		};
	}

}
